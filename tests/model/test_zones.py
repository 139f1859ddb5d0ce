from probe.model.network import Transport
from probe.model.words import AddressClass, Failure, Family, Outcome
from probe.model.zones import DirectAnswer, ServerAddress, Zone, ZoneServer

HEARD = DirectAnswer(Transport.UDP, "example.com", "SOA", Outcome.ANSWER, "NOERROR", True)
SILENT = DirectAnswer(Transport.TCP, "example.com", "SOA", Outcome.TIMEOUT, failure=Failure.TIMEOUT)
PLACE = ServerAddress("2001:db8::53", Family.IPV6, AddressClass.GLOBAL, None, (HEARD, SILENT))
SERVER = ZoneServer("ns1.example.com", Outcome.ANSWER, Outcome.NO_DATA, (PLACE,))


def test_silence_is_not_heard() -> None:
    assert HEARD.heard
    assert not SILENT.heard
    assert PLACE.heard()
    assert PLACE.heard(Transport.UDP)
    assert not PLACE.heard(Transport.TCP)


def test_answers_by_question_and_transport() -> None:
    assert PLACE.said("example.com", "SOA") == (HEARD, SILENT)
    assert PLACE.said("example.com", "SOA", Transport.TCP) == (SILENT,)
    assert PLACE.said("example.com", "MX") == ()


def test_addresses_with_their_servers() -> None:
    assert Zone("example.com", ("example.com",), (SERVER,)).addresses() == ((SERVER, PLACE),)
    assert SERVER.of(Family.IPV6) == (PLACE,)
    assert SERVER.of(Family.IPV4) == ()
