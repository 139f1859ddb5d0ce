"""Builders for tests of what judges and speaks: a healthy dual-stack measurement, and small functions that break it.

``healthy()`` is one MX host with one address of each family, both taking the envelope; ``delivered()`` the same with a
message that arrived over each. Everything is frozen, so breaking one thing gives a new measurement.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from probe.model.delivery import Arrival, Attempt, Contact, Hop, LogTrace, WatchedLog
from probe.model.dns import Address, MxHost, Resolution, Resolved
from probe.model.log import Daemon, Fate, LogKind
from probe.model.measurement import SCHEMA, Measurement, Route, Vantage
from probe.model.network import Icmp
from probe.model.settings import Settings, Target, TargetKind
from probe.model.smtp import Observation, Reply, Session, TlsFacts
from probe.model.words import AddressClass, Failure, Family, Outcome, Purpose, Stage

V6, V4 = Family.IPV6, Family.IPV4
STARTED = datetime(2026, 11, 22, 18, 0, 12, 123456, tzinfo=UTC)
MX1 = "mx1.example.com"
MX6, MX4 = "2001:db8::25", "192.0.2.25"
SECOND6, SECOND4 = "2001:db8::26", "192.0.2.26"
ELSEWHERE = {V6: "2001:db8:ffff::25", V4: "198.51.100.25"}
OWN = {V6: "2001:db8:9::9", V4: "203.0.113.9"}
ADDRESS = {V6: MX6, V4: MX4}
PROBE = "probe.example.net"
MAILDIR = "maildir:/srv/mail"
LOG = "log:/var/log/mail.log"
CAPABILITIES = ("PIPELINING", "SIZE 10240000", "8BITMIME", "SMTPUTF8", "CHUNKING")
CODES = {Stage.BANNER: 220, Stage.EHLO: 250, Stage.STARTTLS: 220, Stage.MAIL: 250, Stage.RCPT: 250, Stage.DATA: 250}
TEXTS = {
    Stage.BANNER: f"{MX1} ESMTP Postfix",
    Stage.EHLO: MX1,
    Stage.STARTTLS: "2.0.0 Ready to start TLS",
    Stage.MAIL: "2.1.0 Ok",
    Stage.RCPT: "2.1.5 Ok",
    Stage.DATA: "2.0.0 Ok: queued as 4XqPrS0Vzzz1",
}
TIMES = {Stage.CONNECT: 0.012, Stage.BANNER: 0.02}


def reply(code: int, text: str = "", *more: str) -> Reply:
    """A reply; the enhanced code is read off its first line."""
    first = text.split(" ", maxsplit=1)[0]
    enhanced = first if first.count(".") == 2 and first.startswith(f"{code // 100}.") else None
    return Reply(code, (text, *more), enhanced)


def step(
    stage: Stage,
    *,
    code: int | None = None,
    text: str = "",
    failure: Failure | None = None,
    elapsed: float = 0.02,
    **changes: Any,
) -> Observation:
    """One step; a 4xx or 5xx code is a failure of its own."""
    said = None if code is None else reply(code, text)
    if failure is None and code is not None and code >= 400:
        failure = Failure.DEFERRED if code < 500 else Failure.REJECTED
    return Observation(stage, changes.pop("started", 0.05), elapsed, said, failure, **changes)


def tls(**changes: Any) -> TlsFacts:
    """A good certificate, 60 days left."""
    facts = TlsFacts(
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        trusted=True,
        name_matches=True,
        subject=f"CN={MX1}",
        issuer="CN=Example CA",
        names=(MX1,),
        not_before=STARTED - timedelta(days=30),
        not_after=STARTED + timedelta(days=60),
        sha256="aa" * 32,
        spki_sha256="bb" * 32,
    )
    return replace(facts, **changes)


def session(family: Family = V6, *, until: Stage = Stage.RCPT, **changes: Any) -> Session:
    """A conversation that went well, up to ``until``."""
    stages = [stage for stage in Stage if Stage.CONNECT.rank <= stage.rank <= min(until.rank, Stage.DATA.rank)]
    steps: list[Observation] = []
    for stage in stages:
        inside = stage.rank > Stage.STARTTLS.rank
        code = CODES.get(stage)
        steps.append(step(stage, code=code, text=TEXTS.get(stage, ""), elapsed=TIMES.get(stage, 0.02), tls=inside))
        if stage is Stage.STARTTLS:
            steps.append(step(Stage.EHLO, code=250, text=MX1, tls=True))
    handshake = until.rank >= Stage.STARTTLS.rank
    built = Session(
        mx=MX1,
        names=(MX1,),
        address=ADDRESS[family],
        port=25,
        family=family,
        until=until,
        reached=stages[-1],
        started=0.03,
        elapsed=0.2,
        source=OWN[family],
        helo=PROBE,
        steps=tuple(steps),
        capabilities=(*CAPABILITIES, "STARTTLS") if until.rank >= Stage.EHLO.rank else (),
        capabilities_tls=CAPABILITIES if handshake else (),
        tls=tls() if handshake else None,
    )
    return replace(built, **changes)


def stopped(
    stage: Stage,
    family: Family = V6,
    *,
    failure: Failure | None = None,
    code: int | None = None,
    text: str = "",
    elapsed: float = 0.03,
    detail: str | None = None,
    icmp: Icmp | None = None,
    until: Stage = Stage.RCPT,
    **changes: Any,
) -> Session:
    """A conversation that ended at ``stage``, with a reply or without."""
    whole = session(family, until=until)
    inside = stage.rank > Stage.STARTTLS.rank
    last = step(stage, code=code, text=text, failure=failure, elapsed=elapsed, detail=detail, icmp=icmp, tls=inside)
    kept: list[Observation] = []
    for item in whole.steps:
        if item.stage is stage and item.tls is inside:
            break
        kept.append(item)
    handshake = stage.rank > Stage.STARTTLS.rank
    past_ehlo = stage.rank > Stage.EHLO.rank
    built = replace(
        whole,
        reached=stage,
        failure=last.failure,
        steps=(*kept, last),
        capabilities=whole.capabilities if past_ehlo else (),
        capabilities_tls=whole.capabilities_tls if handshake else (),
        tls=whole.tls if handshake else None,
    )
    return replace(built, **changes)


def greeting(family: Family, text: str, *more: str, elapsed: float = 0.02, **changes: Any) -> Session:
    """A conversation that went well, with another greeting."""
    base = session(family)
    steps = tuple(
        replace(item, reply=reply(220, text, *more), elapsed=elapsed) if item.stage is Stage.BANNER else item
        for item in base.steps
    )
    return replace(base, steps=steps, **changes)


def timed(family: Family, stage: Stage, seconds: float, delay: float = 0.0) -> Session:
    """A conversation that went well, one step of which took ``seconds``, ``delay`` of them for reasons of ours."""
    base = session(family)
    steps = tuple(replace(item, elapsed=seconds, delay=delay) if item.stage is stage else item for item in base.steps)
    return replace(base, steps=steps)


def refused_starttls(family: Family = V6, code: int = 454, text: str = "4.7.0 TLS not available") -> Session:
    """STARTTLS offered, refused, and the conversation gone on in the clear."""
    base = session(family)
    steps = tuple(
        replace(step(Stage.STARTTLS, code=code, text=text)) if item.stage is Stage.STARTTLS else item
        for item in base.steps
        if not (item.tls and item.stage is Stage.EHLO)
    )
    return replace(base, steps=tuple(replace(item, tls=False) for item in steps), tls=None, capabilities_tls=())


def no_starttls(family: Family = V6) -> Session:
    """STARTTLS not offered; the conversation goes on in the clear."""
    base = refused_starttls(family)
    steps = tuple(
        step(Stage.STARTTLS, failure=Failure.NOT_OFFERED) if item.stage is Stage.STARTTLS else item
        for item in base.steps
    )
    return replace(base, steps=steps, capabilities=CAPABILITIES)


def helo_only(family: Family = V6) -> Session:
    """EHLO not known, HELO taken."""
    base = no_starttls(family)
    steps: list[Observation] = []
    for item in base.steps:
        if item.stage is Stage.EHLO:
            steps.append(
                step(Stage.EHLO, code=502, text="5.5.1 Error: command not implemented", command=f"EHLO {PROBE}")
            )
            steps.append(step(Stage.EHLO, code=250, text=MX1, command=f"HELO {PROBE}"))
        else:
            steps.append(item)
    return replace(base, steps=tuple(steps), capabilities=())


def reference(family: Family = V6, **changes: Any) -> Session:
    """A host of another network that greeted us on port 25."""
    return session(
        family,
        until=Stage.BANNER,
        mx="mail.example.org",
        names=("mail.example.org",),
        address=ELSEWHERE[family],
        purpose=Purpose.REFERENCE,
        **changes,
    )


def resolution(name: str, rrtype: str, *records: str, outcome: Outcome | None = None, **changes: Any) -> Resolution:
    """A look-up: an answer when there are records, NODATA without."""
    outcome = outcome or (Outcome.ANSWER if records else Outcome.NO_DATA)
    return Resolution(name, rrtype, outcome, records, 300, **changes)


def address(text: str, **changes: Any) -> Address:
    """A global address with a confirmed reverse name."""
    family = V6 if ":" in text else V4
    built = Address(text, family, AddressClass.GLOBAL, (MX1,), True, Outcome.ANSWER)
    return replace(built, **changes)


def host(name: str = MX1, *addresses: str | Address, preference: int | None = 10, **changes: Any) -> MxHost:
    """An MX host with these addresses; a family without one is NODATA."""
    items = tuple(address(item) if isinstance(item, str) else item for item in addresses)
    six = [item.address for item in items if item.family is V6]
    four = [item.address for item in items if item.family is V4]
    built = MxHost(name, preference, False, resolution(name, "AAAA", *six), resolution(name, "A", *four), items)
    return replace(built, **changes)


def resolved(*hosts: MxHost, **changes: Any) -> Resolved:
    """What the resolver says of example.com."""
    records = tuple(f"{item.preference} {item.host}." for item in hosts)
    return replace(Resolved(resolution("example.com", "MX", *records), hosts), **changes)


def vantage(family: Family = V6, **changes: Any) -> Vantage:
    """Our own machine in good order: a stable source with a confirmed reverse name."""
    route = Route(ADDRESS[family], family, OWN[family], AddressClass.GLOBAL, True, False, False, False)
    built = Vantage(family, True, OWN[family], None, False, False, False, (PROBE,), True, PROBE, (route,))
    return replace(built, **changes)


def measurement(*sessions: Session, hosts: Sequence[MxHost] | None = None, **changes: Any) -> Measurement:
    """A measurement of example.com with these conversations."""
    found = [host(MX1, MX6, MX4)] if hosts is None else hosts
    built = Measurement(
        schema=SCHEMA,
        probe6="0.1.0",
        target=Target("example.com", TargetKind.DOMAIN, "example.com"),
        started=STARTED,
        elapsed=0.6,
        settings=Settings(recipient="postmaster@example.com"),
        resolved=resolved(*found),
        vantage=(vantage(V6), vantage(V4)),
        sessions=sessions,
        queries=9,
        connections=len(sessions),
    )
    return replace(built, **changes)


def healthy(**changes: Any) -> Measurement:
    """One MX host, one address of each family, all well."""
    return measurement(session(V6), session(V4), **changes)


def broken(one: Session, **changes: Any) -> Measurement:
    """The healthy world with ``one`` conversation in place of its family's, and references that greet."""
    others = [session(family) for family in Family if family is not one.family]
    sessions = sorted((one, *others), key=lambda item: item.family is V4)
    changes.setdefault("references", (reference(V6), reference(V4)))
    return measurement(*sessions, **changes)


def both(six: Session, four: Session, **changes: Any) -> Measurement:
    """A world of these two conversations, and references that greet."""
    changes.setdefault("references", (reference(V6), reference(V4)))
    return measurement(six, four, **changes)


def named(given: Measurement, mailbox: str = "user@example.com") -> Measurement:
    """The same with a mailbox named by the user."""
    return replace(
        given,
        target=Target(mailbox, TargetKind.MAILBOX, "example.com", mailbox),
        settings=replace(given.settings, recipient=mailbox, until=Stage.DELIVERY, proofs=(MAILDIR,)),
    )


def only(family: Family, given: Measurement) -> Measurement:
    """The same under ``-4`` or ``-6``."""
    return replace(
        given,
        settings=replace(given.settings, families=(family,)),
        sessions=tuple(item for item in given.sessions if item.family is family),
        vantage=tuple(item for item in given.vantage if item.family is family),
    )


def hop(family: Family = V6, **changes: Any) -> Hop:
    """The header the tested host wrote."""
    literal = f"IPv6:{OWN[V6]}" if family is V6 else OWN[V4]
    built = Hop(
        raw=f"from {PROBE} ({PROBE} [{literal}]) by {MX1} (Postfix) with ESMTPS id 4XqPrS0Vzzz1",
        helo=PROBE,
        reverse_name=PROBE,
        address=OWN[family],
        family=family,
        by=MX1,
        protocol="ESMTPS",
        tls=True,
        id="4XqPrS0Vzzz1",
    )
    return replace(built, **changes)


def arrival(family: Family = V6, *hops: Hop, seconds: float = 0.4, copies: int = 1) -> Arrival:
    """A copy found in the Maildir."""
    return Arrival(MAILDIR, seconds, copies, hops or (hop(family),))


def attempt(family: Family = V6, **changes: Any) -> Attempt:
    """A message accepted and found. ``session`` is the index ``delivered`` puts its conversation at."""
    built = Attempt(
        family=family,
        mx=MX1,
        address=ADDRESS[family],
        token=f"p6{family.value}",
        session=0 if family is V6 else 1,
        accepted=True,
        queue_id="4XqPrS0Vzzz1",
        seconds_to_accept=0.1,
        arrival=arrival(family),
        watched=(MAILDIR,),
    )
    return replace(built, **changes)


def delivered(six: Attempt | None = None, four: Attempt | None = None, **changes: Any) -> Measurement:
    """A message over each family, both arrived unless told otherwise."""
    built = measurement(
        session(V6, until=Stage.DELIVERY),
        session(V4, until=Stage.DELIVERY),
        attempts=(six or attempt(V6), four or attempt(V4)),
    )
    return replace(named(built), **changes)


def logged(of: Family = V6, /, **changes: Any) -> Hop:
    """What the log says of the reception."""
    line = f"mx1 postfix/smtpd[7]: 4XqPrS0Vzzz1: client={PROBE}[{OWN[of]}]"
    return replace(hop(of, raw=line, by="mx1", logged=True), **changes)


def trace(family: Family = V6, fate: Fate | None = Fate.DELIVERED, **changes: Any) -> LogTrace:
    """What the log says of a message."""
    if fate is None:
        return LogTrace(LOG)
    came = logged(family)
    lines = (came.raw, f"mx1 postfix/virtual[9]: 4XqPrS0Vzzz1: to=<user@example.com>, status={fate}")
    return replace(LogTrace(LOG, fate, lines, ("4XqPrS0Vzzz1",), came), **changes)


def contact(address: str, kind: LogKind = LogKind.CONNECT) -> Contact:
    """The line of a connection."""
    line = f"mx1 postfix/smtpd[7]: connect from unknown[{address}]"
    return Contact(address, V6 if ":" in address else V4, kind, line, STARTED)


def mail_log(*addresses: str, **changes: Any) -> WatchedLog:
    """A log with connections from these addresses; ours when none are given."""
    contacts = tuple(contact(address) for address in addresses or OWN.values())
    return replace(WatchedLog(LOG, 20, (Daemon.POSTFIX,), contacts), **changes)
