import doctest
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import log_words
from probe.grammar.log_words import PATH, QUOTED, address, bare, known, named_by_next_hop, reply
from probe.grammar.text import escape


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(log_words).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2001:DB8:0:0:0:0:0:9", ("2001:db8::9", "ipv6")),
        ("[2001:db8::9]", ("2001:db8::9", "ipv6")),
        ("IPv6:2001:db8::9", ("2001:db8::9", "ipv6")),
        ("::ffff:192.0.2.9", ("192.0.2.9", "ipv4")),
        ("unknown", (None, None)),
        ("private/dovecot-lmtp", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_addresses(text: str | None, expected: tuple[str | None, str | None]) -> None:
    assert address(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("<a@b>", "a@b"), ("<>", ""), ("a@b", "a@b"), (None, None), ("", "")],
)
def test_mailboxes_lose_their_brackets(text: str | None, expected: str | None) -> None:
    assert bare(text) == expected


@pytest.mark.parametrize("name", [None, "", "unknown", "<unknown>", "local", "[2001:db8::9]"])
def test_words_for_no_name(name: str | None) -> None:
    assert known(name) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.1.1 no", (550, "5.1.1")),
        ("said: 450-4.2.0 no", (450, "4.2.0")),
        ("550 #5.1.1 no", (550, "5.1.1")),
        ("550 4.1.1 no", (550, None)),
        ("at 192.0.2.250 no", (None, None)),
        ("at 2001:db8::250 no", (None, None)),
        ("no", (None, None)),
    ],
)
def test_replies(text: str, expected: tuple[int | None, str | None]) -> None:
    assert reply(text) == expected


@pytest.mark.parametrize(
    "text", ["", "delivered to maildir", "queued as 4BzQ3t1mZvz9s", "550 queued as 4BzQ3t1mZvz9s", "2001:db8::1"]
)
def test_what_is_no_positive_reply_names_no_id(text: str) -> None:
    assert named_by_next_hop(text) is None


@given(st.text(st.characters(codec="utf-8"), max_size=7))
def test_a_quoted_string_ends_where_it_ends(inside: str) -> None:
    written = '"' + inside.replace("\\", "\\\\").replace('"', '\\"') + '"'
    match = re.match(QUOTED, escape(written.encode()) + ' "after"')
    assert match is not None
    assert match[0] == escape(written.encode())


@pytest.mark.parametrize("path", ["<>", "<a@b>", '<"a>, b"@c>', '<"a\\\\"> b"@c>', '<a"b@c>'])
def test_a_path_ends_where_it_ends(path: str) -> None:
    match = re.match(PATH, path + ", x=<y>")
    assert match is not None
    assert match[0] == path
