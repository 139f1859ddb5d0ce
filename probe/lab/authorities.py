"""The lab's authoritative name servers, without sockets: bytes of a query to an address in, bytes of an answer out.

Who answers for what is read from the zone text: a server answers for every zone with an SOA one of whose NS records
leads to its address, and refers to the zones below. Faults are played per address. ``answer`` returns None where a real
server would stay silent.
"""

from collections.abc import Mapping

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from probe.address import canonical
from probe.lab.faults import DnsFault, Server
from probe.lab.nameserver import (
    EDNS_PAYLOAD,
    LONGEST_CHAIN,
    RCODES,
    Key,
    existing,
    fit,
    read_rrsets,
    renamed,
    upwards,
    wildcard,
)
from probe.model.network import Transport

_GLUE = (dns.rdatatype.AAAA, dns.rdatatype.A)

Records = Mapping[Key, dns.rrset.RRset]
Holding = tuple[Records, frozenset[dns.name.Name]]


class Authorities:
    """All servers of one world. ``faults`` hold at every one of them, ``servers`` at one address."""

    def __init__(
        self,
        zone: str,
        faults: Mapping[tuple[str, str], DnsFault] | None = None,
        servers: Mapping[str, Server] | None = None,
    ) -> None:
        self._rrsets = read_rrsets(zone)
        self._faults = faults or {}
        self._servers = {canonical(address): server for address, server in (servers or {}).items()}
        self._holdings: dict[object, Holding] = {}  # by what a server has otherwise
        self._zones: dict[str, set[dns.name.Name]] = {}
        for name, rrtype in self._rrsets:
            if rrtype == dns.rdatatype.SOA:
                for address in self._serving(name):
                    self._zones.setdefault(address, set()).add(name)

    def stands_at(self, address: str) -> bool:
        """Whether there is a server at ``address``, dead or alive."""
        return canonical(address) in self._zones

    def speaks_tcp(self, address: str) -> bool:
        """Whether connections to it are taken."""
        return self._server(address).tcp

    def answer(self, address: str, query: bytes, transport: Transport) -> bytes | None:
        """What the server at ``address`` says to ``query``, if anything."""
        server = self._server(address)
        message = dns.message.from_wire(query)
        question = message.question[0]
        fault = self._fault(server, question.name, question.rdtype)
        if server.dead or fault is DnsFault.TIMEOUT or (server.drops_edns and message.edns >= 0):
            return None
        response = dns.message.make_response(message, our_payload=EDNS_PAYLOAD)
        if fault is DnsFault.FORMERR and message.edns >= 0:
            response.use_edns(-1)
            response.set_rcode(dns.rcode.FORMERR)
        elif fault in RCODES:
            response.set_rcode(RCODES[fault])
            if fault is DnsFault.NXDOMAIN:
                response.flags |= dns.flags.AA
        else:
            self._fill(canonical(address), server, question, response)
        return fit(response, message, transport, always=fault is DnsFault.TRUNCATED)

    def _server(self, address: str) -> Server:
        return self._servers.get(canonical(address), Server())

    def _serving(self, zone: dns.name.Name) -> set[str]:
        """The addresses of the servers of ``zone``."""
        targets = [rdata.target for rdata in self._rrsets.get((zone, dns.rdatatype.NS), ())]
        return {
            canonical(rdata.to_text())
            for target in targets
            for rrtype in _GLUE
            for rdata in self._rrsets.get((target, rrtype), ())
        }

    def _fault(self, server: Server, name: dns.name.Name, rrtype: dns.rdatatype.RdataType) -> DnsFault | None:
        asked = name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(rrtype)
        return server.dns.get(asked) or self._faults.get(asked)

    def _fill(self, address: str, server: Server, question: dns.rrset.RRset, response: dns.message.Message) -> None:
        """The answer: records or their denial with authority, the way to a zone below, or a refusal."""
        name, rrtype = question.name, question.rdtype
        mine = self._zones[address]
        zone = next((one for one in upwards(name) if one in mine), None)
        if zone is None or server.lame:
            response.set_rcode(dns.rcode.REFUSED)
            return
        records, names = self._holding(server)
        below = [one for one in upwards(name) if one.is_subdomain(zone) and one != zone]
        for cut in reversed(below):
            if (cut, dns.rdatatype.NS) in records:
                _refer(records, zone, cut, response)
                return
        response.flags |= dns.flags.AA
        for _ in range(LONGEST_CHAIN):
            alias = records.get((name, dns.rdatatype.CNAME))
            if alias is None or rrtype == dns.rdatatype.CNAME:
                break
            response.answer.append(alias)
            name = alias[0].target
        star = wildcard(names, name) or name
        found = renamed(records.get((star, rrtype)), name)
        if found is not None:
            response.answer.append(found)
        elif name.is_subdomain(zone):
            if star not in names:
                response.set_rcode(dns.rcode.NXDOMAIN)
            response.authority.append(records[zone, dns.rdatatype.SOA])

    def _holding(self, server: Server) -> Holding:
        """What this server has: the zone text's, changed as its fault says; and the names that exist there."""
        otherwise = server.records, server.lacks
        if otherwise in self._holdings:
            return self._holdings[otherwise]
        lacking = {(dns.name.from_text(name), dns.rdatatype.from_text(rrtype)) for name, rrtype in server.lacks}
        kept = {key: rrset for key, rrset in self._rrsets.items() if key not in lacking}
        records = {**kept, **read_rrsets(server.records)}
        self._holdings[otherwise] = records, existing(records)
        return self._holdings[otherwise]


def _refer(records: Records, zone: dns.name.Name, cut: dns.name.Name, response: dns.message.Message) -> None:
    """To the servers of ``cut``, with the addresses that ``zone`` may speak of."""
    servers = records[cut, dns.rdatatype.NS]
    response.authority.append(servers)
    for rdata in servers:
        if rdata.target.is_subdomain(zone):
            response.additional += [records[rdata.target, one] for one in _GLUE if (rdata.target, one) in records]
