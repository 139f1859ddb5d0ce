"""One DNS message out, one DNS message in: what to write, and what an answer means (RFC 1035, 2308, 6891, 8914).

In: a name and a type; the bytes a name server sent back. Out: a query; an ``Answer``. Names as mail hosts have them are
put into a query by ``probe.grammar.dns_query`` before this, and the library with it, is loaded.
Wrong: bytes that are no answer to the query raise ``UnusableError``, an answer that was cut short ``TruncatedError``.
The codec is dnspython's; nothing here waits or sends.
"""

import struct
from dataclasses import replace

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from probe.grammar.dns_query import PAYLOAD
from probe.grammar.text import clip, escape
from probe.measure.dns.answer import PLAIN, Answer, Manner, TruncatedError, UnusableError, fold
from probe.model.words import Outcome

# RFC 8914 4.7 to 4.13: the validator itself found the data wrong.
_BOGUS = frozenset(range(6, 13))
_NO_EDNS = frozenset({dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS})
# A chain in one message longer than this is somebody's joke; the resolver counts the whole chain.
_CHAIN = 16


def load_types() -> None:
    """Have dnspython import the record types a run reads, which it else does when the first answer is waiting."""
    for rrtype in ("MX", "A", "AAAA", "PTR", "CNAME", "SOA", "NS", "OPT"):
        dns.rdata.get_rdata_class(dns.rdataclass.IN, dns.rdatatype.from_text(rrtype))  # type: ignore[no-untyped-call]


def parse_name(text: str) -> dns.name.Name:
    """The name as dnspython holds it. ``UnusableError`` when the DNS cannot hold it, or when it is not in A-labels."""
    try:
        return dns.name.from_text(text.encode("ascii"))
    except UnicodeEncodeError:
        raise UnusableError("the name is not ASCII") from None
    except dns.exception.DNSException as error:
        raise UnusableError(f"no such name can be: {error}") from None


def compose(name: dns.name.Name, rrtype: str, edns: bool, manner: Manner = PLAIN) -> dns.message.QueryMessage:
    """A query put in ``manner``; without EDNS there are no signatures."""
    flags = dns.flags.RD | dns.flags.AD if manner.recursive else dns.flags.Flag(0)
    if manner.unchecked:
        flags |= dns.flags.CD
    if not edns:
        return dns.message.make_query(name, rrtype, flags=flags, use_edns=False)
    return dns.message.make_query(name, rrtype, flags=flags, use_edns=0, payload=PAYLOAD, want_dnssec=manner.signatures)


def parse(sent: bytes, wire: bytes) -> dns.message.QueryMessage:
    """Read the bytes that came back for those that were ``sent``."""
    query = dns.message.from_wire(sent)
    # The opcode is looked at first: dnspython loads its dynamic update code for a message that says so.
    if len(wire) < 12 or int.from_bytes(wire[:2], "big") != query.id or wire[2] & 0xF8 != 0x80:
        raise UnusableError("not an answer to our query")
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True, raise_on_truncation=True)
    except dns.message.Truncated:
        raise TruncatedError from None
    except dns.exception.DNSException as error:
        forgiven = _forgiving(query, wire)
        if forgiven is None:
            raise UnusableError(f"malformed answer ({type(error).__name__})") from None
        message = forgiven
    if not isinstance(message, dns.message.QueryMessage) or not query.is_response(message):
        raise UnusableError("answers another question")
    return message


def _forgiving(query: dns.message.Message, wire: bytes) -> dns.message.Message | None:
    """The answer with TLSA records that dnspython takes offence at (a digest of the wrong length) as they are.

    A sender passes such a record over; that the whole answer cannot be read would be another matter. None: it cannot.
    """
    if query.question[0].rdtype != dns.rdatatype.TLSA:
        return None
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True, continue_on_error=True)
        questions, answers = struct.unpack_from("!HH", wire, 4)
        at = 12
        for _ in range(questions):
            at += dns.name.from_wire(wire, at)[1] + 4
        for _ in range(answers):
            name, used = dns.name.from_wire(wire, at)
            rdtype, rdclass, ttl, length = struct.unpack_from("!HHIH", wire, at + used)
            at += used + 10 + length
            if (rdtype, rdclass) == (dns.rdatatype.TLSA, dns.rdataclass.IN) and at <= len(wire):
                rdata = dns.rdata.GenericRdata(dns.rdataclass.IN, dns.rdatatype.TLSA, wire[at - length : at])
                rrset = message.find_rrset(message.answer, name, rdata.rdclass, rdata.rdtype, create=True)
                if all(rdata.data != known.to_wire() for known in rrset):
                    rrset.add(rdata, ttl)
    except (dns.exception.DNSException, struct.error):
        return None
    return message


def shuns_edns(message: dns.message.Message) -> bool:
    """True when the server may have choked on EDNS, so that asking without it is worth a try (RFC 6891 7)."""
    return message.rcode() in _NO_EDNS


def interpret(message: dns.message.QueryMessage, question: dns.name.Name, rrtype: str) -> Answer:
    """What ``message`` says about ``question``."""
    rcode = message.rcode()
    said = _extended_errors(message)
    match rcode:
        case dns.rcode.NOERROR | dns.rcode.NXDOMAIN:
            found = _content(message, question, dns.rdatatype.from_text(rrtype), said)
            return replace(found, signed=_signed(message))
        case dns.rcode.REFUSED | dns.rcode.NOTAUTH:
            outcome = Outcome.REFUSED_QUERY
        case dns.rcode.SERVFAIL if any(option.code in _BOGUS for option in message.extended_errors()):
            outcome = Outcome.BOGUS
        case _:
            outcome = Outcome.SERVFAIL
    return Answer(outcome, detail=" ".join(filter(None, (dns.rcode.to_text(rcode), said))))


def _content(
    message: dns.message.QueryMessage, question: dns.name.Name, rdtype: dns.rdatatype.RdataType, said: str
) -> Answer:
    """The answer section, then the authority section, of a message that is no error."""
    aliases, last, found = _chain(message, question, rdtype)
    if len(aliases) > _CHAIN:
        return Answer(Outcome.SERVFAIL, detail="CNAME loop")
    cnames = tuple(show(alias[0].target) for alias in aliases)
    ttls = [alias.ttl for alias in aliases]
    ad = bool(message.flags & dns.flags.AD)
    nxdomain = message.rcode() == dns.rcode.NXDOMAIN
    if found is not None:
        if nxdomain:
            return Answer(Outcome.SERVFAIL, detail="NXDOMAIN, and yet records of that name")
        records = tuple(rdata.to_text() for rdata in found)
        return Answer(Outcome.ANSWER, records, min([*ttls, found.ttl]), ad, cnames)
    soa = _authority(message, dns.rdatatype.SOA)
    if soa is not None and last.is_subdomain(soa.name):
        ttls += [soa.ttl, soa[0].minimum]  # RFC 2308 5
    elif not nxdomain and cnames:  # the chain leaves what this server knows
        return Answer(Outcome.NO_DATA, ttl=min(ttls), ad=ad, cnames=cnames, unfinished=True)
    elif not nxdomain and _refers_elsewhere(message):
        return Answer(Outcome.SERVFAIL, detail="a referral instead of an answer (lame, or no recursion for us)")
    outcome = Outcome.NXDOMAIN if nxdomain else Outcome.NO_DATA
    return Answer(outcome, ttl=min(ttls, default=None), ad=ad, cnames=cnames, detail=said or None)


def _signed(message: dns.message.Message) -> bool:
    """True when a signature came with it: of the records, or of what denies them."""
    return any(rrset.rdtype == dns.rdatatype.RRSIG for rrset in (*message.answer, *message.authority))


def _chain(
    message: dns.message.QueryMessage, question: dns.name.Name, rdtype: dns.rdatatype.RdataType
) -> tuple[list[dns.rrset.RRset], dns.name.Name, dns.rrset.RRset | None]:
    """The CNAME records walked from ``question``, the name they end at, and the records wanted there, if any."""
    aliases: list[dns.rrset.RRset] = []
    name = question
    while True:
        found = message.get_rrset(message.answer, name, dns.rdataclass.IN, rdtype)
        alias = message.get_rrset(message.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME)
        if found is not None or alias is None or len(aliases) > _CHAIN:
            return aliases, name, found
        aliases.append(alias)
        name = alias[0].target


def _authority(message: dns.message.Message, rdtype: dns.rdatatype.RdataType) -> dns.rrset.RRset | None:
    return next((rrset for rrset in message.authority if rrset.rdtype == rdtype), None)


def _refers_elsewhere(message: dns.message.Message) -> bool:
    """RFC 2308 2.2: name servers but no SOA, from a server that is not authoritative, is not NODATA."""
    return not message.flags & dns.flags.AA and _authority(message, dns.rdatatype.NS) is not None


def _extended_errors(message: dns.message.Message) -> str:
    """RFC 8914 codes with their texts, as one bounded, escaped line."""
    errors = (
        f"EDE {int(option.code)} ({dns.edns.EDECode.to_text(option.code)}) {escape((option.text or '').encode())}"
        for option in message.extended_errors()[:4]
    )
    return clip(", ".join(error.rstrip() for error in errors), 240)


def show(name: dns.name.Name) -> str:
    """A name from the network in the form names have everywhere here: escaped ASCII."""
    return fold(name.to_text(omit_final_dot=True))
