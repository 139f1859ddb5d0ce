from probe.model.errors import NetworkError
from probe.model.network import Icmp
from probe.model.words import Failure


def test_a_network_error_keeps_the_word_and_who_said_so() -> None:
    icmp = Icmp(1, 1, "2001:db8::1")
    error = NetworkError(Failure.PROHIBITED, "administratively prohibited", icmp)
    assert (error.failure, error.detail, error.icmp) == (Failure.PROHIBITED, "administratively prohibited", icmp)
    assert str(error) == "prohibited: administratively prohibited"
