from probe.report._shown.nameservers import told_by_servers
from tests.builders import healthy
from tests.judge.checks.servers import NS1_4, dead, world


def say(text: str, limit: int) -> str:
    return text[:limit]


def test_servers_stand_under_their_zone() -> None:
    said = list(told_by_servers(world([dead(NS1_4)]), say))
    assert said[0] == (0, "zone example.com: 2 name servers")
    assert [depth for depth, _ in said[1:]] == [1, 1, 1, 1]
    assert said[2][1] == f"ns1.example.net [{NS1_4}]: UDP no answer within 1 s; TCP no answer within 1 s"


def test_nobody_asked() -> None:
    assert list(told_by_servers(healthy(), say)) == []
