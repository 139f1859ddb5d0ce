"""The pieces of zone text."""

from probe.lab.zones import ELSEWHERE, HOME, REFERENCE, alias, authority, host, mx, promise, txt


def test_records_of_a_host_lead_there_and_back() -> None:
    assert host("mx1.example.com", "2001:db8::25", "192.0.2.25").splitlines() == [
        "mx1.example.com. 300 IN AAAA 2001:db8::25",
        "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 3600 IN PTR mx1.example.com.",
        "mx1.example.com. 300 IN A 192.0.2.25",
        "25.2.0.192.in-addr.arpa. 3600 IN PTR mx1.example.com.",
    ]
    assert "PTR" not in host("mx1.example.com", "192.0.2.25", pointer=False)


def test_every_piece_is_whole_lines() -> None:
    for piece in (
        HOME,
        ELSEWHERE,
        mx("10 a.example."),
        alias("a.example", "b.example"),
        authority("example.com"),
        txt("a.example", "b c"),
    ):
        assert piece.endswith("\n")
        assert all(len(line.split()) >= 5 for line in piece.splitlines())


def test_the_reference_is_in_every_world() -> None:
    assert REFERENCE in ELSEWHERE
    assert REFERENCE not in HOME


def test_policies_stand_at_their_names() -> None:
    assert txt("_mta-sts.a.example", "v=STSv1; id=1") == '_mta-sts.a.example. 3600 IN TXT "v=STSv1; id=1"\n'
    assert promise("mx1.a.example", "3 1 1 ab") == "_25._tcp.mx1.a.example. 300 IN TLSA 3 1 1 ab\n"
