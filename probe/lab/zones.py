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
# Those that know: the root, the top level, and the two of example.com and example.net.
ROOT6, ROOT4 = "2001:db8:a::1", "198.51.100.1"
TOP6, TOP4 = "2001:db8:b::1", "198.51.100.2"
NS1_6, NS1_4 = "2001:db8:c::1", "192.0.2.61"
NS2_6, NS2_4 = "2001:db8:d::1", "203.0.113.61"


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


def served(domain: str, *servers: str) -> str:
    """The name servers of a zone."""
    return "".join(f"{domain}. 86400 IN NS {server}.\n" for server in servers)


def txt(name: str, *texts: str) -> str:
    """TXT records of one string each."""
    return "".join(f'{name}. 3600 IN TXT "{text}"\n' for text in texts)


def promise(name: str, rdata: str) -> str:
    """A TLSA record for port 25 of the host ``name``."""
    return f"_25._tcp.{name}. 300 IN TLSA {rdata}\n"


def authority(*domains: str) -> str:
    """A start of authority for each domain; names below it are denied for 60 seconds (RFC 2308 5)."""
    return "".join(
        f"{domain}. 3600 IN SOA ns1.example.net. hostmaster.example.net. 1 7200 1800 604800 60\n" for domain in domains
    )


ZONES = authority(
    "",
    "com",
    "net",
    "example.com",
    "example.net",
    "8.b.d.0.1.0.0.2.ip6.arpa",
    "2.0.192.in-addr.arpa",
    "100.51.198.in-addr.arpa",
    "113.0.203.in-addr.arpa",
)
OURSELVES = host("probe.example.net", OWN6, OWN4)
SERVERS = (
    served("", "a.root-servers.net")
    + served("com", "a.gtld-servers.net")
    + served("net", "a.gtld-servers.net")
    + served("example.com", "ns1.example.net", "ns2.example.net")
    + served("example.net", "ns1.example.net", "ns2.example.net")
    + host("a.root-servers.net", ROOT6, ROOT4, pointer=False)
    + host("a.gtld-servers.net", TOP6, TOP4, pointer=False)
    + host("ns1.example.net", NS1_6, NS1_4, pointer=False)
    + host("ns2.example.net", NS2_6, NS2_4, pointer=False)
)
"""Who answers for what, from the root on."""
ELSEWHERE = ZONES + SERVERS + host(REFERENCE, REFERENCE6, REFERENCE4)
MX1 = host("mx1.example.com", MX6, MX4)
HOME = mx("10 mx1.example.com.") + MX1
