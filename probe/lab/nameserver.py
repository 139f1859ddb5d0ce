"""The lab's recursive name server, without a socket: the bytes of a query in, the bytes of an answer out.

It knows what one zone text says, plus ``ipv4only.arpa`` (RFC 8880), and nothing else exists. Faults are played per name
and type; with ``dns64`` a /96 prefix, AAAA records are made up for hosts that have none (RFC 6147). Of what is in a
``signed`` zone it says AD, as a validating server does that found the signatures good. ``answer`` returns None where a
real server would stay silent. A zone text that cannot be read raises ``dns.exception.DNSException``.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.reversename
import dns.rrset

from probe.lab.faults import DnsFault
from probe.model.network import Transport

EDNS_PAYLOAD = 1232  # octets we take and give over UDP (RFC 9715)
PLAIN_PAYLOAD = 512  # without EDNS (RFC 1035 4.2.1)
LONGEST_CHAIN = 8
_ALWAYS = "ipv4only.arpa. 3600 IN A 192.0.0.170\nipv4only.arpa. 3600 IN A 192.0.0.171\n"
RCODES = {
    DnsFault.SERVFAIL: dns.rcode.SERVFAIL,
    DnsFault.BOGUS: dns.rcode.SERVFAIL,
    DnsFault.REFUSED: dns.rcode.REFUSED,
    DnsFault.NXDOMAIN: dns.rcode.NXDOMAIN,
}

Key = tuple[dns.name.Name, dns.rdatatype.RdataType]


class Nameserver:
    """Answers queries from ``zone``, resource records with absolute names and all their fields, one a line.

    ``signed`` names zones by their apex; where any is, the root is too.
    """

    def __init__(
        self,
        zone: str,
        faults: Mapping[tuple[str, str], DnsFault] | None = None,
        dns64: str | None = None,
        signed: Iterable[str] = (),
    ) -> None:
        self._rrsets = read_rrsets(zone + "\n" + _ALWAYS)
        self._names = existing(self._rrsets)
        self._faults = {
            (dns.name.from_text(name), dns.rdatatype.from_text(rrtype)): fault
            for (name, rrtype), fault in (faults or {}).items()
        }
        self._dns64 = ipaddress.IPv6Network(dns64) if dns64 else None
        self._signed = {dns.name.from_text(name) for name in signed}

    def answer(self, query: bytes, transport: Transport) -> bytes | None:
        """Answer one DNS message, or stay silent: when a fault says so, and to what is no query."""
        try:
            message = dns.message.from_wire(query)
        except dns.exception.DNSException:
            return None
        if message.flags & dns.flags.QR or len(message.question) != 1:
            return None
        question = message.question[0]
        fault = self._faults.get((question.name, question.rdtype))
        if fault is DnsFault.TIMEOUT:
            return None
        if fault is DnsFault.BOGUS and message.flags & dns.flags.CD:
            fault = None  # who checks for himself gets it as it is (RFC 4035 3.2.2)
        response = dns.message.make_response(message, recursion_available=True, our_payload=EDNS_PAYLOAD)
        if fault is DnsFault.FORMERR and message.edns >= 0:
            response.use_edns(-1)
            response.set_rcode(dns.rcode.FORMERR)
        elif fault in RCODES:
            response.set_rcode(RCODES[fault])
            if fault is DnsFault.BOGUS and message.edns >= 0:
                code = dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS)
                response.use_edns(0, 0, EDNS_PAYLOAD, options=[code])
        else:
            self._resolve(question.name, question.rdtype, response)
            if self._signed and self._authentic(question, response) and message.flags & dns.flags.AD:
                response.flags |= dns.flags.AD
        return fit(response, message, transport, always=fault is DnsFault.TRUNCATED)

    def records(self, name: str, rrtype: str) -> tuple[str, ...]:
        """What the zone holds, in presentation form: for the lab's own servers, past all faults."""
        rrset = self._rrsets.get((dns.name.from_text(name), dns.rdatatype.from_text(rrtype)))
        return tuple(rdata.to_text() for rdata in rrset) if rrset else ()

    def client_name(self, address: str) -> str | None:
        """The forward-confirmed name of ``address``, as a mail server looks it up before it greets."""
        pointer = dns.reversename.from_address(address).to_text()
        rrtype = "AAAA" if ":" in address else "A"
        for name in self.records(pointer, "PTR"):
            if address in self.records(name, rrtype):
                return name.rstrip(".")
        return None

    def _resolve(self, name: dns.name.Name, rrtype: dns.rdatatype.RdataType, response: dns.message.Message) -> None:
        """Fill in the answer: the chain of aliases, then the records, or the SOA that denies them (RFC 2308)."""
        for _ in range(LONGEST_CHAIN):
            alias = self._rrsets.get((name, dns.rdatatype.CNAME))
            if alias is None or rrtype == dns.rdatatype.CNAME:
                break
            response.answer.append(alias)
            name = alias[0].target
        star = wildcard(self._names, name) or name
        found = renamed(self._rrsets.get((star, rrtype)), name)
        if found is None and rrtype == dns.rdatatype.AAAA and self._dns64:
            found = self._synthesise(name, self._dns64)
        if found is not None:
            response.answer.append(found)
            return
        if star not in self._names:
            response.set_rcode(dns.rcode.NXDOMAIN)
        for above in upwards(name):
            if soa := self._rrsets.get((above, dns.rdatatype.SOA)):
                response.authority.append(soa)
                return

    def _authentic(self, question: dns.rrset.RRset, response: dns.message.Message) -> bool:
        """True when the name asked for and all that the answer went through are in signed zones."""
        names = {question.name, *(rrset.name for rrset in response.answer)}
        if question.rdtype != dns.rdatatype.CNAME:
            names |= {rrset[0].target for rrset in response.answer if rrset.rdtype == dns.rdatatype.CNAME}
        return all(self._apex(item) in {*self._signed, dns.name.root} for item in names)

    def _apex(self, name: dns.name.Name) -> dns.name.Name:
        """The zone that ``name`` is in."""
        found = (above for above in upwards(name) if (above, dns.rdatatype.SOA) in self._rrsets)
        return next(found, dns.name.root)

    def _synthesise(self, name: dns.name.Name, prefix: ipaddress.IPv6Network) -> dns.rrset.RRset | None:
        """AAAA records out of the A records of ``name``: the prefix with the IPv4 address at its end (RFC 6052 2.2)."""
        given = self._rrsets.get((name, dns.rdatatype.A))
        if given is None:
            return None
        made = dns.rrset.RRset(name, dns.rdataclass.IN, dns.rdatatype.AAAA)
        for rdata in given:
            address = prefix.network_address + int(ipaddress.IPv4Address(rdata.to_text()))
            made.add(dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.AAAA, str(address)), given.ttl)
        return made


def read_rrsets(zone: str) -> dict[Key, dns.rrset.RRset]:
    """The record sets of a text with one ``NAME TTL IN TYPE RDATA`` a line.

    dnspython's own zone reader takes one zone a text; this internet has many.
    """
    rrsets: dict[Key, dns.rrset.RRset] = {}
    for line in filter(None, zone.splitlines()):
        name, ttl, rdata = _read_record(line)
        rrset = rrsets.setdefault((name, rdata.rdtype), dns.rrset.RRset(name, rdata.rdclass, rdata.rdtype))
        rrset.add(rdata, ttl)
    return rrsets


@lru_cache(maxsize=4096)  # most lines are those of every world
def _read_record(line: str) -> tuple[dns.name.Name, int, dns.rdata.Rdata]:
    owner, ttl, rdclass, rrtype, text = line.split(maxsplit=4)
    return dns.name.from_text(owner), int(ttl), dns.rdata.from_text(rdclass, rrtype, text)


def existing(rrsets: Iterable[Key]) -> frozenset[dns.name.Name]:
    """The names that exist: those with records, and all above them."""
    return frozenset(above for owner in {owner for owner, _ in rrsets} for above in upwards(owner))


def wildcard(names: frozenset[dns.name.Name], name: dns.name.Name) -> dns.name.Name | None:
    """The ``*`` that answers for a name which does not exist: that of the next name above which does (RFC 4592 3.3)."""
    if name in names:
        return None
    encloser = next(above for above in upwards(name) if above in names)
    star = dns.name.Name(("*",)).concatenate(encloser)
    return star if star in names else None


def renamed(rrset: dns.rrset.RRset | None, name: dns.name.Name) -> dns.rrset.RRset | None:
    """The records under another name."""
    if rrset is None:
        return None
    made = dns.rrset.RRset(name, rrset.rdclass, rrset.rdtype)
    for rdata in rrset:
        made.add(rdata, rrset.ttl)
    return made


def upwards(name: dns.name.Name) -> list[dns.name.Name]:
    """The name and all names above it: each of them exists when the name does (RFC 8020)."""
    names = [name]
    while names[-1] != dns.name.root:
        names.append(names[-1].parent())
    return names


def fit(response: dns.message.Message, query: dns.message.Message, transport: Transport, *, always: bool) -> bytes:
    """The answer as bytes; over UDP an empty one with TC when it is larger than the client takes (RFC 2181 9)."""
    wire = response.to_wire(max_size=65535)
    room = min(max(query.payload, PLAIN_PAYLOAD), EDNS_PAYLOAD) if query.edns >= 0 else PLAIN_PAYLOAD
    if transport is Transport.TCP or not (always or len(wire) > room):
        return wire
    response.answer.clear()
    response.authority.clear()
    response.flags |= dns.flags.TC
    return response.to_wire()
