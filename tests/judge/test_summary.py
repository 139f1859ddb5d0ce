from dataclasses import replace
from datetime import timedelta

import pytest

from probe.judge import judge
from probe.model.dns import Resolved
from probe.model.measurement import Measurement
from probe.model.memory import Greylisted, Memory
from probe.model.words import Failure, Outcome, Purpose, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    OWN,
    SECOND6,
    STARTED,
    V4,
    V6,
    both,
    broken,
    delivered,
    healthy,
    host,
    measurement,
    no_starttls,
    only,
    resolution,
    resolved,
    session,
    stopped,
    vantage,
)

REFUSED6, REFUSED4 = (stopped(Stage.CONNECT, family, failure=Failure.REFUSED) for family in (V6, V4))
SILENT6 = stopped(Stage.CONNECT, failure=Failure.TIMEOUT)


@pytest.mark.parametrize(
    ("world", "summary"),
    [
        (
            measurement(
                *(stopped(Stage.RCPT, family, code=550, text="5.1.1 no such user") for family in (V6, V4)),
                replace(REFUSED6, address=SECOND6),
                hosts=[host(MX1, MX6, SECOND6, MX4)],
            ),
            (
                "IPv6 and IPv4 both get as far as a refusal, but differ at connect: 1 of 2 IPv6 addresses of "
                "mx1.example.com take no connection."
            ),
        ),
        (healthy(), "Mail over IPv6 works as over IPv4, up to rcpt."),
        (delivered(), "Mail over IPv6 works as over IPv4, message and proof included."),
        (
            broken(REFUSED6),
            (
                "IPv6 is broken at connect: mx1.example.com [2001:db8::25] refuses connections on port 25 over IPv6; "
                "IPv4 works."
            ),
        ),
        (
            broken(REFUSED4),
            (
                "IPv4 is broken at connect: mx1.example.com [192.0.2.25] refuses connections on port 25 over IPv4; "
                "IPv6 works."
            ),
        ),
        (
            both(REFUSED6, stopped(Stage.BANNER, V4, code=421, text="busy")),
            (
                "IPv6 is broken at connect: mx1.example.com [2001:db8::25] refuses connections on port 25 over IPv6; "
                "IPv4 could not be tested."
            ),
        ),
        (
            both(REFUSED6, REFUSED4),
            (
                "Mail is broken over IPv6 and over IPv4: mx1.example.com refuses connections on port 25 over IPv6 and "
                "over IPv4."
            ),
        ),
        (
            both(no_starttls(), session(V4)),
            (
                "IPv6 and IPv4 both work, but differ at ehlo: mx1.example.com does not offer the same over IPv6 "
                "and over IPv4."
            ),
        ),
        (
            measurement(session(V4), hosts=[host(MX1, MX4)]),
            "No mail host of example.com has an AAAA record; over IPv4 nothing is wrong.",
        ),
        (
            measurement(REFUSED4, hosts=[host(MX1, MX4)]),
            (
                "No mail host of example.com has an AAAA record: mx1.example.com [192.0.2.25] refuses connections on "
                "port 25 over IPv4."
            ),
        ),
        (
            measurement(resolved=replace(resolved(), null_mx=True)),
            "example.com says that it takes no mail (null MX), so there is nothing to test.",
        ),
        (
            measurement(resolved=Resolved(resolution("example.com", "MX", outcome=Outcome.NXDOMAIN))),
            "example.com does not exist (NXDOMAIN).",
        ),
        (
            broken(SILENT6, references=()),
            (
                "IPv6 and IPv4 cannot be compared from here: mx1.example.com [2001:db8::25] does not answer on port 25 "
                "over IPv6."
            ),
        ),
        (
            measurement(
                stopped(Stage.CONNECT, failure=Failure.NO_ROUTE),
                session(V4),
                vantage=(vantage(V6, usable=False, reason="this machine has no route to it"), vantage(V4)),
            ),
            (
                "IPv6 and IPv4 cannot be compared from here: This machine cannot judge mail over IPv6: this machine "
                "has no route to it."
            ),
        ),
        (
            both(
                replace(stopped(Stage.DATA, code=451, text="4.3.0 Try again later"), capabilities=("SIZE",)),
                no_starttls(V4),
            ),
            (
                "IPv6 and IPv4 cannot be compared from here: mx1.example.com [2001:db8::25] puts off the message over "
                "IPv6."
            ),
        ),
        (only(V6, healthy()), "Mail over IPv6 works, up to rcpt; only IPv6 was asked for."),
        (
            only(V6, broken(REFUSED6)),
            "mx1.example.com [2001:db8::25] refuses connections on port 25 over IPv6; only IPv6 was asked for.",
        ),
        (
            both(*[stopped(Stage.RCPT, family, code=450, text="4.2.0 Greylisted") for family in (V6, V4)]),
            "Mail over IPv6 works as over IPv4, up to the recipient, whose answer is pending (greylisted).",
        ),
        (
            broken(stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted")),
            "Mail over IPv6 works as over IPv4, up to the recipient, whose answer over IPv6 is pending (greylisted).",
        ),
        (
            only(V6, broken(stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted"))),
            "Mail over IPv6 works, up to the recipient, whose answer is pending (greylisted); only IPv6 was asked for.",
        ),
        (
            measurement(
                stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted"),
                session(V4),
                session(V6, purpose=Purpose.RETRY),
            ),
            "Mail over IPv6 works as over IPv4, up to rcpt.",
        ),
        (
            broken(stopped(Stage.RCPT, code=550, text="5.7.1 no", capabilities=("STARTTLS",))),
            (
                "IPv6 is broken at rcpt: mx1.example.com [2001:db8::25] refuses the mailbox postmaster@example.com "
                "over IPv6, while over IPv4 it is taken; IPv4 works."
            ),
        ),
        (measurement(), "IPv6 and IPv4 cannot be compared; the run ended before enough was seen."),
    ],
)
def test_the_sentence_a_person_reads_first(world: Measurement, summary: str) -> None:
    assert judge(world).summary == summary


def test_it_stays_one_line_of_bounded_length() -> None:
    long = broken(stopped(Stage.RCPT, code=550, text="5.7.1 " + "x" * 5000))
    assert len(judge(long).summary) <= 300


def test_what_one_family_alone_shows_is_not_said_of_both() -> None:
    """The very same was put off over IPv6 for two days, and is taken over IPv4: so far nothing is broken."""
    ages = STARTED - timedelta(hours=48)
    known = Greylisted(V6, OWN[V6], "", "postmaster@example.com", MX6, ages, STARTED, ages, tries=9)
    world = replace(broken(stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted")), memory=Memory(greylisted=(known,)))
    assert judge(world).summary.startswith("Nothing known so far sets IPv6 and IPv4 apart, but not all is well: mx1")
