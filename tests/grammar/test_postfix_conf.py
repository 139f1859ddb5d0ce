import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.postfix_conf import Parameters, read_main, read_master
from probe.grammar.postfix_defaults import defaults
from probe.model.postfix import Host

HOST = Host("mail", ("127.0.0.1/8", "192.0.2.25/24", "::1/128", "2001:db8::25/64"))
MAIN = "inet_protocols = ipv4\n\ninet_protocols = all\nsmtpd_banner = $myhostname ESMTP\nmydomain = example.com\n"
MASTER = (
    "smtp inet n - y - - smtpd\n  -o inet_protocols=ipv4\n\n25 inet n - n - - smtpd -o smtp_helo_name=$service_name\n"
)


def test_later_wins_and_the_earlier_is_told() -> None:
    file = read_main(MAIN)
    parameters = Parameters(file, defaults(), host=HOST)
    assert parameters.value("inet_protocols") == "all"
    assert parameters.origin("inet_protocols") == "main.cf:3"
    assert [(problem.place, problem.fatal) for problem in file.problems] == [("main.cf:3", False)]


def test_defaults_and_what_comes_from_the_machine() -> None:
    parameters = Parameters(read_main(MAIN), defaults(), host=HOST)
    assert parameters.value("smtpd_banner") == "mail.example.com ESMTP"
    assert parameters.value("mydestination") == "mail.example.com, localhost.example.com, localhost"
    assert (parameters.origin("myorigin"), parameters.explicit("myorigin")) == ("default", False)
    assert parameters.value("mynetworks") == "127.0.0.0/8 192.0.2.0/24 [::1]/128 [2001:db8::]/64"
    assert parameters.problems == []


def test_the_options_of_a_service_stand_before_main_cf() -> None:
    first, second = read_master(MASTER).services
    parameters = Parameters(read_main(MAIN), defaults(), first)
    assert parameters.value("inet_protocols") == "ipv4"
    assert parameters.origin("inet_protocols") == "master.cf:1 (smtp inet)"
    assert Parameters(read_main(MAIN), defaults(), second).value("smtp_helo_name") == "25"


def test_what_nobody_defines_and_what_cannot_be_expanded() -> None:
    parameters = Parameters(read_main("myorigin = <$nobody>\nrelayhost = $relayhost\n"), defaults())
    assert parameters.value("myorigin") == "<>"
    assert parameters.value("relayhost") == "$relayhost"
    assert parameters.value("no_such_name") == ""
    assert [(problem.place, problem.fatal) for problem in parameters.problems] == [
        ("main.cf:1", False),
        ("main.cf:2", True),
        ("no_such_name", False),
    ]


@pytest.mark.parametrize("text", ["nonsense\n", "= x\n", "two words = x\n"])
def test_a_line_that_is_no_assignment_stops_postfix_but_not_us(text: str) -> None:
    file = read_main(text + "myorigin = x\n")
    assert file.problems[0].fatal
    assert [said.name for said in file.assignments] == ["myorigin"]


def test_a_default_cannot_be_made_of_itself() -> None:
    text = "inet_interfaces = $mynetworks\ncompatibility_level = $mynetworks\nmyhostname = $mydomain\n"
    parameters = Parameters(read_main(text), defaults(), host=HOST)
    for name in ("mynetworks", "inet_interfaces", "mynetworks_style", "myhostname", "mydomain"):
        parameters.value(name)


@given(main=st.text(max_size=400), master=st.text(alphabet="smtp inet-ny{}=o\n\t#\0", max_size=300))
def test_no_text_makes_the_reader_raise(main: str, master: str) -> None:
    services = read_master(master).services
    parameters = Parameters(read_main(main), defaults(), services[0] if services else None, HOST)
    for name in (*defaults(), "mynetworks", "myhostname", "mydomain"):
        parameters.value(name)


HOSTILE = {
    "10 MB in one line": "mynetworks = " + "x" * 10_000_000,
    "10 MB of names": "a" * 10_000_000,
    "100000 assignments": "".join(f"name{number} = $name{number + 1}\n" for number in range(100_000)),
    "100000 services": "smtp inet n - y - - smtpd -o a=b\n" * 100_000,
    "100000 continuations": "mynetworks =\n" + " 192.0.2.1,\n" * 100_000,
    "deep braces": "mynetworks = " + "${a?{" * 50_000 + "}}" * 50_000,
    "deep braces of a service": "smtp inet n - y - - smtpd " + "{" * 100_000,
    "NUL": "\0" * 100_000 + "\n\0=\0\n",
    "noise": random.Random(6).randbytes(1_000_000).decode("utf-8", "surrogateescape"),
    "blanks": " \n" * 500_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files(what: str) -> None:
    text = HOSTILE[what]
    before = time.perf_counter()
    parameters = Parameters(read_main(text), defaults(), host=HOST)
    for name in ("mynetworks", "name0", "smtpd_banner"):
        parameters.value(name)
    read_master(text)
    assert time.perf_counter() - before < 60
