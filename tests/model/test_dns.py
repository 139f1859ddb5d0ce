from probe.model.dns import Address, MxHost, Resolution
from probe.model.words import AddressClass, Family, Outcome


def test_a_host_knows_its_addresses_and_look_ups_by_family() -> None:
    six = [Address(f"2001:db8::{number}", Family.IPV6, AddressClass.GLOBAL) for number in (2, 1)]
    four = Address("192.0.2.1", Family.IPV4, AddressClass.GLOBAL)
    aaaa = Resolution("mx1.example.com", "AAAA", Outcome.ANSWER)
    a = Resolution("mx1.example.com", "A", Outcome.NO_DATA)
    host = MxHost("mx1.example.com", 10, False, aaaa, a, (six[0], four, six[1]))
    assert host.of(Family.IPV6) == tuple(six)  # the order of the answer
    assert host.of(Family.IPV4) == (four,)
    assert host.resolution(Family.IPV6) is aaaa
    assert host.resolution(Family.IPV4) is a
