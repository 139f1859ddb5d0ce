"""The submission server as a person writes it: ``smtp://USER@HOST:587``, ``smtps://USER@HOST:465``, ``smtp://HOST:25``.

In: one word. Out: a ``SubmissionUrl``. Wrong: ``UsageError`` with one line that says what would be right; it never
repeats a word that holds a password. IPv6 stands in brackets; in the user name what has a meaning in a URL is written
``%40`` (RFC 3986 2.1), but an ``@`` is taken as it stands too, for a mailbox is what most people log in with.

Ports: 465 is implicit TLS (RFC 8314 3.3), 587 is submission (RFC 6409 3.1), 25 is relaying for a host that needs no
password because the server knows its address.
"""

import re
from dataclasses import dataclass

from probe.grammar.endpoint import host_port
from probe.grammar.options import LONGEST, quoted
from probe.model.errors import UsageError

_EXAMPLES = "smtp://USER@HOST:587, smtps://USER@HOST:465 or smtp://HOST:25"
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=-]")


@dataclass(frozen=True, slots=True)
class SubmissionUrl:
    """Where a message is submitted. ``host`` is an A-label name or an RFC 5952 address; ``user`` None: no AUTH.

    ``implicit_tls`` is ``smtps``: TLS before the first word; else STARTTLS.
    """

    host: str
    port: int
    user: str | None = None
    implicit_tls: bool = False

    @property
    def text(self) -> str:
        """The URL in its one canonical form.

        >>> parse("smtp://me@Example.com@Mail.Example.com").text
        'smtp://me%40Example.com@mail.example.com:587'
        """
        user = "" if self.user is None else f"{_escape(self.user)}@"
        place = f"[{self.host}]" if ":" in self.host else self.host
        return f"smtp{'s' if self.implicit_tls else ''}://{user}{place}:{self.port}"


def parse(text: str) -> SubmissionUrl:
    """What ``text`` names."""
    if len(text) > LONGEST:
        raise UsageError(f"too long; write {_EXAMPLES}")
    scheme, colon, rest = text.partition("://")
    if not colon:
        # Nothing is quoted before the user name was looked at: a password may stand in it.
        raise UsageError(f"not a URL; write {_EXAMPLES}")
    secure = _secure(scheme)
    login, at, place = rest.rpartition("@")
    user = _user(login) if at else None
    host, port = host_port(_bare(place))
    if port is None:
        port = 465 if secure else 587 if user is not None else 25
    return SubmissionUrl(host, port, user, secure)


def _secure(scheme: str) -> bool:
    match scheme.lower():
        case "smtp":
            return False
        case "smtps":
            return True
        case "submission" | "submissions":
            raise UsageError(f"write smtp:// for STARTTLS and smtps:// for TLS from the first byte: {_EXAMPLES}")
        case _:
            raise UsageError(f"the URL begins with smtp:// or smtps://; write {_EXAMPLES}")


def _user(login: str) -> str:
    if ":" in login:
        raise UsageError(
            "a password on the command line can be read by every user of the machine; leave it out of the URL and "
            "put it into PROBE6_SMTP_PASSWORD or a file named by --secret"
        )
    if not login:
        raise UsageError(f"there is no user name before the @; write {_EXAMPLES}")
    try:
        user = _unescape(login)
    except UnicodeDecodeError:
        raise UsageError(f"the user name {quoted(login)} is not UTF-8 once its %XX are read") from None
    if not user.isprintable():
        raise UsageError(f"the user name {quoted(login)} holds a control character")
    return user


def _bare(place: str) -> str:
    """The host and port; a lone slash may close a URL, but there is nothing to say behind it."""
    bare = place.removesuffix("/")
    if any(char in bare for char in "/?#"):
        raise UsageError(f"nothing stands behind host and port; write {_EXAMPLES}")
    return bare


def _unescape(text: str) -> str:
    """``%XX`` as the octets they stand for, which are UTF-8; a ``%`` that is none is kept."""
    pieces = _ESCAPED.split(text)
    octets = (bytes.fromhex(item) if odd % 2 else item.encode("utf-8", "replace") for odd, item in enumerate(pieces))
    return b"".join(octets).decode()


def _escape(text: str) -> str:
    return "".join(
        char if _PLAIN.fullmatch(char) else "".join(f"%{octet:02X}" for octet in char.encode()) for char in text
    )
