"""The world itself, without probe6: when this fails, the fault is in the set-up and not in the probe."""

import sys

import pytest

from tests.real.postfix import GREETING, HOSTNAME
from tests.real.world import MAIL4, MAIL6, OTHER4, OTHER6, PROBER, PROBER4, PROBER6, RECIPIENT, World

pytestmark = pytest.mark.real

# A mail client of a dozen lines, which prints what the server says.
CLIENT = """
import socket, sys
address, subject, recipient, name = sys.argv[1:]
lines = [None, f"EHLO {name}", "MAIL FROM:<>", f"RCPT TO:<{recipient}>", "DATA",
         f"Subject: {subject}\\r\\n\\r\\nhello\\r\\n.", "QUIT"]
with socket.create_connection((address, 25), 10) as connection, connection.makefile("rwb") as stream:
    for line in lines:
        if line is not None:
            stream.write(line.encode() + b"\\r\\n")
            stream.flush()
        while (said := stream.readline().decode())[3:4] == "-":
            pass
        print(said, end="")
"""


@pytest.mark.parametrize(
    ("address", "source"),
    [(MAIL6, f"IPv6:{PROBER6}"), (MAIL4, PROBER4), (OTHER6, f"IPv6:{PROBER6}"), (OTHER4, PROBER4)],
)
def test_mail_arrives_and_says_where_from(built: World, address: str, source: str) -> None:
    subject = f"world {address}"
    done = built.run(sys.executable, "-c", CLIENT, address, subject, RECIPIENT, PROBER)
    replies = done.stdout.splitlines()
    assert replies[0] == f"220 {HOSTNAME} {GREETING}", done.stderr
    assert [reply[:3] for reply in replies] == ["220", "250", "250", "250", "354", "250", "221"]
    queue_id = replies[5].rpartition(" ")[2]
    assert built.postfix.logs(f"{queue_id}: to=<{RECIPIENT}>, relay=virtual")
    [message] = [
        text for path in (built.maildir / "new").iterdir() if f"Subject: {subject}\n" in (text := path.read_text())
    ]
    assert f"Received: from {PROBER} ({PROBER} [{source}])\n" in message


def test_the_port_follows_inet_protocols(built: World) -> None:
    assert built.mailhost.listens(25) == {"ipv6", "ipv4"}
    with built.postfix_setting("inet_protocols", "ipv4"):
        assert built.mailhost.listens(25) == {"ipv4"}
        assert "refused" in built.run(sys.executable, "-c", CLIENT, MAIL6, "-", RECIPIENT, PROBER).stderr
    assert built.mailhost.listens(25) == {"ipv6", "ipv4"}
