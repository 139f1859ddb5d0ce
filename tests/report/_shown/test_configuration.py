from dataclasses import replace

from probe.judge import judge
from probe.model.configuration import Learned
from probe.report._shown.configuration import Open, openings, remarks, settings, title
from tests.configurations import IPV4_ALONE, MAIN, MASTER, audited, here, postfix


def say(text: str, limit: int) -> str:
    return text[:limit]


def test_only_port_25_is_published() -> None:
    given = here(MAIN, f"{MASTER}submission inet n - y - - smtpd\n", published=IPV4_ALONE)
    rows = openings(judge(audited(given)), say)
    assert rows[0] == Open("smtp", "IPv6", (("all",), ("all",), ("-",)))
    assert rows[2] == Open("submission", "IPv6", (("all",), ("-",), ("",)))


def test_a_setting_names_the_line_that_set_it() -> None:
    found = {
        name: (value, origin) for name, value, origin in settings(postfix(f"{MAIN}relayhost = [a.example]\n"), say)
    }
    assert found["relayhost"] == ("[a.example]", "main.cf:5")
    assert found["inet_interfaces"] == ("all", "default")


def test_what_nobody_looked_at() -> None:
    given = replace(postfix(), apart="it is elsewhere", learned=Learned.GIVEN, version=None)
    assert title(given, say) == "read from standard input"
    assert list(remarks(given, say))[:2] == [
        "The machine was not looked at: it is elsewhere.",
        "The DNS was not asked; --domain NAME asks it.",
    ]
