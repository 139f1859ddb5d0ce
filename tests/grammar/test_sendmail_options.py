from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.sendmail_options import BOTH, reach
from probe.model.listening import Listening
from probe.model.words import Family

SOURCE = """dnl DAEMON_OPTIONS(`Family=inet6')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=smtp, Addr=::1')dnl
DAEMON_OPTIONS(`Name=MTA, Addr=0.0.0.0')
CLIENT_OPTIONS(`Family=inet6, Address=2001:db8::25')dnl
"""


def test_a_macro_file() -> None:
    found = reach(SOURCE)
    assert found.listens == (
        Listening("smtp", (Family.IPV6,), ("::1",), "sendmail.mc:3"),
        Listening("smtp", (Family.IPV4,), (), "sendmail.mc:4"),
    )
    assert (found.sends, found.sends_origin) == (BOTH, "sendmail.mc:5")


def test_the_submission_agent_the_macros_add() -> None:
    assert [one.service for one in reach("DAEMON_OPTIONS(`Family=inet6')\n").listens] == ["smtp", "587"]


def test_a_cf_file() -> None:
    found = reach("#O DaemonPortOptions=Family=inet6\nO DaemonPortOptions=Family=inet6, Name=MTA\n", "sendmail.cf")
    assert found.listens == (Listening("smtp", (Family.IPV6,), (), "sendmail.cf:2"),)


def test_without_an_option_ipv4_alone() -> None:
    assert reach("", "submit.cf").listens == (Listening("smtp", (Family.IPV4,), (), "default"),)


@given(st.text(max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    reach(text)
    reach(f"DAEMON_OPTIONS(`{text}')")
    reach(f"O DaemonPortOptions={text}")
