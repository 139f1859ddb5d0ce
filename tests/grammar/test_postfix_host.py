import pytest

from probe.grammar.postfix_host import families_of, mydomain, myhostname, mynetworks
from probe.model.postfix import Host

HOST = Host("mail", ("127.0.0.1/8", "::1/128", "10.1.2.3/24", "172.20.0.1/20", "2001:db8::25/64", "fe80::1%eth0/64"))


def test_names() -> None:
    assert myhostname(HOST, None) == "mail.localdomain"
    assert myhostname(HOST, "example.com") == "mail.example.com"
    assert myhostname(Host("mx.example.net"), "example.com") == "mx.example.net"
    assert (mydomain("mx.example.net"), mydomain("mx")) == ("example.net", "localdomain")


@pytest.mark.parametrize(
    ("style", "interfaces", "protocols", "networks"),
    [
        ("host", "loopback-only", "all", "127.0.0.1/32 [::1]/128"),
        ("subnet", "all", "ipv6", "[::1]/128 [2001:db8::]/64 [fe80::]/64"),
        ("class", "all", "ipv4", "127.0.0.0/8 10.0.0.0/8 172.20.0.0/16"),
        ("subnet", "10.1.2.3, [2001:db8::25]", "all", "10.1.2.0/24 [2001:db8::]/64"),
        ("subnet", "mail.example.com", "all", None),
        ("subnet", "192.0.2.1", "all", None),
        ("wide", "all", "all", None),
        ("subnet", "all", "", ""),
    ],
)
def test_networks(style: str, interfaces: str, protocols: str, networks: str | None) -> None:
    assert mynetworks(HOST, style, interfaces, protocols) == networks


@pytest.mark.parametrize(("text", "versions"), [("all", {4, 6}), ("ipv4, IPv6", {4, 6}), ("ipv6", {6}), ("ipx", set())])
def test_families(text: str, versions: set[int]) -> None:
    assert families_of(text) == versions
