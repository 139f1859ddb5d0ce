"""The URL of a submission server: what it means, and that a password in it is refused and never repeated."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.grammar.submission_url import SubmissionUrl, parse
from probe.model.errors import UsageError


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("smtp://me@mail.example.com:587", SubmissionUrl("mail.example.com", 587, "me")),
        ("smtp://me@mail.example.com", SubmissionUrl("mail.example.com", 587, "me")),
        ("smtps://me@mail.example.com", SubmissionUrl("mail.example.com", 465, "me", implicit_tls=True)),
        ("SMTPS://me@Mail.Example.com:1465/", SubmissionUrl("mail.example.com", 1465, "me", implicit_tls=True)),
        ("smtp://mail.example.com", SubmissionUrl("mail.example.com", 25)),
        ("smtp://mail.example.com:2525", SubmissionUrl("mail.example.com", 2525)),
        ("smtps://mail.example.com", SubmissionUrl("mail.example.com", 465, implicit_tls=True)),
        ("smtp://me%40example.com@mail.example.com", SubmissionUrl("mail.example.com", 587, "me@example.com")),
        ("smtp://me@example.com@mail.example.com", SubmissionUrl("mail.example.com", 587, "me@example.com")),
        ("smtp://a%3Ab@mail.example.com", SubmissionUrl("mail.example.com", 587, "a:b")),
        ("smtp://m%C3%BCller@mail.example.com", SubmissionUrl("mail.example.com", 587, "müller")),
        ("smtp://50%@mail.example.com", SubmissionUrl("mail.example.com", 587, "50%")),
        ("smtp://me@[2001:DB8::25]:587", SubmissionUrl("2001:db8::25", 587, "me")),
        ("smtp://192.0.2.25", SubmissionUrl("192.0.2.25", 25)),
        ("smtp://Bücher.example", SubmissionUrl("xn--bcher-kva.example", 25)),
    ],
)
def test_what_is_meant(text: str, meant: SubmissionUrl) -> None:
    assert parse(text) == meant
    assert parse(meant.text) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a URL"),
        ("mail.example.com", "not a URL"),
        ("mail.example.com:587", "not a URL"),
        ("http://mail.example.com", "smtp:// or smtps://"),
        ("submission://mail.example.com", "smtps:// for TLS from the first byte"),
        ("smtp://", "host"),
        ("smtp://me@", "host"),
        ("smtp://@mail.example.com", "no user name"),
        ("smtp://me@mail.example.com:0", "port"),
        ("smtp://me@mail.example.com:65536", "port"),
        ("smtp://me@mail.example.com:587:1", "HOST:PORT"),
        ("smtp://me@2001:db8::25", "brackets"),
        ("smtp://me@mail.example.com/inbox", "behind host and port"),
        ("smtp://me@mail.example.com?x", "behind host and port"),
        ("smtp://me%0d%0aX@mail.example.com", "control character"),
        ("smtp://%FF@mail.example.com", "UTF-8"),
        ("smtp://" + "a" * 5000, "too long"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("secret", ["hunter2", "hun:ter2", "hun@ter2", "hunter2/"])
def test_a_password_is_refused_and_not_repeated(scheme: str, secret: str) -> None:
    with pytest.raises(UsageError, match="PROBE6_SMTP_PASSWORD") as caught:
        parse(f"{scheme}://me:{secret}@mail.example.com:587")
    assert "hun" not in str(caught.value)


@pytest.mark.parametrize("text", ["me:hunter2@mail.example.com", "http://me:hunter2@mail.example.com"])
def test_nor_is_one_in_something_else(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert "hunter2" not in str(caught.value)


@given(st.text() | st.text(alphabet="smtp:/@[]%.0123456789abcdefé\x00\ud800 ?#").map("smtp://".__add__))
@example("smtp://%@%")
def test_anything_is_either_understood_or_told(text: str) -> None:
    try:
        found, told = parse(text), ""
    except UsageError as error:
        found, told = None, str(error)
    assert told.isprintable()
    if found is not None:
        assert parse(found.text) == found
        assert found.text.isprintable()
        assert found.text.isascii()


@given(st.text(min_size=1).filter(str.isprintable), st.integers(1, 65535), st.booleans())
def test_any_user_name_can_be_written(user: str, port: int, secure: bool) -> None:
    url = SubmissionUrl("mail.example.com", port, user, secure)
    assert parse(url.text) == url
