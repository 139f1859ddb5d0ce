import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judge.facts import normal
from probe.model.smtp import Reply
from probe.model.words import Purpose, Stage
from tests.builders import MX1, V4, V6, both, greeting, healthy, helo_only, measurement, reply, session, stopped, tls


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mx1.example.com ESMTP Postfix", MX1),
        ("MX1.Example.COM. ESMTP Sun, 22 Nov 2026 18:00:12 +0000", MX1),
        ("   ", None),
        ("", None),
        (".", None),
    ],
)
def test_the_name_in_a_greeting(text: str, name: str | None) -> None:
    assert normal.greeting_name(reply(220, text)) == name


@given(st.lists(st.text(), max_size=5))
def test_any_greeting_and_any_capabilities_can_be_read(lines: list[str]) -> None:
    found = normal.greeting_name(Reply(220, tuple(lines)))
    assert found is None or (found and len(found) <= 255)
    assert all(key and key == key.upper() for key in normal.capabilities(lines))


def test_capabilities_are_keywords_and_sets() -> None:
    assert normal.capabilities(["size 100", "AUTH=LOGIN", "AUTH PLAIN", "", "DSN"]) == {
        "SIZE": frozenset({"100"}),
        "AUTH": frozenset({"LOGIN", "PLAIN"}),
        "DSN": frozenset(),
    }


def test_capabilities_are_observed_after_a_250_to_ehlo_alone() -> None:
    assert normal.observed(session(V6), tls=False)
    assert normal.observed(session(V6), tls=True)
    assert normal.observed(helo_only(), tls=False) is None
    assert normal.observed(stopped(Stage.EHLO, code=421, text="busy"), tls=False) is None
    assert normal.observed(stopped(Stage.BANNER, code=421, text="busy"), tls=False) is None
    assert normal.observed(session(V6, until=Stage.EHLO), tls=True) is None
    tested = stopped(Stage.RCPT, code=450, text="4.3.2 Service currently unavailable")
    assert normal.observed(tested, tls=False) is None
    assert normal.observed(stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted"), tls=False)


def test_gaps_name_what_each_side_shows() -> None:
    world = both(session(V6, capabilities_tls=("SIZE 1",)), session(V4, capabilities_tls=("SIZE 2", "DSN")))
    assert normal.capability_gaps(world, MX1, tls=True) == (
        normal.Gap("DSN", normal.ABSENT, "offered", note=False),
        normal.Gap("SIZE", "1", "2", note=True),
    )


def test_a_pool_shows_more_than_one_face_to_one_family() -> None:
    repeat = {"purpose": Purpose.REPEAT, "until": Stage.STARTTLS}
    assert not normal.is_pool(healthy(), MX1)
    assert not normal.is_pool(both(greeting(V6, "other.example.com"), session(V4)), MX1)
    assert normal.is_pool(measurement(session(V6), session(V4), greeting(V6, "b.example.com", **repeat)), MX1)
    assert normal.is_pool(measurement(session(V6), session(V4), session(V4, tls=tls(sha256="dd"), **repeat)), MX1)


def test_versions_have_an_order() -> None:
    ranks = [normal.version_rank(version) for version in ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")]
    assert ranks == sorted(ranks, key=lambda rank: rank or 0)
    assert normal.version_rank("TLSv9") is None
    assert normal.outdated("TLSv1.1")
    assert not normal.outdated("TLSv1.2")
    assert not normal.outdated("TLSv9")
