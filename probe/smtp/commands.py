"""Commands as values: what goes on the wire, and what a server must have offered before.

In: a command as a person writes it, without its line end. Out: a ``Command``. ``OurMistake`` for anything that would be
two commands, or none a server has to understand: never sent, and never the server's fault.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

# RFC 5321 4.5.3.1.4 gives a command line 512 octets with its end; extensions give the parameters they add more room:
# SIZE 26 (RFC 1870 3), BODY 17 (RFC 6152 2), SMTPUTF8 10 (RFC 6531 3.4), DSN 100 and 500 (RFC 3461 4).
_LENGTH = 512
_LONGER = {"MAIL": 26 + 17 + 10 + 100, "RCPT": 500, "VRFY": 10, "EXPN": 10}

_NEEDS = {
    "SIZE": "SIZE",
    "BODY": "8BITMIME",
    "SMTPUTF8": "SMTPUTF8",
    "RET": "DSN",
    "ENVID": "DSN",
    "NOTIFY": "DSN",
    "ORCPT": "DSN",
}
"""The EHLO keyword that allows a parameter of MAIL or RCPT; of other parameters nothing is known here."""

_ENVELOPE = re.compile(r'(?:FROM|TO):<(?:"(?:[^"\\]|\\.)*"|[^">])*>(.*)', re.IGNORECASE)
_UNICODE = {"MAIL", "RCPT", "VRFY", "EXPN"}  # where RFC 6531 3.3 lets an address hold UTF-8


class OurMistake(Exception):  # noqa: N818 -- says whose it is, as h11's LocalProtocolError does
    """We were about to break the protocol ourselves; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``wire`` ends in CRLF; ``needs`` are the EHLO keywords without which it may not be sent."""

    verb: str
    wire: bytes
    needs: frozenset[str] = frozenset()


@lru_cache(maxsize=128)  # most are the same in every conversation of a run
def command(text: str) -> Command:
    """``text`` as a command."""
    if not text.isprintable():
        raise OurMistake(f"a command holds something that is no text: {text!r}")
    word, _, argument = text.partition(" ")
    verb = word.upper()
    if not (word.isascii() and word.isalnum()):
        raise OurMistake(f"no verb in front: {text!r}")
    line = text.encode("utf-8")
    if len(line) + 2 > _LENGTH + _LONGER.get(verb, 0):
        raise OurMistake(f"{verb} of {len(line) + 2} octets: longer than a server has to take")
    needs = _parameters(verb, argument) if verb in {"MAIL", "RCPT"} else frozenset()
    if not text.isascii():
        if verb not in _UNICODE:
            raise OurMistake(f"{verb} takes ASCII only: {text!r}")
        needs |= {"SMTPUTF8"}
    return Command(verb, line + b"\r\n", needs)


def _parameters(verb: str, argument: str) -> frozenset[str]:
    """The keywords a MAIL or RCPT command's parameters need."""
    form = _ENVELOPE.fullmatch(argument)
    if form is None or argument[:1].upper() != ("F" if verb == "MAIL" else "T"):
        raise OurMistake(f"{verb} wants {'FROM' if verb == 'MAIL' else 'TO'}:<path>: {argument!r}")
    if form[1] and not form[1].startswith(" "):
        raise OurMistake(f"{verb} with something behind its path: {argument!r}")
    names = (word.partition("=")[0].upper() for word in form[1].split())
    return frozenset(_NEEDS[name] for name in names if name in _NEEDS)
