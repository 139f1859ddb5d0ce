import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.imap import Place, mailbox, parse_list, parse_place, quote
from probe.model.errors import UsageError


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("imap://me@mail.example.com/INBOX", Place("me", "mail.example.com", 143, "INBOX", tls=False)),
        ("imaps://me@mail.example.com", Place("me", "mail.example.com", 993, "INBOX", tls=True)),
        ("imaps://me@mail.example.com/", Place("me", "mail.example.com", 993, "INBOX", tls=True)),
        ("imaps://me@example.com@mail.example.com/a/b", Place("me@example.com", "mail.example.com", 993, "a/b", True)),
        ("imaps://me%40x@Mail.Example.com:994/Post%20ein", Place("me@x", "mail.example.com", 994, "Post ein", True)),
        ("imap://me@[2001:DB8::1]:1143/J%C3%BCnk", Place("me", "2001:db8::1", 1143, "Jünk", False)),
        ("imap://me@127.0.0.1", Place("me", "127.0.0.1", 143, "INBOX", tls=False)),
    ],
)
def test_a_place(text: str, place: Place) -> None:
    assert parse_place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "imaps:me@mail.example.com",
        "imaps://mail.example.com/INBOX",
        "imaps://@mail.example.com/INBOX",
        "imaps://me@/INBOX",
        "pop3://me@mail.example.com",
        "imaps://me@mail.example.com:x/INBOX",
        "imaps://me@2001:db8::1/INBOX",
        "imaps://me@mail.example.com/%0d%0aLOGOUT",
        "imaps://me%0a@mail.example.com/",
        "imaps://me@mail.example.com/%ff",
        "imaps://me;AUTH=PLAIN@mail.example.com/",
        "imaps://me@mail.example.com/INBOX;UIDVALIDITY=1",
        "imaps://",
        "",
    ],
)
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_place(text)
    assert str(caught.value).isprintable()


def test_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        parse_place("imaps://me:hush@mail.example.com/")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", '"INBOX"'),
        ("a&b", '"a&-b"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),  # RFC 3501 5.1.3
        ("Entwürfe", '"Entw&APw-rfe"'),
        ("\U0001f4e7", '"&2D3c5w-"'),
    ],
)
def test_names_on_the_wire(name: str, wire: str) -> None:
    assert mailbox(name) == wire


@pytest.mark.parametrize("text", ["a\r\nb", "a\n", "\0"])
def test_no_line_end_is_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="line end"):
        quote(text)


@pytest.mark.parametrize(
    ("response", "found"),
    [
        (b'(\\HasNoChildren \\Junk) "/" Spam', ({"\\hasnochildren", "\\junk"}, '"Spam"')),
        (b'(\\Junk) "." "Junk \\"mail\\""', ({"\\junk"}, '"Junk \\"mail\\""')),
        (b'() NIL "&APw-"', (set(), '"&APw-"')),
        (b'(\\Junk) "\\\\" "a\\\\b"', ({"\\junk"}, '"a\\\\b"')),
        (b'(\\Junk) "/" "a\nb"', None),
        (b'(\\Junk) "/" "\xff"', None),
        (b'(\\Junk) "/" "', None),
        (b'(\\Junk "/" Spam', None),
        (b"", None),
    ],
)
def test_list_responses(response: bytes, found: tuple[set[str], str] | None) -> None:
    assert parse_list(response) == found


@given(st.binary(max_size=300))
def test_no_response_raises(response: bytes) -> None:
    for text in (response, b'() "/" ' + response):
        found = parse_list(text)
        assert found is None or (found[1].isascii() and found[1].isprintable())


@given(st.text(max_size=60))
def test_no_place_raises_anything_else(text: str) -> None:
    for word in (text, f"imaps://me@mail.example.com/{text}", f"imap://{text}@mail.example.com"):
        try:
            place = parse_place(word)
        except UsageError as error:
            assert str(error).isprintable()  # noqa: PT017
        else:
            assert mailbox(place.folder).isascii()


def test_long_input_takes_linear_time() -> None:
    assert parse_list(b"(" + b"\\a " * 100_000 + b')" "/"' + b'"' * 100_000) is None
    with pytest.raises(UsageError):
        parse_place("imaps://" + "@" * 1_000_000)
