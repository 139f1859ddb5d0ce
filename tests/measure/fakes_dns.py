"""Name servers that play a script, and a network that has nothing else. Its clock moves only when somebody waits."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, NoReturn

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zonefile

from probe.model.errors import NetworkError
from probe.model.network import Endpoint, Link, Source, Transport
from probe.model.words import Failure

Server = tuple[str, int]
Script = Callable[[dns.message.Message, Transport], "bytes | dns.message.Message | Awaitable[bytes]"]
HERE: Server = ("127.0.0.1", 53)
FIRST: Server = ("2001:db8::53", 53)
SECOND: Server = ("192.0.2.53", 5353)


class Asked(NamedTuple):
    """One message that was sent."""

    server: Server
    name: str
    rrtype: str
    transport: Transport
    edns: bool
    timeout: float


class Zone:
    """A recursive server that knows exactly ``text``; the rest is denied with an SOA of TTL 900, minimum 60."""

    def __init__(self, text: str, ad: bool = False) -> None:
        self.rrsets = dns.zonefile.read_rrsets(text, rdclass=None, default_ttl=300)
        self.ad = ad

    def _find(self, name: dns.name.Name, rdtype: int) -> dns.rrset.RRset | None:
        return next((item for item in self.rrsets if item.name == name and item.rdtype == rdtype), None)

    def __call__(self, query: dns.message.Message, transport: Transport) -> dns.message.Message:
        response = dns.message.make_response(query, recursion_available=True)
        response.flags |= dns.flags.AD if self.ad else 0
        name, rdtype = query.question[0].name, query.question[0].rdtype
        while (found := self._find(name, rdtype)) is None:
            alias = self._find(name, dns.rdatatype.CNAME)
            if alias is None or alias in response.answer:
                break
            response.answer.append(alias)
            name = alias[0].target
        if found is not None:
            response.answer.append(found)
            return response
        response.authority.append(dns.rrset.from_text(".", 900, "IN", "SOA", "ns. admin. 1 1800 900 604800 60"))
        if not any(item.name.is_subdomain(name) for item in self.rrsets):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response


def fails(rcode: dns.rcode.Rcode, *errors: tuple[int, str]) -> Script:
    """A server with nothing but an error, and extended errors when told."""

    def answer(query: dns.message.Message, transport: Transport) -> dns.message.Message:
        response = dns.message.make_response(query)
        if query.edns >= 0:
            options = [dns.edns.EDEOption(code, text) for code, text in errors]
            response.use_edns(0, options=options)
        response.set_rcode(rcode)
        return response

    return answer


def unreachable(query: dns.message.Message, transport: Transport) -> NoReturn:
    raise NetworkError(Failure.REFUSED, "connection refused")


class Silent:
    """A server that never says anything; the network lets the time go by."""

    def __call__(self, query: dns.message.Message, transport: Transport) -> NoReturn:
        raise NetworkError(Failure.TIMEOUT, "no answer")


class FakeNetwork:
    """A network of scripted name servers. ``log`` keeps every message sent. ``signed``: signatures may be wanted."""

    signed = False

    def __init__(self, script: Script | Mapping[Server, Script], trust_ad: bool = False) -> None:
        self.scripts: Mapping[Server, Script] = script if isinstance(script, Mapping) else {HERE: script}
        self.log: list[Asked] = []
        self.clock = 0.0
        self._trust_ad = trust_ad

    @property
    def questions(self) -> list[tuple[str, str]]:
        return [(item.name, item.rrtype) for item in self.log]

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.clock

    async def sleep(self, seconds: float) -> None:
        self.clock += seconds

    def source_for(self, address: str, bound: str | None = None) -> Source:
        raise NetworkError(Failure.NO_ROUTE, "nothing but name servers here")

    async def dial(self, endpoint: Endpoint, bound: str | None, timeout: float, max_segment: int | None = None) -> Link:
        raise NetworkError(Failure.NO_ROUTE, "nothing but name servers here")

    def nameservers(self) -> tuple[Server, ...]:
        return tuple(self.scripts)

    def trust_ad(self) -> bool:
        return self._trust_ad

    async def exchange(self, server: Server, query: bytes, transport: Transport, timeout: float) -> bytes:
        assert timeout > 0
        message = dns.message.from_wire(query)
        assert message.flags & dns.flags.RD
        assert message.flags & dns.flags.AD
        assert self.signed or not message.ednsflags & dns.flags.DO
        name = message.question[0].name.to_text(omit_final_dot=True)
        rrtype = dns.rdatatype.to_text(message.question[0].rdtype)
        self.log.append(Asked(server, name, rrtype, transport, message.edns >= 0, timeout))
        try:
            answer = self.scripts[server](message, transport)
            if inspect.isawaitable(answer):
                answer = await answer
        except NetworkError as error:
            if error.failure is Failure.TIMEOUT:
                self.clock += timeout
            raise
        return answer if isinstance(answer, bytes) else answer.to_wire(max_size=65535)
