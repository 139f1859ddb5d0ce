"""The addresses the domain sends from, as receivers look at them: reverse name, EHLO name, lists, DMARC.

WHY
    A message is judged by the address it comes from before anybody reads it. Over IPv6 the large receivers turn away
    clients without a confirmed reverse name. A server whose EHLO name has only an A record looks forged over IPv6. An
    IPv6 address shares its /64 with its neighbours on the lists of bad addresses. And where SPF does not speak for the
    IPv6 address, DMARC hangs on the DKIM signature alone.

FINDS
out-ptr: an address that was named with --sender6 or --sender4 has no reverse name, or the name does not lead back.
out-helo: the name the server greets with, and most likely gives in EHLO, has no address of this family though it has
    one of the other. A warning when the address was named, else a note.
out-dnsbl: the address stands on a list that was named with --dnsbl. A note says that a list does not answer us.
out-dmarc-dkim: mail from this address passes DMARC by DKIM alone, or the DKIM key we sign with is not published. A
    note.

FIX
    Whoever gave you the address sets its reverse name; you give that name the address:
        5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR mail.example.com.
        mail.example.com. AAAA 2001:db8::25
    And greet with that name: Postfix smtp_helo_name, Exim primary_hostname, OpenSMTPD helo, Sendmail confDOMAIN_NAME.

SEE
    RFC 8601 2.7.3 (iprev), RFC 5321 4.1.4, RFC 5782 (lists), RFC 9989 (DMARC).
"""

from collections.abc import Iterator, Sequence

from probe.address import reverse_name
from probe.grammar.tag_list import parse as tags_of
from probe.grammar.text import printable
from probe.grammar.txt import joined
from probe.judge.facts.conversations import asked as families_of
from probe.judge.facts.outbox import asked, codes, forward, is_listed, outbox, refuses, senders
from probe.judge.facts.sending import unauthorised
from probe.judge.wording import address_subject, argument, short
from probe.model.measurement import Measurement
from probe.model.outbound import Listing, Outbound
from probe.model.report import Finding, JudgeOptions, Outgoing
from probe.model.words import Family, Outcome, Verdict

_DENIED = {Outcome.NO_DATA, Outcome.NXDOMAIN}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What receivers find out about each sending address."""
    given = asked(measurement)
    if given is None:
        return
    everyone = senders(measurement)
    for item in everyone:
        if item.named or item.family in families_of(measurement):
            yield from _reverse(item)
            yield from _helo(given, item)
            yield from _dmarc(measurement, item, everyone)
    yield from _listed(given, everyone)
    yield from _key(given)


def _who(item: Outgoing) -> str:
    return address_subject(item.host, item.address) if item.host else f"[{item.address}]"


def _reverse(item: Outgoing) -> Iterator[Finding]:
    if not item.named or item.fcrdns is not False:
        return
    names = ", ".join(short(name, 80) for name in item.ptr[:4])
    what = f"has the reverse name {names}, which does not lead back to it" if names else "has no reverse name"
    name = argument(item.ptr[0] if item.ptr else item.helo or item.host or "", "mail.example.com")
    yield Finding(
        "out-ptr",
        Verdict.CRITICAL,
        item.family,
        _who(item),
        f"{item.address} sends mail and {what}; large receivers refuse such clients over {item.family.label}.",
        (f"{item.address} PTR {names or 'none'}",),
        f"{reverse_name(item.address)}. PTR {name}.\n{name}. {_rrtype(item.family)} {item.address}",
        "RFC 8601 2.7.3",
    )


def _helo(given: Outbound, item: Outgoing) -> Iterator[Finding]:
    if item.helo is None:
        return
    mine, other = forward(given, item.helo, item.family), forward(given, item.helo, item.family.other)
    if mine is None or other is None or mine.outcome not in _DENIED or other.outcome is not Outcome.ANSWER:
        return
    name = short(item.helo, 80)
    yield Finding(
        "out-helo",
        Verdict.WARNING if item.named else Verdict.OK,
        item.family,
        _who(item),
        f"{name}, the name this server greets with and most likely gives in EHLO, has no {_rrtype(item.family)} "
        f"record: it looks forged when the server sends over {item.family.label}.",
        (f"{name} {_rrtype(item.family)} {mine.outcome}", f"{name} {other.rrtype} {', '.join(other.records[:4])}"),
        f"{argument(item.helo, 'mail.example.com')}. {_rrtype(item.family)} {item.address}\n"
        "or let it give a name that has one (Postfix): postconf -e 'smtp_helo_name = mail.example.com'",
        "RFC 5321 4.1.4, RFC 7208 2.3",
    )


def _listed(given: Outbound, everyone: Sequence[Outgoing]) -> Iterator[Finding]:
    known = {item.address: item for item in everyone}
    silent: dict[str, Listing] = {}
    for listing in given.listings:
        item = known.get(listing.address)
        if listing.own or item is None:
            continue
        if is_listed(listing):
            yield Finding(
                "out-dnsbl",
                Verdict.WARNING,
                item.family,
                _who(item),
                f"{item.address} stands on the list {short(listing.zone, 80)}; receivers that use it refuse its mail.",
                _evidence(listing),
                "Read what the list says of it, end the cause and ask to be removed. An IPv6 list names whole /64 "
                "networks: ask your provider for one that is yours alone.",
                "RFC 5782 2",
            )
        elif refuses(listing) or listing.answer.records:
            silent.setdefault(listing.zone, listing)
    for zone, listing in silent.items():
        yield Finding(
            "out-dnsbl",
            Verdict.OK,
            None,
            short(zone, 80),
            f"The list {short(zone, 80)} does not answer us; nothing is known from it.",
            _evidence(listing),
            "Ask it through a resolver of your own: --nameserver ADDR",
            "RFC 5782 2",
        )


def _evidence(listing: Listing) -> tuple[str, ...]:
    """The answer as it came, and the reason given."""
    said = ", ".join(codes(listing) or listing.answer.records[:4])
    reasons = listing.reason.records if listing.reason is not None else ()
    return (
        f"{short(listing.answer.name, 120)} A {short(said, 80)}",
        *(short(printable(joined(it))) for it in reasons[:2]),
    )


def _dmarc(measurement: Measurement, item: Outgoing, everyone: Sequence[Outgoing]) -> Iterator[Finding]:
    box = outbox(measurement)
    if box is None or box.dmarc is None or unauthorised(item, everyone) is None:
        return
    yield Finding(
        "out-dmarc-dkim",
        Verdict.OK,
        item.family,
        _who(item),
        f"Mail from {item.address} passes DMARC by its DKIM signature alone; {box.domain} asks for p={box.dmarc}.",
        (f"_dmarc.{box.dmarc_at}: p={box.dmarc}", f"SPF {item.spf.result if item.spf else 'unknown'}"),
        f"Sign everything that leaves over {item.family.label}, or add the address to the SPF record.",
        "RFC 9989, RFC 6376",
    )


def _key(given: Outbound) -> Iterator[Finding]:
    if given.dkim is None or given.dkim.outcome.inconclusive:
        return
    keys = [tags_of(joined(record)) or {} for record in given.dkim.records]
    if any(key.get("p") for key in keys):
        return
    yield Finding(
        "out-dmarc-dkim",
        Verdict.OK,
        None,
        short(given.dkim.name, 120),
        f"There is no DKIM key at {short(given.dkim.name, 120)}: the signature of our messages cannot be verified.",
        (f"{short(given.dkim.name, 120)} TXT {given.dkim.outcome}",),
        f'{short(given.dkim.name, 120)}. TXT "v=DKIM1; p=..."',
        "RFC 6376 3.6.1",
    )


def _rrtype(family: Family) -> str:
    return "AAAA" if family is Family.IPV6 else "A"
