"""Reports as judge would hand them over, written out by hand: formats are tested without the rest of the house."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from probe.grammar.text import escape
from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.delivery import Arrival, Attempt, Hop
from probe.model.dns import Address, MxHost, Resolution, Resolved
from probe.model.measurement import SCHEMA, Measurement, Route, Vantage
from probe.model.network import Icmp
from probe.model.report import Comparison, Difference, Finding, Identity, Manual, Report, Sender, Sign, Try
from probe.model.settings import Record, Settings, Target, TargetKind
from probe.model.smtp import Line, Observation, Reply, Session, TlsFacts
from probe.model.words import (
    AddressClass,
    Failure,
    Family,
    Outcome,
    Parity,
    Port25,
    Provenance,
    Sameness,
    Stage,
    Verdict,
)

STARTED = datetime(2026, 11, 22, 18, 0, 12, 123456, tzinfo=UTC)
V6, V4 = Family.IPV6, Family.IPV4
OUR = {V6: "2001:db8::9", V4: "192.0.2.9"}
HOST = "mx1.example.com"
CAPS = ("PIPELINING", "SIZE 10240000", "STARTTLS", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8", "CHUNKING")


def family_of(address: str) -> Family:
    return V6 if ":" in address else V4


def reply(text: str) -> Reply:
    code, _, rest = text.partition(" ")
    first = rest.split(" ", 1)[0]
    return Reply(int(code), tuple(rest.split("\n")), first if first[:2] == f"{code[0]}." else None)


def step(stage: Stage, at: float, took: float, text: str | None = None, **more: object) -> Observation:
    return Observation(stage, at, took, reply(text) if text else None, **more)  # type: ignore[arg-type]


CERTIFICATE = TlsFacts(
    version="TLSv1.3",
    cipher="TLS_AES_256_GCM_SHA384",
    trusted=True,
    name_matches=True,
    subject=f"CN={HOST}",
    issuer="CN=R11,O=Let's Encrypt,C=US",
    names=(HOST,),
    not_before=STARTED - timedelta(days=20),
    not_after=STARTED + timedelta(days=70),
    sha256="ab" * 32,
    spki_sha256="cd" * 32,
    chain=(b"0\x82\x01",),
)


def session(address: str, mx: str = HOST, until: Stage = Stage.RCPT, rtt: float = 0.012) -> Session:
    family = family_of(address)
    ours = OUR[family]
    echo = f"probe.example.net [{ours}]"
    steps = [
        step(Stage.CONNECT, 0.03, rtt),
        step(Stage.BANNER, 0.03 + rtt, rtt * 1.5, f"220 {mx} ESMTP Postfix (Debian/GNU)"),
        step(Stage.EHLO, 0.08, rtt, "\n".join((f"250 {mx}", *CAPS)), command="EHLO probe.example.net"),
        step(Stage.STARTTLS, 0.10, rtt * 3, "220 2.0.0 Ready to start TLS", command="STARTTLS"),
        step(Stage.EHLO, 0.15, rtt, "\n".join((f"250 {mx}", *CAPS)), command="EHLO probe.example.net", tls=True),
        step(Stage.MAIL, 0.17, rtt, "250 2.1.0 Ok", command="MAIL FROM:<>", tls=True),
        step(Stage.RCPT, 0.19, rtt, "250 2.1.5 Ok", command="RCPT TO:<postmaster@example.com>", tls=True),
    ]
    script = (
        ("*", f"connected to {address} port 25 from {ours}", False),
        ("S", f"220 {mx} ESMTP Postfix (Debian/GNU)", False),
        ("C", "EHLO probe.example.net", False),
        ("S", f"250-{mx}", False),
        ("S", "250 STARTTLS", False),
        ("C", "STARTTLS", False),
        ("S", "220 2.0.0 Ready to start TLS", False),
        ("*", "TLSv1.3 TLS_AES_256_GCM_SHA384", True),
        ("C", "MAIL FROM:<>", True),
        ("S", "250 2.1.0 Ok", True),
        ("C", "RCPT TO:<postmaster@example.com>", True),
        ("S", "250 2.1.5 Ok", True),
        ("C", "QUIT", True),
        ("S", "221 2.0.0 Bye", True),
    )
    return Session(
        mx=mx,
        names=(mx,),
        address=address,
        port=25,
        family=family,
        until=until,
        reached=until,
        started=0.03,
        elapsed=0.25,
        source=ours,
        helo="probe.example.net",
        steps=tuple(steps),
        capabilities=CAPS,
        capabilities_tls=CAPS,
        client_echo=None if mx == HOST else echo,
        tls=replace(CERTIFICATE, names=(mx,), subject=f"CN={mx}"),
        transcript=tuple(Line(0.03 + 0.012 * n, who, text, tls) for n, (who, text, tls) in enumerate(script)),
    )


def failed(address: str, stage: Stage, failure: Failure, text: str | None = None, **more: object) -> Session:
    """The conversation with ``address``, broken off at ``stage``."""
    whole = session(address, **{key: more.pop(key) for key in ("mx",) if key in more})  # type: ignore[arg-type]
    kept = tuple(item for item in whole.steps if item.stage.rank < stage.rank and not item.tls)
    before = Stage.STARTTLS.rank >= stage.rank
    end = Observation(stage, 0.05, 0.0004, reply(text) if text else None, failure, **more)  # type: ignore[arg-type]
    return replace(
        whole,
        reached=stage,
        failure=failure,
        steps=(*kept, end),
        capabilities=whole.capabilities if stage.rank > Stage.EHLO.rank else (),
        capabilities_tls=() if before else whole.capabilities_tls,
        tls=None if before else whole.tls,
        transcript=(Line(0.05, "*", f"{stage}: {failure}"),),
    )


def host(name: str, *addresses: str, preference: int | None = 10, **outcomes: Outcome) -> MxHost:
    def look_up(rrtype: str, family: Family) -> Resolution:
        found = tuple(item for item in addresses if family_of(item) is family)
        outcome = outcomes.get(rrtype, Outcome.ANSWER if found else Outcome.NO_DATA)
        return Resolution(name, rrtype, outcome, found, 300, server="[2001:db8::53]:53", elapsed=0.004)

    known = tuple(
        Address(item, family_of(item), AddressClass.GLOBAL, (name,), True, Outcome.ANSWER) for item in addresses
    )
    return MxHost(name, preference, False, look_up("AAAA", V6), look_up("A", V4), known)


def vantage(family: Family, *addresses: str) -> Vantage:
    ours = OUR[family]
    return Vantage(
        family,
        usable=True,
        source=ours,
        ptr=("probe.example.net",),
        fcrdns=True,
        helo="probe.example.net",
        routes=tuple(Route(item, family, ours, AddressClass.GLOBAL, True) for item in addresses),
    )


def measurement(hosts: tuple[MxHost, ...], sessions: tuple[Session, ...], target: str = "example.com") -> Measurement:
    records = tuple(f"{item.preference} {item.host}." for item in hosts)
    domain = target.rpartition("@")[2]
    kind = TargetKind.MAILBOX if "@" in target else TargetKind.DOMAIN
    return Measurement(
        schema=SCHEMA,
        probe6="0.1.0",
        target=Target(target, kind, domain, target if "@" in target else None),
        started=STARTED,
        elapsed=0.612,
        settings=Settings(),
        resolved=Resolved(
            Resolution(domain, "MX", Outcome.ANSWER, records, 3600, server="[2001:db8::53]:53", elapsed=0.003),
            hosts,
            nameservers=("[2001:db8::53]:53",),
        ),
        vantage=(vantage(V6), vantage(V4)),
        sessions=sessions,
        queries=9,
        connections=len(sessions),
    )


PROVEN = ((V6, Port25.PROVEN), (V4, Port25.PROVEN))


def healthy() -> Report:
    six, four = "2001:db8::25", "192.0.2.25"
    return Report(
        measurement((host(HOST, six, four),), (session(six), session(four, rtt=0.011))),
        Verdict.OK,
        Parity.EQUAL,
        "Mail over IPv6 is taken exactly as over IPv4.",
        (Comparison(HOST, Parity.EQUAL),),
        port25=PROVEN,
    )


REFUSED = Finding(
    "tcp-refused",
    Verdict.CRITICAL,
    V6,
    f"{HOST} [2001:db8::25]",
    "Nothing listens on port 25 of the IPv6 address, while the IPv4 address answers. Senders that prefer IPv6 lose "
    "time or queue the mail.",
    ("connect to [2001:db8::25]:25: connection refused after 0.4 ms", "192.0.2.25 port 25: 220 mx1.example.com ESMTP"),
    "postconf -e 'inet_protocols = all' 'inet_interfaces = all'\npostfix stop && postfix start",
    "probe6 explain tcp-refused",
)
NO_PTR = Finding(
    "dns-mx-ptr",
    Verdict.OK,
    V6,
    f"{HOST} [2001:db8::25]",
    "The address has no reverse name. For a host that only receives mail this is a matter of taste.",
    ("5.2.0.0.ip6.arpa PTR: no such name",),
    "publish a PTR record",
    "RFC 1912 2.1",
)


def refused() -> Report:
    six, four = "2001:db8::25", "192.0.2.25"
    broken = failed(six, Stage.CONNECT, Failure.REFUSED, detail="connection refused")
    return Report(
        measurement((host(HOST, six, four),), (broken, session(four))),
        Verdict.CRITICAL,
        Parity.IPV6_BROKEN,
        "No mail gets through over IPv6: mx1.example.com refuses the connection. IPv4 works.",
        (
            Comparison(
                HOST,
                Parity.IPV6_BROKEN,
                Stage.CONNECT,
                (Difference(Stage.CONNECT, "connection", "refused", "open"),),
            ),
        ),
        (REFUSED, NO_PTR),
        PROVEN,
    )


def two_hosts() -> Report:
    """Two MX hosts with two addresses of each family; one IPv6 address times out, one host lacks STARTTLS on IPv6."""
    first = host("mx1.example.com", "2001:db8::25", "2001:db8:0:1234:5678:9abc:def0:1", "192.0.2.25", "192.0.2.26")
    second = host("mx2.example.com", "2001:db8:2::25", "2001:db8:2::26", "198.51.100.25", preference=20)
    bare = session("2001:db8:2::25", "mx2.example.com")
    caps = tuple(item for item in CAPS if item != "STARTTLS")
    bare = replace(
        bare,
        capabilities=caps,
        capabilities_tls=(),
        tls=None,
        steps=(
            *(item for item in bare.steps if not item.tls and item.stage is not Stage.STARTTLS),
            step(Stage.STARTTLS, 0.1, 0.0, failure=Failure.NOT_OFFERED),
            step(Stage.MAIL, 0.1, 0.02, "250 2.1.0 Ok"),
            step(Stage.RCPT, 0.1, 0.02, "250 2.1.5 Ok"),
        ),
    )
    sessions = (
        session("2001:db8::25"),
        replace(
            failed("2001:db8:0:1234:5678:9abc:def0:1", Stage.CONNECT, Failure.TIMEOUT),
            steps=(Observation(Stage.CONNECT, 0.03, 15.0, failure=Failure.TIMEOUT, detail="no answer in 15 s"),),
        ),
        session("192.0.2.25"),
        session("192.0.2.26"),
        bare,
        replace(bare, address="2001:db8:2::26"),
        session("198.51.100.25", "mx2.example.com"),
    )
    return Report(
        measurement((first, second), sessions),
        Verdict.CRITICAL,
        Parity.DIFFERS,
        "IPv6 and IPv4 differ at mx1.example.com (connect) and mx2.example.com (starttls).",
        (
            Comparison(
                "mx1.example.com",
                Parity.DIFFERS,
                Stage.CONNECT,
                (Difference(Stage.CONNECT, "addresses that answer", "1 of 2", "2 of 2"),),
            ),
            Comparison(
                "mx2.example.com",
                Parity.DIFFERS,
                Stage.EHLO,
                (
                    Difference(Stage.EHLO, "STARTTLS", "not offered", "offered"),
                    Difference(Stage.STARTTLS, "TLS", "none", "TLSv1.3"),
                ),
            ),
        ),
        (
            Finding(
                "tcp-all-addresses",
                Verdict.CRITICAL,
                V6,
                "mx1.example.com [2001:db8:0:1234:5678:9abc:def0:1]",
                "One of two IPv6 addresses does not answer: some senders will wait for it, and some give up.",
                ("no answer to SYN in 15 s, twice",),
                "ip6tables -I INPUT -p tcp --dport 25 -j ACCEPT",
                "RFC 5321 5.1",
            ),
            Finding(
                "tls-starttls-missing",
                Verdict.WARNING,
                V6,
                "mx2.example.com",
                "TLS is offered over IPv4 and not over IPv6.",
                ("EHLO over IPv6: PIPELINING, SIZE, 8BITMIME",),
                "postconf -e 'smtpd_tls_security_level = may'",
                "RFC 3207",
            ),
        ),
        PROVEN,
    )


HOSTILE = (
    escape(b"\x1b[2J\x1b[H\r\nexample.com  + OK  equal\r\n\xe2\x80\xae\x9b\x07 \\ ")
    + escape("郵便局".encode())
    + "A" * 5000
)
RAW = "\x1b[2J\x1b[H\r\nFORGED: + OK\n\u202e\u2028\x85" + "郵" * 3000


MARKUP = (
    "</pre></code></td><script>alert(1)</script><img src=x onerror=alert(1)><!-- --> ]]> ' \" & &amp; &#64; "
    "| `a` ``` @jane #12 https://evil.example/ www.evil.example [a](b) ![c](d) *e* _f_ ~~g~~ $h$ <jane@evil.example> "
    "=HYPERLINK(1) %0a {} \\n"
)


def hostile(text: str = HOSTILE) -> Report:
    """A server that tries to take over the terminal; ``text`` stands wherever a server or a zone has a say."""
    six, four = "2001:db8::25", "192.0.2.25"
    evil = failed(six, Stage.BANNER, Failure.PROTOCOL, detail=text)
    whole = session(four)
    shout = Reply(220, (text, text), None)
    whole = replace(
        whole,
        steps=tuple(replace(item, reply=shout) if item.reply else item for item in whole.steps),
        capabilities=(text, "STARTTLS"),
        client_echo=text,
        tls=replace(CERTIFICATE, trusted=False, reason=text, subject=text, issuer=text, names=(text,), version=text),
        transcript=(Line(0.03, "S", text), Line(0.04, "C", text, True), Line(0.05, text, text)),
    )
    published = host(HOST, six, four)
    published = replace(
        published,
        addresses=tuple(replace(item, ptr=(text,)) for item in published.addresses),
        cnames=(text,),
        ipv6=replace(published.ipv6, detail=text),
    )
    found = measurement((published,), (evil, whole))
    attempt = Attempt(
        V4,
        HOST,
        four,
        "p6abcv4",
        1,
        True,
        text,
        0.1,
        Arrival(text, 0.4, 2, (Hop(text, text, text, text, V4, text, text, True, text, text, STARTED, -3.0),)),
        watched=(text,),
    )
    found = replace(
        found,
        attempts=(attempt,),
        vantage=(
            replace(found.vantage[0], usable=False, reason=text),
            replace(found.vantage[1], ptr=(text,), helo=text),
        ),
    )
    return Report(
        found,
        Verdict.CRITICAL,
        Parity.IPV6_BROKEN,
        f"No mail gets through over IPv6: {text}",
        (Comparison(HOST, Parity.IPV6_BROKEN, Stage.BANNER, (Difference(Stage.BANNER, text, text, text),)),),
        (
            Finding(
                "banner-not-smtp", Verdict.CRITICAL, V6, text, text, (text, text), f"look at port 25: {text}", text
            ),
            Finding("banner-teaser", Verdict.WARNING, None, text, text, (text,), None, None),
            Finding("dns-mx-ptr", Verdict.OK, V4, text, text, (text,), None, None),
        ),
        PROVEN,
        receiving=written_by_host(found),
    )


def hostile_throughout(text: str) -> Report:
    """The same, with ``text`` in what the judge concludes too: the machines, the senders, the manuals."""
    report = hostile(text)
    (comparison,) = report.comparisons
    machines = Identity(Sameness.DIFFERENT, (Sign(text, text, text, same=False),))
    refusal = BouncedRecipient(Action.FAILED, text, text, text, 550, text, text, "2001:db8::25", V6)
    bounce = Bounce(True, (refusal,), text, text, text, explanation=text)
    (arrived,) = report.measurement.attempts
    returned = replace(arrived, token="p6abcv6", family=V6, arrival=None, bounce=bounce)
    return replace(
        report,
        measurement=replace(report.measurement, attempts=(returned, arrived)),
        results=((arrived.token, (("spf", text),)),),
        comparisons=(replace(comparison, identity=machines),),
        senders=(Sender("everybody", (Try(text, text, V6, text, 30.0),), delivers=True, seconds=30.0, worst=30.0),),
        manuals=(Manual(text, text, text, ((text, text),), text, text),),
        checks=("banner", text),
    )


def no_mail() -> Report:
    empty = measurement((), ())
    empty = replace(
        empty,
        resolved=replace(
            empty.resolved, null_mx=True, mx=Resolution("example.com", "MX", Outcome.ANSWER, ("0 .",), 3600)
        ),
        vantage=(Vantage(V6), Vantage(V4)),
        queries=1,
        elapsed=0.02,
    )
    return Report(
        empty,
        Verdict.OK,
        Parity.NO_MAIL,
        "example.com says that it takes no mail (null MX).",
        (),
        (
            Finding(
                "dns-null-mx",
                Verdict.OK,
                None,
                "example.com",
                "The domain publishes a null MX: it accepts no mail, and says so properly.",
                ("example.com MX 0 .",),
                None,
                "RFC 7505",
            ),
        ),
    )


def untestable() -> Report:
    six, four = "2001:db8::25", "192.0.2.25"
    lost = failed(six, Stage.CONNECT, Failure.NO_ROUTE, detail="network is unreachable")
    found = measurement((host(HOST, six, four),), (lost, session(four)))
    found = replace(
        found,
        vantage=(
            Vantage(
                V6,
                usable=False,
                reason="no route to 2001:db8::25: network is unreachable",
                routes=(Route(six, V6, usable=False, failure=Failure.NO_ROUTE, reason="network is unreachable"),),
            ),
            replace(vantage(V4), source="10.0.0.9", nat=True, ptr=(), fcrdns=None),
        ),
    )
    return Report(
        found,
        Verdict.UNKNOWN,
        Parity.UNTESTABLE,
        "This machine has no IPv6: nothing is known about mail over IPv6. IPv4 works.",
        (Comparison(HOST, Parity.UNTESTABLE),),
        (
            Finding(
                "self-route",
                Verdict.UNKNOWN,
                V6,
                "this machine",
                "This machine has no route to IPv6 addresses, so it cannot judge IPv6.",
                ("2001:db8::25: network is unreachable",),
                "run probe6 on a machine that has both families",
                None,
            ),
        ),
        ((V6, Port25.UNPROVEN), (V4, Port25.PROVEN)),
    )


def delivered(six_arrived: bool = True) -> Report:
    """A mailbox as target, a message over each family, seen in a Maildir."""
    mailbox, six, four = "jane@example.com", "2001:db8::25", "192.0.2.25"

    def sent(address: str) -> Session:
        talk = session(address, until=Stage.DATA)
        more = (
            Line(0.21, "C", "DATA", True),
            Line(0.22, "S", "354 End data with <CR><LF>.<CR><LF>", True),
            Line(0.22, "C", "Subject: probe6 test for jane@example.com", True),
            Line(0.22, "C", ".", True),
            Line(0.23, "S", "250 2.0.0 Ok: queued as 4ABCDEF", True),
        )
        return replace(
            talk,
            steps=(*talk.steps, step(Stage.DATA, 0.21, 0.03, "250 2.0.0 Ok: queued as 4ABCDEF", tls=True)),
            transcript=(*talk.transcript[:-2], *more, *(replace(line, at=0.24) for line in talk.transcript[-2:])),
        )

    def attempt(family: Family, address: str, session: int, arrived: bool) -> Attempt:
        ours = OUR[family]
        tagged = f"IPv6:{ours}" if family is V6 else ours
        hop = Hop(
            raw=f"from probe.example.net (probe.example.net [{tagged}]) (using TLSv1.3 with cipher "
            f"TLS_AES_256_GCM_SHA384 (256/256 bits)) by {HOST} (Postfix) with ESMTPS id 4ABCDEF for <{mailbox}>; "
            "Sun, 22 Nov 2026 18:00:13 +0000",
            helo="probe.example.net",
            reverse_name="probe.example.net",
            address=ours,
            family=family,
            by=HOST,
            protocol="ESMTPS",
            tls=True,
            id="4ABCDEF",
            recipient=mailbox,
            time=STARTED + timedelta(seconds=1),
            delay=0.1,
        )
        local = replace(
            hop, raw="by store.example.com with LMTP", address=None, family=None, by="store.example.com", id="Z"
        )
        arrival = Arrival("maildir:/home/jane/Maildir", 0.4, 1, (local, hop)) if arrived else None
        failure = None if arrived else Failure.NOT_ARRIVED
        token = f"p6k7r2mq0x5t3w8{family[2:]}"
        return Attempt(
            family,
            HOST,
            address,
            token,
            session,
            True,
            "4ABCDEF",
            0.03,
            arrival,
            failure,
            ("maildir:/home/jane/Maildir",),
        )

    found = measurement((host(HOST, six, four),), (sent(six), sent(four)), mailbox)
    found = replace(
        found,
        settings=Settings(until=Stage.DELIVERY, recipient=mailbox, proofs=("maildir:/home/jane/Maildir",)),
        attempts=(attempt(V6, six, 0, six_arrived), attempt(V4, four, 1, arrived=True)),
    )
    if six_arrived:
        return Report(
            found,
            Verdict.OK,
            Parity.EQUAL,
            "Both test messages arrived; mail over IPv6 works exactly as over IPv4.",
            (Comparison(HOST, Parity.EQUAL),),
            port25=PROVEN,
            receiving=written_by_host(found),
        )
    lost = Difference(Stage.DELIVERY, "arrival", "not arrived", "arrived")
    return Report(
        found,
        Verdict.CRITICAL,
        Parity.DIFFERS,
        "The message sent over IPv6 was accepted and did not arrive.",
        (Comparison(HOST, Parity.DIFFERS, Stage.DELIVERY, (lost,)),),
        (
            Finding(
                "data-accept-then-lost",
                Verdict.CRITICAL,
                V6,
                f"{HOST} [{six}]",
                "The server took the message over IPv6 and it was not found within 60 s; the copy over IPv4 arrived.",
                ("250 2.0.0 Ok: queued as 4ABCDEF",),
                "grep 4ABCDEF /var/log/mail.log",
                None,
            ),
        ),
        PROVEN,
        written_by_host(found),
    )


def written_by_host(found: Measurement) -> tuple[tuple[str, Hop], ...]:
    """What a judge says of these messages: the header below the store's is the tested host's."""
    return tuple((one.token, one.arrival.hops[-1]) for one in found.attempts if one.arrival)


def lost() -> Report:
    return delivered(six_arrived=False)


def absent() -> Report:
    four = "192.0.2.25"
    found = host("mx.東京.example", four)
    prohibited = failed(four, Stage.CONNECT, Failure.PROHIBITED, mx="mx.東京.example", icmp=Icmp(3, 13, "192.0.2.1"))
    return Report(
        replace(measurement((found,), (prohibited,), "例え.example"), vantage=(Vantage(V6), vantage(V4, four))),
        Verdict.CRITICAL,
        Parity.IPV4_BROKEN,
        "No AAAA is published, and IPv4 is prohibited on the way.",
        (
            Comparison(
                "mx.東京.example",
                Parity.IPV4_BROKEN,
                Stage.RESOLVE,
                (Difference(Stage.RESOLVE, "addresses", "none", "1"),),
            ),
        ),
        (
            Finding(
                "tcp-unreachable",
                Verdict.CRITICAL,
                V4,
                "mx.東京.example [192.0.2.25]",
                "A router on the way forbids port 25.",
                ("ICMP 3/13 from 192.0.2.1",),
            ),
        ),
        ((V4, Port25.UNPROVEN),),
    )


def implicit() -> Report:
    """No MX record, a retry after a time-out, an overlay, an address of ours that is not dialled."""
    base = healthy()
    known = host("example.com", "2001:db8::25", "fd00::25", "192.0.2.25", preference=None)
    known = replace(
        known,
        implicit=True,
        addresses=tuple(
            replace(item, klass=AddressClass.ULA, dial=False) if item.address == "fd00::25" else item
            for item in known.addresses
        ),
        ipv4=replace(known.ipv4, provenance=Provenance.OVERLAY),
    )
    found = base.measurement
    assumed = Record("example.com", "A", ("192.0.2.25",), option=True)
    return replace(
        base,
        measurement=replace(
            found, settings=Settings(overlay=(assumed,)), resolved=replace(found.resolved, hosts=(known,)), sessions=()
        ),
        comparisons=(),
    )


MAKERS: dict[str, Callable[[], Report]] = {
    "healthy": healthy,
    "refused": refused,
    "two-hosts": two_hosts,
    "hostile": hostile,
    "no-mail": no_mail,
    "untestable": untestable,
    "delivered": delivered,
    "lost": lost,
    "absent": absent,
    "implicit": implicit,
}
NAMES = tuple(MAKERS)


def report(name: str) -> Report:
    return MAKERS[name]()
