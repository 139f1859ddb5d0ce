from probe.judge.configuration.both_ways import both_ways
from probe.model.configuration import Binding, Mta, Outgoing
from probe.model.postfix import Problem
from tests.configurations import PUBLISHED, V4, V6, audited, healthy, other

FOUR = Binding("smtp", 25, V4, ("0.0.0.0",), "exim4.conf:3")


def told(configuration):  # type: ignore[no-untyped-def]
    return list(both_ways(audited(configuration), Mta.EXIM, "cfg-exim", "listen so", "send so", "see"))


def test_each_way_has_its_own_cure() -> None:
    found = told(other(Mta.EXIM, FOUR, outgoing=(Outgoing("remote_smtp", (V4,), "exim4.conf:9"),)))
    assert [(item.subject, item.family, item.fix) for item in found] == [
        ("listening", V6, "listen so"),
        ("sending", V6, "send so"),
    ]
    assert found[0].evidence == ("exim4.conf:3: smtp IPv4 0.0.0.0 port 25",)
    assert found[1].evidence == ("exim4.conf:9: remote_smtp sends over IPv4",)


def test_the_published_address_is_told() -> None:
    own = tuple(item for item in PUBLISHED if item.role == "myhostname")
    settings = other(Mta.EXIM, FOUR, published=own)
    assert "publishes 2001:db8:25::25" in told(settings)[0].sentence


def test_another_server_and_an_empty_configuration_are_passed_over() -> None:
    assert list(both_ways(healthy(), Mta.EXIM, "cfg-exim", "", "", "")) == []
    assert told(other(Mta.EXIM)) == []


def test_a_server_that_does_not_start_with_its_settings_is_not_well() -> None:
    problem = Problem("local_interfaces", "Exim does not start", fatal=True)
    assert told(other(Mta.EXIM, outgoing=(Outgoing("mail", (V6, V4), "default"),), problems=(problem,))) == []
