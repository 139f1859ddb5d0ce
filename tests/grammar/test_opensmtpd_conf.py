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
        ("mta limit inet6", (Family.IPV6,)),
        ("mta limit for domain example.org inet6", BOTH),
        ("limit mta for domain example.org inet6", BOTH),
        ("action a relay src 192.0.2.1\naction b relay src 2001:db8::1", BOTH),
        ("action a relay src 192.0.2.1\naction b relay src 192.0.2.2", (Family.IPV4,)),
        ("action a relay src 192.0.2.1\naction b relay\nmatch for any action a", (Family.IPV4,)),
        ("action a relay src 192.0.2.1\naction b relay\nmatch for any action b", BOTH),
        ("table t { 192.0.2.1 }\naction a relay src <t>", (Family.IPV4,)),
        ("table t file:/etc/sources\naction a relay src <t>", BOTH),
    ],
)
def test_sending(text: str, sends: tuple[Family, ...]) -> None:
    assert reach(text).sends == sends


def test_without_listen_no_port_is_open() -> None:
    assert reach("").listens == ()


def test_a_file_that_is_included() -> None:
    text = 'card = eth0\ninclude "/etc/mail/more.conf"\nlisten on $card\n'
    found = reach(text, "f", {"/etc/mail/more.conf": "listen on ::1\n"}.get)
    assert found.listens == (
        Listening("smtp", (Family.IPV6,), ("::1",), "/etc/mail/more.conf:1"),
        Listening("smtp", (), ("eth0",), "f:3"),
    )


@given(st.text(alphabet='listenoaby {}<>"\\\n#:.01=src', max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    reach(text)
    reach(f"action x relay src {text}")
