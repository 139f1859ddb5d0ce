"""Whatever was measured and whatever a server said: it can be judged, and nobody is blamed for what is ours."""

import json
from dataclasses import replace
from itertools import chain

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.judge import judge
from probe.model.delivery import Arrival, Hop
from probe.model.dns import Address, MxHost, Resolution, Resolved
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement, Vantage
from probe.model.network import Icmp
from probe.model.policies import Dane, MtaSts, PolicyFetch, TlsaHost
from probe.model.report import Finding
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import (
    AddressClass,
    Failure,
    Family,
    Outcome,
    Parity,
    Purpose,
    Stage,
    Verdict,
)
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND4,
    SECOND6,
    STARTED,
    V4,
    V6,
    attempt,
    broken,
    measurement,
    named,
    stopped,
    tls,
)
from tests.judge.policies import FIRST, ROOT, body, promise

# Any valid measurement can be judged. The strategies build from the nouns themselves, with texts of any kind.

TEXT = st.text(max_size=40) | st.sampled_from(
    ["5.7.25 no PTR", "4.2.0 Greylisted", "{who} {0} %s", "\x1b[2J", "5.1.1 User unknown", "mx1.example.com ESMTP", ""]
)
NAMES = st.sampled_from([MX1, "mx2.example.com", MX6, "localhost", "192.0.2.26", "{}", "a b"])
SIX = st.sampled_from([MX6, SECOND6, "fd00::1", "::1", "::ffff:192.0.2.1", "2002:c000:219::1"])
FOUR = st.sampled_from([MX4, SECOND4, "10.0.0.1", "127.0.0.1", "203.0.113.9"])
SECONDS = st.floats(0, 1000)
REPLIES = st.builds(
    Reply,
    st.integers(200, 599),
    st.lists(TEXT, max_size=3).map(tuple),
    st.sampled_from([None, "5.1.1", "5.7.25", "4.7.1", "5.7.23", "2.0.0"]),
)
ICMP = st.builds(Icmp, st.integers(0, 255), st.integers(0, 255), st.none() | SIX | FOUR)
STEPS = st.builds(
    Observation,
    st.sampled_from(Stage),
    SECONDS,
    SECONDS,
    st.none() | REPLIES,
    st.none() | st.sampled_from(Failure),
    st.none() | TEXT,
    st.none() | TEXT,
    st.booleans(),
    st.none() | ICMP,
)
FACTS = st.builds(
    tls,
    version=st.sampled_from(["TLSv1.3", "TLSv1.1", "unheard of", ""]),
    trusted=st.none() | st.booleans(),
    name_matches=st.none() | st.booleans(),
    not_after=st.none() | st.just(STARTED),
    sha256=st.none() | st.sampled_from(["aa", "bb"]),
    names=st.lists(TEXT, max_size=2).map(tuple),
    issuer=st.none() | TEXT,
    chain=st.sampled_from([(), (FIRST.der,), (FIRST.der, ROOT.der), (b"nonsense",)]),
    anchors=st.sampled_from([(), (1,)]),
)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    family = draw(st.sampled_from(Family))
    addresses = SIX if family is V6 else FOUR
    return Session(
        mx=(mx := draw(NAMES)),
        names=(mx, *draw(st.lists(NAMES, max_size=2))),
        address=draw(addresses),
        port=draw(st.sampled_from([25, 2525])),
        family=family,
        until=draw(st.sampled_from(Stage)),
        reached=draw(st.sampled_from(Stage)),
        started=draw(st.sampled_from([0.0, 3.0])),
        elapsed=draw(SECONDS),
        source=draw(st.none() | addresses),
        failure=draw(st.none() | st.sampled_from(Failure)),
        purpose=draw(st.sampled_from(Purpose)),
        steps=tuple(draw(st.lists(STEPS, max_size=6))),
        capabilities=tuple(draw(st.lists(TEXT, max_size=3))),
        client_echo=draw(st.none() | SIX | FOUR),
        tls=draw(st.none() | FACTS),
        redirected=draw(st.booleans()),
        group=draw(st.sampled_from([(), ("MAIL", "RCPT", "DATA")])),
        group_fault=draw(st.none() | TEXT),
    )


@st.composite
def hosts(draw: st.DrawFn) -> MxHost:
    name = draw(NAMES)
    addresses = [
        Address(
            text,
            family,
            draw(st.sampled_from(AddressClass)),
            (),
            draw(st.none() | st.booleans()),
            None,
            draw(st.booleans()),
            draw(st.booleans()),
        )
        for family, texts in ((V6, SIX), (V4, FOUR))
        for text in draw(st.lists(texts, max_size=2, unique=True))
    ]
    look_ups = [
        Resolution(name, rrtype, draw(st.sampled_from(Outcome)), detail=draw(st.none() | TEXT))
        for rrtype in ("AAAA", "A")
    ]
    cnames = tuple(draw(st.lists(TEXT, max_size=2)))
    return MxHost(name, draw(st.none() | st.just(10)), draw(st.booleans()), *look_ups, tuple(addresses), cnames)


HOPS = st.builds(
    Hop, TEXT, address=st.none() | SIX | FOUR, by=st.none() | NAMES, id=st.none() | st.sampled_from(["q1", "q2"])
)
ARRIVALS = st.builds(Arrival, TEXT, SECONDS, st.integers(1, 3), st.lists(HOPS, max_size=3).map(tuple))
ATTEMPTS = st.builds(
    attempt,
    st.sampled_from(Family),
    session=st.integers(-2, 5),
    accepted=st.none() | st.booleans(),
    arrival=st.none() | ARRIVALS,
    failure=st.none() | st.just(Failure.NOT_ARRIVED),
    queue_id=st.none() | TEXT,
)


RECORDS = st.lists(
    TEXT
    | st.sampled_from(
        [promise(), promise(FIRST, 2), promise(usage=1), "3 1 1 ab", '"v=STSv1; id=1"', '"v=TLSRPTv1; rua=mailto:a@b"']
    ),
    max_size=3,
).map(tuple)
LOOK_UPS = st.builds(
    Resolution,
    NAMES,
    TEXT,
    st.sampled_from(Outcome),
    RECORDS,
    ad=st.booleans(),
    elapsed=SECONDS,
    detail=st.none() | TEXT,
)
FETCHES = st.builds(
    PolicyFetch,
    st.sampled_from(Family),
    SIX | FOUR,
    SECONDS,
    st.none() | st.sampled_from([200, 301, 404]),
    st.none() | TEXT,
    st.none() | st.binary(max_size=50) | st.sampled_from([body("enforce"), body("testing"), body("none", "{}")]),
    st.none() | TEXT,
    st.none() | st.sampled_from(Failure),
    st.none() | TEXT,
)
TLSA_HOSTS = st.builds(
    lambda host, lookups, alias: TlsaHost(host, tuple(item.name for item in lookups), lookups, alias),
    NAMES,
    st.lists(LOOK_UPS, max_size=2).map(tuple),
    st.none() | LOOK_UPS,
)
INQUIRIES = st.builds(
    Inquiries,
    tlsrpt=st.none() | LOOK_UPS,
    dane=st.none() | st.builds(Dane, st.lists(TLSA_HOSTS, max_size=2).map(tuple), st.none() | LOOK_UPS, st.booleans()),
    mtasts=st.none()
    | st.builds(
        MtaSts,
        LOOK_UPS,
        NAMES,
        st.none() | LOOK_UPS,
        st.none() | LOOK_UPS,
        st.lists(FETCHES, max_size=3).map(tuple),
        st.booleans(),
    ),
)


@st.composite
def worlds(draw: st.DrawFn) -> Measurement:
    names = st.lists(NAMES, max_size=2).map(tuple)
    found = Resolved(
        draw(
            st.none() | st.builds(Resolution, NAMES, st.just("MX"), st.sampled_from(Outcome), st.lists(TEXT).map(tuple))
        ),
        tuple(draw(st.lists(hosts(), max_size=3))),
        null_mx=draw(st.booleans()),
        bad_targets=draw(names),
    )
    families = draw(st.sampled_from([(V6, V4), (V6,), (V4,)]))
    vantages = tuple(
        Vantage(
            family,
            draw(st.none() | st.booleans()),
            draw(st.none() | (SIX if family is V6 else FOUR)),
            draw(st.none() | TEXT),
            ptr=tuple(draw(st.lists(TEXT, max_size=1))),
            fcrdns=draw(st.none() | st.booleans()),
            temporary=draw(st.booleans()),
        )
        for family in families
    )
    world = measurement(
        *draw(st.lists(sessions(), max_size=5)),
        resolved=found,
        vantage=vantages,
        references=tuple(draw(st.lists(sessions(), max_size=1))),
        attempts=tuple(draw(st.lists(ATTEMPTS, max_size=3))),
        inquiries=draw(st.none() | INQUIRIES),
    )
    world = replace(world, settings=replace(world.settings, families=families, until=draw(st.sampled_from(Stage))))
    return named(world) if draw(st.booleans()) else world


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds())
def test_any_measurement_can_be_judged(world: Measurement) -> None:
    report = judge(world)
    assert report.verdict is max((item.verdict for item in report.findings), key=lambda one: one.rank)
    keys = [(item.code, item.family, item.subject) for item in report.findings]
    assert len(keys) == len(set(keys))
    assert sum(item.code == "parity-verdict" for item in report.findings) == 1
    for finding in report.findings:
        _bounded(finding)
    json.dumps([item.sentence for item in report.findings])


def _bounded(finding: Finding) -> None:
    for text in chain((finding.sentence, finding.fix or ""), finding.evidence):
        assert len(text) < 1500


BLAMELESS = {Failure.DEADLINE, Failure.NOT_TRIED, Failure.NO_ROUTE}


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([stage for stage in Stage if Stage.CONNECT.rank <= stage.rank <= Stage.RCPT.rank]),
    st.sampled_from(sorted(BLAMELESS)),
    st.sampled_from(Family),
)
def test_what_we_did_ourselves_is_never_held_against_the_host(stage: Stage, failure: Failure, family: Family) -> None:
    report = judge(broken(stopped(stage, family, failure=failure)))
    assert report.verdict is Verdict.UNKNOWN
    assert report.parity is Parity.UNTESTABLE


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        [stage for stage in Stage if Stage.BANNER.rank <= stage.rank <= Stage.RCPT.rank and stage is not Stage.STARTTLS]
    ),
    st.integers(400, 499),
    TEXT,
    st.sampled_from(Family),
)
def test_a_4xx_is_never_broken_and_hides_no_capability(stage: Stage, code: int, text: str, family: Family) -> None:
    report = judge(broken(stopped(stage, family, code=code, text=text)))
    assert report.verdict in {Verdict.OK, Verdict.UNKNOWN}
    assert report.parity in {Parity.EQUAL, Parity.UNTESTABLE}
    assert not {"ehlo-caps-diff", "tls-starttls-missing"} & {item.code for item in report.findings}
