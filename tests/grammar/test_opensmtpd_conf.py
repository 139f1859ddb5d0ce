import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.opensmtpd_conf import BOTH, reach
from probe.model.listening import Listening
from probe.model.words import Family

FILE = """
# listen on 192.0.2.99
table ours { 192.0.2.25, \\
    "192.0.2.26" }
listen on socket
listen on :: port 25 tls pki mx.example.com
listen on 192.0.2.25 port submission
listen on eth0 inet4
listen on eth1
listen on all \\
    inet6
action "out" relay src <ours>
match from any for any action "out"
"""


def test_a_file() -> None:
    found = reach(FILE)
    assert found.listens == (
        Listening("25", (Family.IPV6,), (), "smtpd.conf:6"),
        Listening("submission", (Family.IPV4,), ("192.0.2.25",), "smtpd.conf:7"),
        Listening("smtp", (Family.IPV4,), ("eth0",), "smtpd.conf:8"),
        Listening("smtp", (), ("eth1",), "smtpd.conf:9"),
        Listening("smtp", (Family.IPV6,), (), "smtpd.conf:10"),
    )
    assert (found.sends, found.sends_origin) == ((Family.IPV4,), "smtpd.conf:12")


@pytest.mark.parametrize(
    ("text", "sends"),
    [
        ("", BOTH),
        ('action "out" relay src { 192.0.2.1, 2001:db8::1 }', BOTH),
        ('action "out" relay src 2001:db8::1', (Family.IPV6,)),
        ("limit mta inet4", (Family.IPV4,)),
        ("limit mta for domain example.org inet6", (Family.IPV6,)),
    ],
)
def test_sending(text: str, sends: tuple[Family, ...]) -> None:
    assert reach(text).sends == sends


def test_without_listen_the_machine_itself() -> None:
    assert reach("").listens == (Listening("smtp", BOTH, ("localhost",), "default"),)


@given(st.text(alphabet='listenoaby {}<>"\\\n#:.01=src', max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    reach(text)
    reach(f"action x relay src {text}")
