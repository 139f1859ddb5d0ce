"""Builders for worlds with TLS policies: what the DNS promises, what the policy host serves, and fitting chains."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from probe.grammar.der import public_key_info
from probe.model.dns import Resolution
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.policies import Dane, MtaSts, PolicyFetch, TlsaHost
from probe.model.smtp import Session, TlsFacts
from probe.model.words import Family, Outcome
from tests.builders import MX1, V4, V6, resolution, session, tls
from tests.measure.authority import Authority

ROOT = Authority.root()
FIRST, SECOND = (ROOT.issue(MX1, [MX1]) for _ in range(2))
STRANGER = ROOT.issue("www.example.com", ["www.example.com"])
PLACE = f"_25._tcp.{MX1}"
POLICY6, POLICY4 = "2001:db8::443", "192.0.2.43"
WEB = "mta-sts.example.com"


def promise(one: Authority = FIRST, usage: int = 3, selector: int = 1, matching: int = 1) -> str:
    """The RDATA of a TLSA record of ``one``."""
    der = one.der if selector == 0 else public_key_info(one.der) or b""
    data = {0: der.hex(), 1: hashlib.sha256(der).hexdigest(), 2: hashlib.sha512(der).hexdigest()}[matching]
    return f"{usage} {selector} {matching} {data}"


def facts(one: Authority = FIRST, *behind: Authority, anchors: tuple[int, ...] = (), **changes: object) -> TlsFacts:
    """A handshake that showed ``one``."""
    names = {FIRST: (MX1,), SECOND: (MX1,), STRANGER: ("www.example.com",)}[one]
    digest = hashlib.sha256(one.der).hexdigest()
    shown = tls(chain=(one.der, *(item.der for item in behind)), anchors=anchors, names=names, sha256=digest)
    return replace(shown, **changes)  # type: ignore[arg-type]


def shown(family: Family, one: Authority = FIRST, *behind: Authority, **changes: object) -> Session:
    """A conversation over ``family`` that went well, with this certificate."""
    return session(family, tls=facts(one, *behind, **changes))  # type: ignore[arg-type]


def promised(
    world: Measurement,
    *records: str,
    mx: bool = True,
    host: bool = True,
    tlsa: bool = True,
    root: bool | None = None,
    lookup: Resolution | None = None,
    bases: Sequence[str] = (MX1,),
    unfinished: bool = False,
    control: Outcome | None = None,
) -> Measurement:
    """``world`` with TLSA records for its first host; the flags say what came authenticated, ``root`` what of the root.

    All answers are those of one server, so that what one proves holds for the others.
    """
    found = lookup or resolution(PLACE, "TLSA", *records, ad=tlsa)
    asked_root = None if root is None else resolution("", "SOA", "x", ad=root, server="::1")
    resolved = world.resolved
    first = resolved.hosts[0]
    known = replace(
        first,
        ipv6=replace(first.ipv6, ad=host, server="::1"),
        ipv4=replace(first.ipv4, ad=host, server="::1"),
    )
    answer = None if resolved.mx is None else replace(resolved.mx, ad=mx, server="::1")
    asked_none = None if control is None else resolution("", "TLSA", outcome=control)
    dane = Dane((TlsaHost(MX1, tuple(bases), (replace(found, server="::1"),)),), asked_root, unfinished, asked_none)
    return replace(
        world,
        resolved=replace(resolved, mx=answer, hosts=(known, *resolved.hosts[1:])),
        inquiries=replace(world.inquiries or Inquiries(), dane=dane),
    )


def body(mode: str = "enforce", *hosts: str, age: int = 604800) -> bytes:
    """A policy."""
    listed = "".join(f"mx: {host}\n" for host in hosts or (MX1,))
    return f"version: STSv1\nmode: {mode}\n{listed}max_age: {age}\n".encode()


def fetched(family: Family, text: bytes | None = None, **changes: object) -> PolicyFetch:
    """The answer of the policy host over ``family``."""
    answer = PolicyFetch(family, POLICY6 if family is V6 else POLICY4, 0.1, 200, "text/plain", text)
    return replace(answer, **changes)  # type: ignore[arg-type]


def announced(
    world: Measurement,
    *fetches: PolicyFetch,
    record: str = '"v=STSv1; id=1"',
    ipv6: Outcome = Outcome.ANSWER,
    ipv4: Outcome = Outcome.ANSWER,
    unfinished: bool = False,
) -> Measurement:
    """``world`` with an MTA-STS policy as the fetches gave it."""
    six = resolution(WEB, "AAAA", *((POLICY6,) if ipv6 is Outcome.ANSWER else ()), outcome=ipv6)
    four = resolution(WEB, "A", *((POLICY4,) if ipv4 is Outcome.ANSWER else ()), outcome=ipv4)
    records = (record,) if record else ()
    found = MtaSts(resolution("_mta-sts.example.com", "TXT", *records), WEB, six, four, fetches, unfinished)
    return replace(world, inquiries=replace(world.inquiries or Inquiries(), mtasts=found))


def policy(world: Measurement, mode: str = "enforce", *hosts: str) -> Measurement:
    """``world`` with the same policy over both families."""
    return announced(world, fetched(V6, body(mode, *hosts)), fetched(V4, body(mode, *hosts)))


def reported(world: Measurement, *records: str) -> Measurement:
    """``world`` with these TXT records at the place for TLS reports."""
    found = resolution("_smtp._tls.example.com", "TXT", *records)
    return replace(world, inquiries=replace(world.inquiries or Inquiries(), tlsrpt=found))
