"""Zone texts of the lab, in pieces: each function gives lines of resource records with absolute names.

The healthy piece is ``HOME``, the domain under test; ``ELSEWHERE`` is the rest of the lab's internet, which every
scenario has: our own names and a mail host of another network that is known to greet.
"""

from ipaddress import ip_address

MX6, MX4 = "2001:db8::25", "192.0.2.25"
SECOND6, SECOND4 = "2001:db8::26", "192.0.2.26"
OWN6, OWN4 = "2001:db8:9::9", "203.0.113.9"
REFERENCE = "mail.reference.example.net"
REFERENCE6, REFERENCE4 = "2001:db8:ffff::25", "198.51.100.25"
POLICY6, POLICY4 = "2001:db8::443", "192.0.2.43"
NAMESERVER, DEAD_NAMESERVER = "192.0.2.53", "192.0.2.54"


def mx(*records: str, domain: str = "example.com") -> str:
    """MX records of ``domain``, each written ``10 mx1.example.com.``."""
    return "".join(f"{domain}. 3600 IN MX {record}\n" for record in records)


def alias(name: str, target: str) -> str:
    """A CNAME record."""
    return f"{name}. 3600 IN CNAME {target}.\n"


def host(name: str, *addresses: str, pointer: bool = True) -> str:
    """The addresses of a host and, with ``pointer``, the reverse record of each."""
    lines = []
    for text in addresses:
        address = ip_address(text)
        lines.append(f"{name}. 300 IN {'AAAA' if address.version == 6 else 'A'} {text}\n")
        if pointer:
            lines.append(f"{address.reverse_pointer}. 3600 IN PTR {name}.\n")
    return "".join(lines)


def text(name: str, *texts: str) -> str:
    """TXT records of ``name``."""
    return "".join(f'{name}. 300 IN TXT "{item}"\n' for item in texts)


def promise(name: str, rdata: str) -> str:
    """A TLSA record for port 25 of the host ``name``."""
    return f"_25._tcp.{name}. 300 IN TLSA {rdata}\n"


def authority(*domains: str) -> str:
    """A start of authority for each domain; names below it are denied for 60 seconds (RFC 2308 5)."""
    return "".join(
        f"{domain}. 3600 IN SOA ns1.example.net. hostmaster.example.net. 1 7200 1800 604800 60\n" for domain in domains
    )


ZONES = authority(
    "example.com",
    "example.net",
    "8.b.d.0.1.0.0.2.ip6.arpa",
    "2.0.192.in-addr.arpa",
    "100.51.198.in-addr.arpa",
    "113.0.203.in-addr.arpa",
)
OURSELVES = host("probe.example.net", OWN6, OWN4)
ELSEWHERE = ZONES + host(REFERENCE, REFERENCE6, REFERENCE4)
MX1 = host("mx1.example.com", MX6, MX4)
HOME = mx("10 mx1.example.com.") + MX1
