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
    assert found.listens == (Listening("smtp", BOTH, ("::",), "sendmail.cf:2"),)


def test_options_of_a_cf_file_go_on_in_the_next_line_and_know_no_case() -> None:
    text = (
        "OOPort=24\nO daemonportoptions = Port=26,\n\tFamily=inet6, Addr=::1\nO DaemonPortOptions=Family=local, A=/x\n"
    )
    assert reach(text, "f").listens == (
        Listening("24", (Family.IPV4,), (), "f:1"),
        Listening("26", (Family.IPV6,), ("::1",), "f:2"),
    )


def test_what_local_config_says_stands_beside_the_default_of_the_macros() -> None:
    text = "FEATURE(`no_default_msa')\nMAILER(`smtp')\nLOCAL_CONFIG\nO DaemonPortOptions=Port=26\n"
    assert [(one.service, one.origin) for one in reach(text, "f").listens] == [("smtp", "default"), ("26", "f:4")]


def test_macros_in_one_line_and_over_several() -> None:
    text = "DAEMON_OPTIONS(`P=26')DAEMON_OPTIONS(`P=587,\n F=inet6,\n A=::1')dnl DAEMON_OPTIONS(`P=28')\n"
    assert reach(text, "f").listens == (
        Listening("26", (Family.IPV4,), (), "f:1"),
        Listening("587", (Family.IPV6,), ("::1",), "f:1"),
    )


def test_without_an_option_ipv4_alone() -> None:
    assert reach("", "submit.cf").listens == (Listening("smtp", (Family.IPV4,), (), "default"),)


@given(st.text(max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    reach(text)
    reach(f"DAEMON_OPTIONS(`{text}')")
    reach(f"O DaemonPortOptions={text}")
