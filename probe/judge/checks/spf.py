"""The domain's SPF record, evaluated for the addresses it sends from, over each family.

WHY
    Receivers ask the sender's domain whether the client's address may send its mail, and over IPv6 they insist on an
    answer. A record that was written when there was only IPv4 lets every message fail that leaves over IPv6. Some
    records cannot be evaluated at all, and some only for IPv4 clients: a host name without an AAAA record is a look-up
    without an answer, and after the third of them evaluation stops.

FINDS
out-spf-ip6: the record does not let this IPv6 address send. Critical when the address was named with --sender6. For the
    address of an MX host it is a warning when the record itself names the host's IPv4 address, a note when a term that
    covers more does, and else nothing: such hosts need not send.
out-spf-ip4: the same the other way round.
out-spf-void: the record has too many names without an address of this family, so that evaluation ends in an error for
    clients of it.
out-spf-permerror: nobody can evaluate the record, because it is not well formed or there are two (a warning); or the
    evaluation ends in an error for the addresses looked at, such as after ten look-ups (a warning for named ones).
out-spf-ip6-syntax: a term with an IPv6 address is not well formed, which makes the whole record useless (critical), or
    well formed and never true (a warning).
out-spf-too-broad: a term lets very many strangers send as this domain.

FIX
    Name the addresses of both families, and nothing that has only one:
        example.com. TXT "v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all"

SEE
    RFC 7208 4.6.4 (limits), 5.6 (ip4 and ip6). Tell where the domain sends from with --sender6 and --sender4.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address, IPv6Network

from probe.grammar.spf.terms import Mechanism, TermError, faults, networks
from probe.judge.facts.conversations import asked as families_of
from probe.judge.facts.outbox import asked, record_of, senders
from probe.judge.facts.sending import likely_sends, unauthorised
from probe.judge.wording import address_subject, short
from probe.model.measurement import Measurement
from probe.model.outbound import Outbound
from probe.model.report import Finding, JudgeOptions, Outgoing
from probe.model.spf import SpfCause, SpfResult
from probe.model.words import Family, Verdict

_BROAD = {4: 8, 6: 32}  # bits: a whole provider, or more
_MAPPED = IPv6Network("::ffff:0:0/96")
_SIX = re.compile(r"[+\-?~]?(?:ip6|ipv6)\b|[+\-?~]?(?:ip4:)?\[?[0-9a-f]*:[0-9a-f]*:", re.IGNORECASE)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the record says of each sending address, and what is wrong with it."""
    given = asked(measurement)
    if given is None:
        return
    everyone = senders(measurement)
    record = record_of(given) or ""
    yield from _wrong_terms(given, record)
    yield from _broad_terms(given, record)
    yield from _useless(given, record, everyone)
    yield from _void(given, everyone)
    for item in everyone:
        if item.named or item.family in families_of(measurement):
            yield from _not_allowed(given, item, everyone)


def _wrong_terms(given: Outbound, record: str) -> Iterator[Finding]:
    wrong = [fault for fault in faults(record) if _SIX.match(fault.term)]
    if wrong:
        first = wrong[0]
        yield _about_terms(
            given,
            Verdict.CRITICAL,
            f'The SPF record of {given.domain} has the term "{short(first.shown, 60)}": {first.why}. One such term '
            "makes the whole record useless, over both families.",
            [f"{short(fault.shown, 80)}: {fault.why}" for fault in wrong],
            _mended(first),
        )
    for term in networks(record):
        why = _never_true(term)
        if why is not None:
            yield _about_terms(
                given,
                Verdict.WARNING,
                f'The SPF record of {given.domain} has the term "{short(term.text, 60)}", {why}.',
                [short(term.text, 80)],
                "Write the address of a host, or a network with its length: ip6:2001:db8::25 ip6:2001:db8:0:1::/64",
            )


def _about_terms(given: Outbound, verdict: Verdict, sentence: str, terms: Sequence[str], fix: str) -> Finding:
    return Finding(
        "out-spf-ip6-syntax", verdict, Family.IPV6, given.domain, sentence, tuple(terms[:12]), fix, "RFC 7208 5.6"
    )


def _never_true(term: Mechanism) -> str | None:
    """Why a well-formed ip6 term lets nobody send, or not those it was written for."""
    if not isinstance(term.network, IPv6Network):
        return None
    if term.network.subnet_of(_MAPPED):
        return "an IPv4 address in IPv6 form, which no client ever has: IPv4 clients are held against ip4 terms"
    host = int(term.network.network_address) & (2**64 - 1)
    if term.network.prefixlen == 128 and not host and term.network.network_address != IPv6Address("::"):
        return "a network without its length: it speaks of one address, which no host has"
    return None


def _mended(fault: TermError) -> str:
    """The term as it was most likely meant."""
    found = re.search(r"[0-9a-f]*:[0-9a-f:.]+(?:/[0-9]{1,3})?", fault.term.partition(":")[2], re.IGNORECASE)
    meant = f"ip6:{found[0]}" if found else "ip6:2001:db8::25"
    return f'Replace the term, for example by "{short(meant, 60)}": no brackets, no zone, IPv6 in ip6 and IPv4 in ip4.'


def _broad_terms(given: Outbound, record: str) -> Iterator[Finding]:
    for term in networks(record):
        if term.result is not SpfResult.PASS:
            continue
        if term.network is None:
            family, who = None, "everybody in the world"
        elif term.network.prefixlen <= _BROAD[term.network.version] and _never_true(term) is None:
            family = Family.IPV6 if term.network.version == 6 else Family.IPV4
            who = f"a network of /{term.network.prefixlen}"
        else:
            continue
        yield Finding(
            "out-spf-too-broad",
            Verdict.WARNING,
            family,
            given.domain,
            f'The SPF record of {given.domain} lets {who} send its mail: "{short(term.text, 60)}".',
            (short(term.text, 80),),
            "Name the hosts that send, or their own network: ip6:2001:db8::25 ip6:2001:db8:0:1::/64, and end in -all",
            "RFC 7208 11.4",
        )


def _useless(given: Outbound, record: str, everyone: Sequence[Outgoing]) -> Iterator[Finding]:
    """The record is an error for every client that was looked at, and not for want of addresses of a family.

    A client that an early term lets send never comes to the term that breaks the limits; what is not well formed in
    the record itself, and a second record, stop everybody.
    """
    told = [item.spf for item in everyone if item.spf is not None]
    if not told or any(item.result is not SpfResult.PERMERROR or item.cause is SpfCause.VOID for item in told):
        return
    if told[0].cause is SpfCause.SYNTAX and any(_SIX.match(fault.term) for fault in faults(record)):
        return
    everybody = told[0].cause is SpfCause.SEVERAL or any(True for _ in faults(record))
    causes = list(dict.fromkeys(short(item.detail or "") for item in told))
    fixes = {
        SpfCause.LOOKUPS: "Remove includes that are no longer used, and write ip4: and ip6: in place of a and mx.",
        SpfCause.SEVERAL: "Merge them into one TXT record that begins with v=spf1.",
        SpfCause.ABSENT: "Remove the term, or publish the record it leads to.",
    }
    yield Finding(
        "out-spf-permerror",
        Verdict.WARNING if everybody or any(item.named for item in everyone) else Verdict.OK,
        None,
        given.domain,
        f"{'Nobody can evaluate the SPF record' if everybody else 'An error ends the evaluation of the SPF record'} "
        f"of {given.domain}: {causes[0]}.",
        tuple(causes[:12]),
        fixes.get(
            told[0].cause or SpfCause.SYNTAX, 'Publish a record such as "v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all".'
        ),
        "RFC 7208 4.6",
    )


def _void(given: Outbound, everyone: Sequence[Outgoing]) -> Iterator[Finding]:
    """An error for clients of one family: what has no address of it is counted, and there is too much of it."""
    for family in Family:
        mine = [item for item in everyone if item.family is family and item.spf is not None]
        hit = [item for item in mine if item.spf is not None and item.spf.cause is SpfCause.VOID]
        sure = [item for item in hit if item.named or likely_sends(item, everyone) is Verdict.WARNING]
        if not hit or hit[0].spf is None:
            continue
        voids = hit[0].spf.voids
        rrtype = "AAAA" if family is Family.IPV6 else "A"
        yield Finding(
            "out-spf-void",
            Verdict.WARNING if sure else Verdict.OK,
            family,
            given.domain,
            f"The SPF record of {given.domain} ends in an error for {family.label} clients: {len(voids)} of the names "
            f"in it have no answer for them, and two are allowed.",
            tuple(short(item) for item in voids),
            f"Remove the names that have no {rrtype} record from a: and mx: terms, or write the addresses of those "
            f"hosts as {'ip4:' if family is Family.IPV6 else 'ip6:'} terms.",
            "RFC 7208 4.6.4",
        )


def _not_allowed(given: Outbound, item: Outgoing, everyone: Sequence[Outgoing]) -> Iterator[Finding]:
    verdict, found = unauthorised(item, everyone), item.spf
    if verdict is None or found is None or found.result is SpfResult.PERMERROR:
        return
    term = f"ip{'6' if item.family is Family.IPV6 else '4'}:{item.address}"
    by = f' by "{short(found.matched[-1].term, 60)}"' if found.matched else ""
    match found.result:
        case SpfResult.NONE:
            what = f"{given.domain} has no SPF record; many receivers want one, or DKIM, over IPv6"
        case SpfResult.TEMPERROR:
            what = f"nobody can tell whether {given.domain} lets {item.address} send: {short(found.detail or '')}"
        case _:
            what = f"the SPF record of {given.domain} does not let {item.address} send: {found.result}{by}"
    guess = "" if item.named else f"; it lets the other address of {short(item.host or '', 80)} send"
    yield Finding(
        f"out-spf-{'ip6' if item.family is Family.IPV6 else 'ip4'}",
        verdict,
        item.family,
        address_subject(item.host, item.address) if item.host else f"[{item.address}]",
        f"{what[0].upper() if what.startswith(('the', 'nobody')) else what[0]}{what[1:]}{guess}.",
        (
            f"{given.domain} TXT {short(found.record)}" if found.record else f"{given.domain} TXT none",
            f"{found.result}{by}",
        ),
        _authorise(given, found.record, term),
        "RFC 7208 5.6",
    )


def _authorise(given: Outbound, record: str | None, term: str) -> str:
    if record is None:
        return f'{given.domain}. TXT "v=spf1 mx {term} -all"'
    version, _, rest = record.partition(" ")
    whole = f"{version} {term} {rest}".rstrip()
    if len(whole) > 400 or not whole.isascii() or '"' in whole or not whole.isprintable():
        return f"Add the term {term} to the SPF record of {given.domain}, before its all."
    return f'{given.domain}. TXT "{whole}"'
