import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.mtasts import LONGEST_AGE, MOST, Announcement, Mode, Policy, announcement, policy

GOOD = b"version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n"


@pytest.mark.parametrize(
    "text", [b"v=STSv1; id=20160831085700Z;", b"v=STSv1;id=20160831085700Z", b"v=STSv1; id=20160831085700Z; x=y"]
)
def test_the_announcement(text: bytes) -> None:
    assert announcement([b"v=spf1 -all", text]) == Announcement("20160831085700Z")


@pytest.mark.parametrize("texts", [[], [b"v=spf1 -all"], [b""]])
def test_no_announcement(texts: list[bytes]) -> None:
    assert announcement(texts) is None


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([b"v=STSv1"], "no id="),
        ([b"v=STSv1; id="], "no id="),
        ([b"v=STSv1; id=2026-01-01"], "letters and digits"),
        ([b"v=STSv1; id=" + b"1" * 33], "letters and digits"),
        ([b"v=STSv1; id=1"] * 2, "2 records"),
        ([b"v=STS1; id=1"], "does not begin"),
    ],
)
def test_an_announcement_that_is_passed_over(texts: list[bytes], words: str) -> None:
    found = announcement(texts)
    assert found is not None
    assert found.id is None
    assert words in "; ".join(found.faults)


@pytest.mark.parametrize("body", [GOOD, GOOD.replace(b"\n", b"\r\n"), GOOD.rstrip(), GOOD + b"x-more: 1\r\n\n"])
def test_a_policy(body: bytes) -> None:
    assert policy(body) == Policy(Mode.ENFORCE, ("mail.example.com", "*.example.net"), 604800)


def test_of_a_key_given_twice_the_first_counts() -> None:
    assert policy(GOOD + b"mode: none\nmax_age: 1\n") == policy(GOOD)


def test_a_policy_that_is_gone_names_no_host() -> None:
    assert policy(b"version: STSv1\nmode: none\nmax_age: 86400") == Policy(Mode.NONE, (), 86400)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((b"STSv1", b"STSv2"), "version: STSv1"),
        ((b"version: STSv1\n", b""), "version: STSv1"),
        ((b"enforce", b"report"), "mode: report is unknown"),
        ((b"mode: enforce\n", b""), "no mode:"),
        ((b"604800", b"a week"), "max_age: a week"),
        ((b"604800", str(LONGEST_AGE + 1).encode()), "max_age:"),
        ((b"max_age: 604800\n", b""), "no max_age:"),
        ((b"mx: mail.example.com\nmx: *.example.net\n", b""), "no mx:"),
        ((b"mail.example.com", b"mail.*.example.com"), "is not a host name"),
        ((b"mail.example.com", b"192.0.2.25:25"), "is not a host name"),
        ((b"mode: enforce", b"<html>"), "is not of the form"),
    ],
)
def test_a_policy_that_is_not_valid(change: tuple[bytes, bytes], words: str) -> None:
    assert words in "; ".join(policy(GOOD.replace(*change)).faults)


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("mail.example.com", True),
        ("MAIL.Example.COM.", True),
        ("mx2.example.com", False),
        ("a.example.net", True),
        ("a.b.example.net", False),
        ("example.net", False),
        ("net", False),
        ("", False),
    ],
)
def test_which_hosts_it_lists(host: str, listed: bool) -> None:
    assert policy(GOOD).lists(host) is listed


@given(st.binary(max_size=500) | st.lists(st.sampled_from(GOOD.splitlines(keepends=True))).map(b"".join))
def test_nothing_raises(body: bytes) -> None:
    found = policy(body)
    assert all(word.isprintable() for word in (*found.faults, *found.mx))
    assert found.lists("mail.example.com") in {True, False}


@given(st.lists(st.binary(max_size=100) | st.binary(max_size=100).map(lambda rest: b"v=STSv1;" + rest), max_size=3))
def test_no_announcement_raises(texts: list[bytes]) -> None:
    found = announcement(texts)
    assert found is None or all(fault.isprintable() for fault in found.faults)


def test_it_takes_time_in_proportion() -> None:
    assert policy(b"mx: " + b"a" * (MOST - 4)).mx == ()
    assert policy(b"mx: " + b"a-" * (MOST // 2 - 4)).mx == ()
    assert policy(b"mx:\n" * (MOST // 4)).faults
    assert policy(b"a" * (MOST + 1)).faults == (f"longer than {MOST} octets",)
