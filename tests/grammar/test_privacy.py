import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.privacy import hide_local_parts, message_lines
from probe.model.smtp import Line


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("user@example.com", "***@example.com"),
        ("RCPT TO:<jane.roe+news@example.com>", "RCPT TO:<***@example.com>"),
        ('RCPT TO:<"jane roe"@example.com>', "RCPT TO:<***@example.com>"),
        ('MX mx1 jane"@ of the host', "MX mx1 ***@ of the host"),
        ("550 <a@example.com>, <b@example.net>: unknown", "550 <***@example.com>, <***@example.net>: unknown"),
        ("for=jane@example.com", "for=***@example.com"),
        ("用户@例え.example", "***@例え.example"),
        ("RCPT TO:<postmaster@example.com>", "RCPT TO:<postmaster@example.com>"),
        ("a lone @ sign", "a lone @ sign"),
        ("no address", "no address"),
        ("MAIL FROM:<>", "MAIL FROM:<>"),
    ],
)
def test_local_parts_are_hidden(text: str, hidden: str) -> None:
    assert hide_local_parts(text) == hidden


@given(st.text())
def test_any_text_goes_through_and_hiding_twice_changes_nothing(text: str) -> None:
    once = hide_local_parts(text)
    assert hide_local_parts(once) == once
    assert once.count("@") >= text.count("@") - text.count('"')


@given(st.from_regex(r"[a-z0-9.+_-]{1,20}", fullmatch=True), st.text(" <>:", max_size=3))
def test_no_local_part_survives(local: str, before: str) -> None:
    hidden = hide_local_parts(f"{before}{local}@example.com")
    assert hidden == f"{before}{local if local == 'postmaster' else '***'}@example.com"


def test_a_megabyte_takes_no_time() -> None:
    for text in ("a" * 1_000_000, "@" * 1_000_000, '"' * 1_000_000 + "@", 'a"@' * 300_000):
        before = time.perf_counter()
        hide_local_parts(text)
        assert time.perf_counter() - before < 5


def test_message_text_is_what_we_say_between_354_and_the_next_reply() -> None:
    script = [
        ("C", "MAIL FROM:<>"),
        ("S", "250 ok"),
        ("C", "DATA"),
        ("S", "354 go ahead"),
        ("C", "Subject: hello"),
        ("*", "a note"),
        ("C", "secret"),
        ("C", "."),
        ("S", "250 queued"),
        ("C", "QUIT"),
    ]
    assert message_lines([Line(0.0, who, text) for who, text in script]) == {4, 6}
    assert message_lines([]) == frozenset()


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (
            "2026-11-22 1xVHO1-000170-1Y => jane <jane@example.com> R=mailbox T=maildir_home",
            "2026-11-22 1xVHO1-000170-1Y => *** <***@example.com> R=mailbox T=maildir_home",
        ),
        (
            "4Bz: to=<x@example.com>, orig_to=<jane>, relay=local",
            "4Bz: to=<***@example.com>, orig_to=<***>, relay=local",
        ),
        ("a mda delivery evpid=1 user=jane delay=0s", "a mda delivery evpid=1 user=*** delay=0s"),
        ("dovecot: lmtp(jane)<7><s>: saved", "dovecot: lmtp(***)<7><s>: saved"),
        ("client=a[::1], sasl_method=PLAIN, sasl_username=jane", "client=a[::1], sasl_method=PLAIN, sasl_username=***"),
        (
            "rcpt: RCPT TO:<postmaster@example.com> -> 550 5.1.1 no",
            "rcpt: RCPT TO:<postmaster@example.com> -> 550 5.1.1 no",
        ),
    ],
)
def test_a_mailbox_that_a_log_names_alone_is_hidden(line: str, hidden: str) -> None:
    assert hide_local_parts(line) == hidden
