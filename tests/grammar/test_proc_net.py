from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.proc_net import Socket, gateways, listening, own_ipv4, own_ipv6

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
TCP = (
    HEAD
    + "   0: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100\n"
    + "   1: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   105        0 4712 1 0 100\n"
    + "   2: 0100007F:0019 0100007F:9999 01 00000000:00000000 00:00000000 00000000   105        0 4713 1 0 100\n"
)
TCP6 = (
    HEAD
    + "   0: 00000000000000000000000000000000:0019 00000000000000000000000000000000:0000 0A 0 0 0 0 0 99\n"
    + "   1: B80D0120000025000000000025000000:024B 00000000000000000000000000000000:0000 0A 0 0 0 0 0 98\n"
)
IF_INET6 = """\
00000000000000000000000000000001 01 80 10 80       lo
20010db8002500000000000000000025 02 40 00 80     eth0
fe80000000000000000000000000abcd 02 40 20 80     eth0
"""
ROUTE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
"""
NOBODY = "0" * 32
ROUTE6 = (
    f"{NOBODY} 00 {NOBODY} 00 20010db8002500000000000000000001 00000400 1 0 3 eth0\n"
    f"20010db8002500000000000000000000 40 {NOBODY} 00 {NOBODY} 00000100 1 0 1 eth0\n"
)
TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
        |-- 127.0.0.1
           /32 host LOCAL
        |-- 192.0.2.0
           /24 link UNICAST
        |-- 192.0.2.25
           /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
Local:
        |-- 192.0.2.25
           /32 host LOCAL
"""


def test_who_listens() -> None:
    assert list(listening(TCP, little=True)) == [Socket("0.0.0.0", 25, 4711), Socket("127.0.0.1", 3306, 4712)]
    assert list(listening(TCP6, little=True)) == [Socket("::", 25, 99), Socket("2001:db8:25::25", 587, 98)]


def test_the_byte_order_is_the_machines() -> None:
    line = "0: 7F000001:0019 00000000:0000 0A 0 0 0 0 0 7 1"
    assert list(listening(line, little=False)) == [Socket("127.0.0.1", 25, 7)]


def test_own_addresses_with_their_prefixes() -> None:
    assert list(own_ipv6(IF_INET6)) == [("lo", "::1", 128), ("eth0", "2001:db8:25::25", 64), ("eth0", "fe80::abcd", 64)]
    assert list(own_ipv4(TRIE, ROUTE, little=True)) == [("lo", "127.0.0.1", 8), ("eth0", "192.0.2.25", 24)]


def test_an_address_without_a_route_stands_alone() -> None:
    assert list(own_ipv4(TRIE, "", little=True))[1] == ("", "192.0.2.25", 32)


def test_the_default_routes() -> None:
    assert list(gateways(ROUTE6, ROUTE, little=True)) == ["2001:db8:25::1", "192.0.2.1"]


@given(st.text(st.sampled_from("0123456789ABCDEFabcdef: |/-\n\thostLOCAL"), max_size=400))
def test_no_text_makes_it_raise(text: str) -> None:
    list(listening(text))
    list(own_ipv6(text))
    list(own_ipv4(text, text))
    list(gateways(text, text))
