"""Do the name servers of a zone say the same: each over both families, and all of them among each other?

WHY
    A secondary that is reached over IPv6 and was forgotten in a change, a view that knows only the IPv4 addresses of
    its clients: then the answer depends on how a sender happens to ask, and so does where its mail goes.

FINDS
dns-ns-different-answer: a name server gives one answer over IPv6 and another over IPv4, each time it is asked; or some
    servers of the zone have records that others deny. Older data alone (another serial number) is a note, unless the
    serial number is a date and tells that it is older than the zone's refresh time. Addresses that change from answer
    to answer, or live no longer than a minute, are load balancing.
    The zone above naming other servers than the zone itself does is a note.
dns-ttl-migration: a record lives less than a minute; every delivery waits for a look-up.

FIX
    Compare what the servers have, and let the zone be transferred to all of them; in BIND look at match-clients,
    also-notify and allow-transfer, where an IPv6 address is easily left out:
        dig +norecurse SOA example.com @NAMESERVER -6
        dig +norecurse SOA example.com @NAMESERVER -4

SEE
    RFC 1912 2.2, RFC 1996 (NOTIFY), RFC 1982 (serial numbers), RFC 2308 5.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from probe.judge.facts.matrix import Content, contents, listed, places, questions, where, whole, zones
from probe.judge.wording import argument
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Outcome, Verdict
from probe.model.zones import ServerAddress, Zone, ZoneServer

_CODE = "dns-ns-different-answer"
_BALANCED = 60  # seconds a record lives at most where it is balancing load
_MOST_SERVERS = 8  # that a walk keeps of a zone: there may be more
_SAMPLES = 2  # of each family, before a difference is one
_RFC = "RFC 1912 2.2"

Question = tuple[str, str]


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each zone."""
    for zone in zones(measurement):
        apart = list(_by_family(zone))
        yield from apart
        yield from _by_server(zone, {finding.subject for finding in apart})
        yield from _serials(measurement, zone)
        yield from _short_lived(zone)
        yield from _delegation(measurement, zone)


def _delegation(measurement: Measurement, zone: Zone) -> Iterator[Finding]:
    """The name servers as the zone above has them, beside those of the zone itself (RFC 1034 4.2.2)."""
    walks = (measurement.inquiries.walk if measurement.inquiries else None) or ()
    above = next((set(cut.servers) for walk in walks for cut in walk.cuts if cut.zone == zone.name), set[str]())
    own = {server.name for server in zone.servers}
    if not above or not own or above == own or zone.left_out or len(above) >= _MOST_SERVERS:
        return
    apart = not above & own
    yield Finding(
        _CODE,
        Verdict.OK,  # inside a network the zone may have other servers than the world is told of
        None,
        zone.name,
        f"The zone above names other name servers for {zone.name} than the zone itself does"
        + ("; they have none in common." if apart else "."),
        (f"above: {listed(sorted(above))}", f"in the zone: {listed(sorted(own))}"),
        "Have the same name servers entered at the registrar and in the zone:\n"
        f"  dig +trace NS {argument(zone.name, 'ZONE')}",
        "RFC 1034 4.2.2",
    )


def _by_family(zone: Zone) -> Iterator[Finding]:
    for server in zone.servers:
        lines = []
        blamed: list[Family | None] = []
        for question in questions(zone):
            pair = {family: _constant(server, family, question) for family in Family}
            six, four = pair[Family.IPV6], pair[Family.IPV4]
            if six is None or four is None or six == four or _balances(server, question, six, four):
                continue
            blamed.append(_odd_one(zone, server, question, six, four))
            lines += [
                f"{where(server, place)}: {question[0]} {question[1]}: {_said(content)}"
                for family, content in ((Family.IPV6, six), (Family.IPV4, four))
                for place in server.of(family)[:1]
            ]
        if lines:
            family = blamed[0] if len(set(blamed)) == 1 else None
            yield Finding(
                _CODE,
                Verdict.WARNING,
                family,
                server.name,
                f"{server.name} answers otherwise over IPv6 than over IPv4, each time it is asked; where mail goes "
                "depends on how a sender's resolver reaches it.",
                tuple(lines[:12]),
                "Bring the server's views or its copies of the zone into line:\n"
                f"  dig +norecurse SOA {argument(zone.name, 'ZONE')} @{argument(server.name, 'NAMESERVER')} -6\n"
                f"  dig +norecurse SOA {argument(zone.name, 'ZONE')} @{argument(server.name, 'NAMESERVER')} -4",
                _RFC,
            )


def _constant(server: ZoneServer, family: Family, question: Question) -> Content | None:
    """What it says over a family each time; None when that varies, or was asked too few times to tell."""
    mine = server.of(family)
    samples = sum(len(whole(place, *question)) for place in mine)
    said = {content for place in mine for content in contents(place, *question)}
    return said.pop() if len(said) == 1 and samples >= _SAMPLES else None


def _balances(server: ZoneServer, question: Question, six: Content, four: Content) -> bool:
    """Addresses of a minute, or records on both sides where geography may choose: not the families' doing."""
    if question[1] == "MX" or not (six[0] is four[0] is Outcome.ANSWER):
        return False
    ttls = [item.ttl for place in server.addresses for item in whole(place, *question)]
    return any(ttl is not None and ttl <= _BALANCED for ttl in ttls)


def _odd_one(zone: Zone, server: ZoneServer, question: Question, six: Content, four: Content) -> Family | None:
    """The family whose answer the other servers do not share; None when they cannot tell."""
    others = {
        content
        for other in zone.servers
        if other is not server
        for place in other.addresses
        for content in contents(place, *question)
    }
    if (six in others) == (four in others):
        return None
    return Family.IPV4 if six in others else Family.IPV6


def _by_server(zone: Zone, explained: set[str]) -> Iterator[Finding]:
    """Records that some servers have and others deny, and mail hosts that differ."""
    for name, rrtype in questions(zone):
        seen = [
            (server, place, next(iter(said)))
            for server, place in places(zone)
            if server.name not in explained
            and len(said := contents(place, name, rrtype)) == 1
            and not _denies_wrongly(place, name, said)
        ]
        kinds = {content[0] is Outcome.ANSWER for _, _, content in seen}
        apart = len(kinds) > 1 or (rrtype == "MX" and len({content for _, _, content in seen}) > 1)
        if not apart:
            continue
        yield Finding(
            _CODE,
            Verdict.WARNING,
            None,
            name,
            f"The name servers of {zone.name} do not agree on the {rrtype} records of {name}; what a sender finds is a "
            "matter of luck. It passes when a change is just on its way to all of them.",
            tuple(f"{where(server, place)}: {name} {rrtype}: {_said(content)}" for server, place, content in seen)[:12],
            f"Let the zone be transferred to all of them:\n"
            f"  dig +norecurse {rrtype} {argument(name, 'NAME')} @{seen[0][1].address}",
            _RFC,
        )


def _denies_wrongly(place: ServerAddress, name: str, said: set[Content]) -> bool:
    """NXDOMAIN for a name that has other records there: dns-aaaa-nxdomain-mismatch speaks of that."""
    denied = any(outcome is Outcome.NXDOMAIN for outcome, _ in said)
    return denied and any(
        content[0] is Outcome.ANSWER for rrtype in ("A", "AAAA") for content in contents(place, name, rrtype)
    )


def _serials(measurement: Measurement, zone: Zone) -> Iterator[Finding]:
    found: dict[tuple[int, int], list[str]] = {}
    for server, place in places(zone):
        for item in whole(place, zone.name, "SOA")[-1:]:
            fields = item.records[0].split() if item.records else []
            if len(fields) == 7 and all(field.isdigit() for field in fields[2:4]):
                found.setdefault((int(fields[2]), int(fields[3])), []).append(where(server, place))
    if len({serial for serial, _ in found}) < 2:
        return
    refresh = max(refresh for _, refresh in found)
    days = [day for serial, _ in found if (day := _date(serial, measurement.started)) is not None]
    # A day more: the date tells when the zone was changed, not at what hour, or in which time zone.
    late = len(days) == len(found) and max(days) - min(days) > timedelta(seconds=refresh, days=1)
    stale = late and measurement.started - max(days) > timedelta(seconds=refresh, days=1)
    yield Finding(
        _CODE,
        Verdict.WARNING if stale else Verdict.OK,
        None,
        zone.name,
        f"The name servers of {zone.name} have copies of different age"
        + (", and some did not fetch the newer one in time." if stale else "; a change may be on its way."),
        tuple(f"serial {serial}: {', '.join(sorted(who))}" for (serial, _), who in sorted(found.items()))[:12],
        f"Let the old ones fetch the zone, over the family they use for it:\n"
        f"  dig +norecurse SOA {argument(zone.name, 'ZONE')} @NAMESERVER",
        "RFC 1982, RFC 1996",
    )


def _date(serial: int, now: datetime) -> datetime | None:
    """When a zone was changed, if its serial number says so: YYYYMMDDnn, or seconds since 1970 (RFC 1912 2.2)."""
    try:
        day = datetime.strptime(str(serial // 100), "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        if not 1_000_000_000 <= serial <= 2**32:
            return None
        day = datetime.fromtimestamp(serial, UTC)
    return day if timedelta(days=-2) < now - day < timedelta(days=20 * 365) else None


def _short_lived(zone: Zone) -> Iterator[Finding]:
    for name, rrtype in questions(zone):
        ttls = {
            item.ttl: where(server, place)
            for server, place in places(zone)
            for item in whole(place, name, rrtype)
            if item.outcome is Outcome.ANSWER and item.ttl is not None
        }
        if ttls and max(ttls) < _BALANCED:
            least = min(ttls)
            yield Finding(
                "dns-ttl-migration",
                Verdict.OK,
                None,
                name,
                f"The {rrtype} records of {name} live {least} seconds; nearly every delivery waits for a look-up, and "
                "a short failure of the name servers stops all mail.",
                (f"{ttls[least]}: {name} {rrtype} TTL {least}",),
                f"When no move is under way, let them live an hour:\n  {name}. 3600 {rrtype} ...",
                "RFC 1912 2.2",
            )


def _said(content: Content) -> str:
    outcome, records = content
    return listed(records) if outcome is Outcome.ANSWER else str(outcome)
