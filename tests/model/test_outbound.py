from probe.model.outbound import Outbound, SendingAddress
from probe.model.words import Family


def test_what_nobody_asked_for_is_empty() -> None:
    assert Outbound("example.com") == Outbound("example.com", (), (), (), (), None, (), (), False)


def test_an_address_is_a_guess_unless_it_was_named() -> None:
    assert not SendingAddress("2001:db8::25", Family.IPV6).named
