import pytest

from probe.judge import judge
from probe.judge.checks.relay import closed
from probe.model.measurement import Measurement
from probe.model.words import Family, Parity, Purpose
from tests.builders import MX1, V4, V6, healthy, reply
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, Row, findings, name, said
from tests.judge.trials import BOTH, ELSEWHERE, rcpt, talk, untried, world

DENIED = "5.7.1 <tester@example.net>: Relay access denied"
LATER = "4.2.0 Greylisted, try again in 300 seconds"


def relay(six: tuple[int, str], four: tuple[int, str], **changes: object) -> Measurement:
    said = zip(BOTH, (six, four), strict=True)
    return world(*(talk(Purpose.RELAY, family, rcpt(*answer)) for family, answer in said), **changes)


YES, NO = (250, "2.1.5 Ok"), (554, DENIED)
NOBODY = untried(Purpose.RELAY, V6, "no address of it greeted us over this family")

CASES: list[Row] = [
    ("relay-open", "nobody asked for it", healthy(), set()),
    ("relay-open", "closed", relay(NO, NO), {(OK, None, MX1)}),
    ("relay-open", "Postfix's default", relay((454, "4.7.1 Relay access denied"), NO), {(OK, None, MX1)}),
    ("relay-open", "open", relay(YES, YES), {(CRITICAL, None, MX1)}),
    ("relay-open", "251 is a yes", relay((251, "will forward"), (251, "will forward")), {(CRITICAL, None, MX1)}),
    ("relay-open", "open over IPv6", relay(YES, NO), {(CRITICAL, V6, MX1_6), (OK, V4, MX1_4)}),
    ("relay-open", "open over IPv4", relay(NO, YES), {(OK, V6, MX1_6), (CRITICAL, V4, MX1_4)}),
    ("relay-open", "greylisted", relay((450, LATER), (450, LATER)), {(UNKNOWN, None, MX1)}),
    ("relay-open", "greylisted over one", relay((450, LATER), NO), {(UNKNOWN, V6, MX1_6), (OK, V4, MX1_4)}),
    ("relay-open", "421", relay((421, "4.7.0 too busy"), NO), {(UNKNOWN, V6, MX1_6), (OK, V4, MX1_4)}),
    ("relay-open", "trusted", relay(YES, YES, trusted_source=True), {(UNKNOWN, None, MX1)}),
    ("relay-open", "no greeting", world(NOBODY, talk(Purpose.RELAY, V4, rcpt(*NO))),
     {(UNKNOWN, V6, MX1_6), (OK, V4, MX1_4)}),
    ("relay-open", "no host at all", world(purpose=Purpose.RELAY), {(UNKNOWN, None, "example.com")}),
    ("relay-open", "a bad choice", world(NOBODY, trouble="it has no mail host"), set()),
    ("relay-test-domain-choice", "a bad choice", world(NOBODY, trouble="it has no mail host"),
     {(UNKNOWN, None, "example.com")}),
    ("relay-test-domain-choice", "a good one", relay(NO, NO), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_finds(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected


def test_one_family_alone_is_named_beside_what_the_other_says() -> None:
    bad = next(item for item in findings(relay(YES, NO), "relay-open") if item.verdict is CRITICAL)
    assert "over IPv6" in bad.sentence
    assert "over IPv4 it does not" in bad.sentence
    assert "accepts at RCPT" in bad.sentence
    unsure = next(item for item in findings(relay(YES, (450, LATER)), "relay-open") if item.verdict is CRITICAL)
    assert "IPv4" not in unsure.sentence


def test_the_tests_of_its_owner_are_no_part_of_the_comparison() -> None:
    told = judge(relay(YES, (421, "busy")))
    assert told.parity is Parity.EQUAL
    assert told.comparisons == judge(healthy()).comparisons


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (554, "5.7.1 <a@example.net>: Relay access denied"),
        (454, "4.7.1 <a@example.net>: Relay access denied"),
        (550, "relay not permitted"),
        (550, "5.7.1 <a@example.net>... Relaying denied. Proper authentication required."),
        (550, "5.7.1 Relaying denied. IP name lookup failed [2001:db8:9::9]"),
        (550, "Invalid recipient: <a@example.net>"),
        (550, "5.7.1 Unable to relay"),
        (550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
        (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
        (513, "Relaying denied."),
        (550, "we do not relay"),
        (551, "User not local; please try another way"),
        (550, "5.1.1 User unknown"),
    ],
)
def test_closed_in_the_words_of_many_servers(code: int, text: str) -> None:
    assert closed(reply(code, text))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (250, "2.1.5 Ok, relay access denied is not what we say"),
        (450, "4.2.0 <a@example.net>: Recipient address rejected: Greylisted, relay access denied until then"),
        (421, "4.7.0 relay access denied"),
        (450, "4.1.2 <a@example.net>: Recipient address rejected: Domain not found"),
        (550, "5.1.2 <a@example.net>: Recipient address rejected: Domain not found"),
        (550, "5.7.23 SPF validation failed"),
        (554, "5.7.1 Service unavailable; Client host [2001:db8:9::9] blocked using zen.spamhaus.org; relay denied"),
        (550, "5.7.25 cannot find your reverse hostname"),
        (530, "5.7.0 Must issue a STARTTLS command first"),
        (550, "5.1.1 <a@example.net>: Recipient address rejected: undeliverable address: host mail.example.net said"),
        (550, "5.1.8 Sender address rejected: Domain not found"),
        (451, "4.3.0 Temporary lookup failure"),
        (550, "5.4.1 Recipient address rejected: Access denied"),
    ],
)
def test_not_every_no_shows_that_it_is_closed(code: int, text: str) -> None:
    assert not closed(reply(code, text))


@pytest.mark.parametrize("family", [V6, V4])
def test_a_refused_sender_shows_nothing(family: Family) -> None:
    from probe.model.words import Stage
    from tests.builders import step

    refused = talk(Purpose.RELAY, family, step(Stage.MAIL, code=550, text=f"5.7.1 <{ELSEWHERE}>: Relay access denied"))
    assert [item.verdict for item in findings(world(refused), "relay-open")] == [UNKNOWN]
