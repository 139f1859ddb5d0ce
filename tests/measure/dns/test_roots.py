from probe.address import classify, family_of
from probe.measure.dns.roots import roots
from probe.model.words import AddressClass, Family


def test_the_internet_has_thirteen_of_each_family() -> None:
    for family in Family:
        found = roots(family)
        assert len(set(found)) == 13
        assert {family_of(address) for address in found} == {family}
        assert {classify(address) for address in found} == {AddressClass.GLOBAL}


def test_those_given_replace_them_all() -> None:
    given = ("2001:db8::1", "192.0.2.1")
    assert roots(Family.IPV6, given) == ("2001:db8::1",)
    assert roots(Family.IPV4, given) == ("192.0.2.1",)
    assert roots(Family.IPV4, given[:1]) == ()
