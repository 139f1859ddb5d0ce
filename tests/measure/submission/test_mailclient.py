"""aiosmtplib as a mail program uses it: what it hides of the password, and whom it trusts."""

import asyncio
import ssl
from base64 import b64encode

import pytest
from aiosmtplib import SMTPResponse, errors
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.submission_url import SubmissionUrl
from probe.measure.session.conversation import ConversationError
from probe.measure.submission.mailclient import HIDDEN, Login, MailClient, verifying_context
from probe.model.network import Link
from probe.model.words import Failure
from tests.measure.scripted import ScriptedNetwork, answering, serving

LOGIN = Login("me@example.com", "pass word")
RELAY = SubmissionUrl("mail.example.com", 25)


def test_a_login_shows_nothing() -> None:
    assert repr(LOGIN) == "Login()"


@given(st.text(min_size=1), st.text(min_size=8), st.text(), st.text())
def test_no_form_of_the_password_stays(user: str, password: str, before: str, after: str) -> None:
    try:
        forms = [password, *(b64encode(item.encode()).decode() for item in (password, f"\0{user}\0{password}"))]
        login = Login(user, password)
        shown = [login.hidden_in(f"{before}{form}{after}") for form in forms]
    except UnicodeEncodeError:
        return  # a lone surrogate is no text anybody can type
    for form, text in zip(forms, shown, strict=True):
        assert form not in text.split(HIDDEN)
        assert HIDDEN in text


def test_a_verifying_context_is_made_once() -> None:
    context = verifying_context(None)
    assert context is verifying_context(None)
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("error", "handshake", "failure"),
    [
        (errors.SMTPReadTimeoutError("slow"), False, Failure.TIMEOUT),
        (errors.SMTPServerDisconnected("gone"), False, Failure.CLOSED),
        (errors.SMTPServerDisconnected("gone"), True, Failure.TLS_HANDSHAKE),
        (errors.SMTPResponseException(500, "Malformed SMTP response line: x"), False, Failure.PROTOCOL),
        (errors.SMTPResponseException(500, "Response too long"), False, Failure.TOO_LONG),
        (ConnectionResetError(), False, Failure.RESET),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), True, Failure.TLS_HANDSHAKE),
    ],
)
async def test_what_the_library_raises_has_a_word(error: Exception, handshake: bool, failure: Failure) -> None:
    async def asked() -> SMTPResponse:
        raise error

    async with connected(answering(b"220 hi\r\n")) as client:
        with pytest.raises(ConversationError) as caught:
            await client._reply(asked(), handshake=handshake)
    assert caught.value.failure is failure


async def test_what_has_no_word_is_a_bug_and_raised() -> None:
    async def asked() -> SMTPResponse:
        raise errors.SMTPNotSupported("what is that?")

    async with connected(answering(b"220 hi\r\n")) as client:
        with pytest.raises(errors.SMTPNotSupported):
            await client._reply(asked())


@pytest.mark.parametrize("code", [-1, 99, 199, 600])
async def test_a_code_that_is_none(code: int) -> None:
    async def asked() -> SMTPResponse:
        return SMTPResponse(code, "x")

    async with connected(answering(b"220 hi\r\n")) as client:
        with pytest.raises(ConversationError, match="protocol"):
            await client._reply(asked())


async def test_nobody_to_log_in() -> None:
    async with connected(answering(b"220 hi\r\n")) as client:
        with pytest.raises(ValueError, match="nobody"):
            await client.log_in("PLAIN", 1.0)


async def test_content_without_a_connection() -> None:
    async with connected(answering(b"220 hi\r\n")) as client:
        with pytest.raises(ConversationError) as caught:
            await client.content(b"x", 1.0)
    assert caught.value.failure is Failure.CLOSED


async def test_a_cancellation_the_library_swallows_is_heeded() -> None:
    async def asked() -> SMTPResponse:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            return SMTPResponse(250, "Ok")
        raise AssertionError

    async with connected(answering(b"220 hi\r\n")) as client:
        asking = asyncio.get_running_loop().create_task(client._reply(asked()))
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_the_descriptor_is_gone_at_once() -> None:
    async with connected(answering(b"220 hi\r\n", then=b"250 ok\r\n")) as client:
        assert (await client.greeting(1.0)).code == 220
        client.close()
        assert client._link.socket.fileno() == -1
        client.close()


class connected:  # noqa: N801 -- read as a word of the sentence it stands in
    """A client on a connection to a server that plays a script."""

    def __init__(self, script: object) -> None:
        self.script = script

    async def __aenter__(self) -> MailClient:
        self.network = ScriptedNetwork()
        self.serving = serving(self.network, "192.0.2.26", self.script)  # type: ignore[arg-type]
        await self.serving.__aenter__()
        link = await self.link()
        self.client = MailClient(link, RELAY, None, "probe.example.net", None)
        return self.client

    async def link(self) -> Link:
        from probe.model.network import Endpoint
        from probe.model.words import Family

        return await self.network.dial(Endpoint("192.0.2.26", 25, Family.IPV4), None, 1.0)

    async def __aexit__(self, *_: object) -> None:
        self.client.close()
        await self.serving.__aexit__(None, None, None)
