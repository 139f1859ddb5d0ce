from dataclasses import replace

from probe.judge import judge
from probe.model.report import Outbox, Outgoing, Report
from probe.model.spf import Evaluation, SpfCause, SpfMatch, SpfResult
from probe.report.text.layout import Paper
from probe.report.text.outgoing import what_it_sends
from tests.builders import MX1, MX4, MX6, V4, V6, healthy

RECORD = "v=spf1 include:spf.example.net -all"
BY = (SpfMatch("example.com", "include:spf.example.net"), SpfMatch("spf.example.net", "ip6:2001:db8::/48"))
SIX = Outgoing(MX6, V6, False, MX1, Evaluation(MX6, "example.com", SpfResult.PASS, RECORD, BY, lookups=1), (MX1,), True)
FAILED = Evaluation(MX4, "example.com", SpfResult.PERMERROR, RECORD, (), SpfCause.VOID, "3 look-ups had no answer")
FOUR = Outgoing(MX4, V4, True, MX1, FAILED, (), False, MX1, ("bl.example.net",))
BOX = Outbox("example.com", RECORD, (SIX, FOUR), "reject", "example.com")


def lines(box: Outbox | None, verbose: int = 0) -> list[str]:
    report: Report = replace(judge(healthy()), outbox=box)
    return list(what_it_sends(report, Paper(200), verbose=verbose))


def test_a_line_per_address_and_one_for_the_policy() -> None:
    assert lines(BOX) == [
        "",
        "As a sender",
        "  IPv6   2001:db8::25*, SPF pass by include:spf.example.net > ip6:2001:db8::/48",
        "  IPv4   192.0.2.25, SPF permerror: 3 look-ups had no answer, no reverse name, listed by bl.example.net",
        "  DMARC  p=reject",
        "         * an MX host, which need not send; name what does with --sender6 and --sender4",
    ]


def test_more_when_more_is_wanted() -> None:
    said = lines(BOX, verbose=1)
    assert f"  SPF    {RECORD}" in said
    assert any(line.endswith(f"{MX1}, 1 of 10 look-ups, 0 of 2 void") for line in said)
    assert any(f"greets as {MX1}" in line for line in said)


def test_a_domain_that_says_nothing_is_not_spoken_of() -> None:
    assert lines(None) == lines(None, verbose=1) == []
    silent = replace(BOX, record=None, senders=(SIX,), dmarc=None)
    assert lines(silent) == []
    assert "  SPF    no SPF record" in lines(silent, verbose=1)
    assert "  DMARC  no record" in lines(silent, verbose=1)


def test_the_policy_of_the_organisation_names_it() -> None:
    assert "  DMARC  p=none (of example.com)" in lines(replace(BOX, domain="mail.example.com", dmarc="none"))


def test_of_very_many_addresses_a_few_are_shown() -> None:
    many = replace(BOX, senders=(FOUR,) * 9)
    assert "         and 3 more: -v shows all" in lines(many)
    assert len(lines(many, verbose=1)) == 13


def test_what_was_not_looked_up_in_time() -> None:
    assert "  IPv4   192.0.2.25, SPF not known: time ran out, no reverse name, listed by bl.example.net" in lines(
        replace(BOX, senders=(replace(FOUR, spf=None),))
    )
