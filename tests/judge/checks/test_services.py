from dataclasses import replace

import pytest

from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.services import Knock, Protocol, Service, Services
from probe.model.words import Failure, Family, Stage
from tests.builders import MX1, MX4, MX6, V4, V6, both, healthy, session, stopped, tls
from tests.judge.checks.table import OK, UNKNOWN, WARNING, Row, findings, name, said

SUBMISSION = Service(Protocol.SUBMISSION, MX1, 587, "_submission._tcp.example.com")
IMAPS = Service(Protocol.IMAPS, MX1, 993)
ADDRESS = {V6: MX6, V4: MX4}


def well(family: Family, service: Service = SUBMISSION, **changes: object) -> Knock:
    built = Knock(service, ADDRESS[family], family, 0.1, 0.05, True, "220 mx1.example.com ESMTP", tls())
    return replace(built, **changes)  # type: ignore[arg-type]


def bad(family: Family, failure: Failure, service: Service = SUBMISSION, *, connected: bool = False) -> Knock:
    return Knock(service, ADDRESS[family], family, 0.1, 0.05, connected, failure=failure, detail="why")


def world(*knocks: Knock, base: Measurement | None = None) -> Measurement:
    return replace(base or healthy(), inquiries=Inquiries(services=Services(knocks)))


WHO, WHO_IMAPS = f"{MX1} port 587", f"{MX1} port 993"
UNREACHED = both(stopped(Stage.CONNECT, failure=Failure.TIMEOUT), session(V4))

CASES: list[Row] = [
    ("submission-family", "both answer", world(well(V6), well(V4)), {(OK, None, WHO)}),
    ("submission-family", "IPv4 alone", world(bad(V6, Failure.REFUSED), well(V4)), {(WARNING, V6, WHO)}),
    ("submission-family", "IPv6 alone", world(well(V6), bad(V4, Failure.REFUSED)), {(WARNING, V4, WHO)}),
    (
        "submission-family",
        "Dovecot listens on IPv4",
        world(bad(V6, Failure.REFUSED, IMAPS), well(V4, IMAPS)),
        {(WARNING, V6, WHO_IMAPS)},
    ),
    (
        "submission-family",
        "dropped, others not",
        world(bad(V6, Failure.TIMEOUT), well(V4)),
        {(WARNING, V6, WHO)},
    ),
    (
        "submission-family",
        "dropped, and nothing is reached",
        world(bad(V6, Failure.TIMEOUT), well(V4), base=UNREACHED),
        {(UNKNOWN, V6, WHO)},
    ),
    ("submission-family", "this machine has no IPv6", world(bad(V6, Failure.NO_ROUTE), well(V4)), {(OK, None, WHO)}),
    ("submission-family", "no AAAA", world(well(V4)), {(OK, None, WHO)}),
    ("submission-family", "no TLS over one", world(well(V6, tls=None), well(V4)), {(WARNING, V6, WHO)}),
    ("submission-family", "no TLS over either", world(well(V6, tls=None), well(V4, tls=None)), {(OK, None, WHO)}),
    (
        "submission-family",
        "named and not there",
        world(bad(V6, Failure.REFUSED), bad(V4, Failure.REFUSED)),
        {(WARNING, None, WHO)},
    ),
    (
        "submission-family",
        "named, and dropped",
        world(bad(V6, Failure.TIMEOUT), bad(V4, Failure.TIMEOUT)),
        set(),
    ),
    (
        "submission-family",
        "nobody said it was there",
        world(bad(V6, Failure.REFUSED, IMAPS), bad(V4, Failure.REFUSED, IMAPS)),
        set(),
    ),
    ("submission-family", "not asked for", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected


def test_parity_is_that_of_port_25() -> None:
    (finding,) = findings(world(bad(V6, Failure.REFUSED), well(V4)), "parity-verdict")
    assert finding.verdict is OK


def test_the_fix_is_that_of_the_software() -> None:
    (imap,) = findings(world(bad(V6, Failure.REFUSED, IMAPS), well(V4, IMAPS)), "submission-family")
    assert "listen = *, ::" in (imap.fix or "")
    (smtp,) = findings(world(bad(V6, Failure.REFUSED), well(V4)), "submission-family")
    assert "inet_protocols" in (smtp.fix or "")
    assert "--dport 587" in (smtp.fix or "")
