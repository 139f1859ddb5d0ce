"""``v=NAMEv1; tag=value; tag=value``: the form that MTA-STS and TLSRPT share (RFC 8461 3.1, RFC 8460 3).

In: the octets of a TXT record and the version it must begin with. Out: its tags in order, or what is wrong with them.
Nothing raises; text that belongs to something else is told from text that is broken.
"""

from dataclasses import dataclass

from probe.grammar.text import clip, escape

_WSP = b" \t"
_NAME = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_LONGEST_NAME = 32
MOST = 4096  # octets that are read of a record


@dataclass(frozen=True, slots=True)
class Tags:
    """``pairs`` are name and value; ``faults`` what a strict reader stumbles over."""

    pairs: tuple[tuple[str, str], ...]
    faults: tuple[str, ...] = ()

    def first(self, name: str) -> str | None:
        """The value of the first tag called ``name``."""
        return next((value for tag, value in self.pairs if tag == name), None)


def belongs(text: bytes, version: str) -> bool:
    """True when ``text`` says it is of this kind; anything else at the name is to be passed over."""
    return text.startswith(f"v={version};".encode()) or text.strip(_WSP) == f"v={version}".encode()


def read(text: bytes) -> Tags:
    """The tags behind the version in a record that ``belongs``."""
    if len(text) > MOST:
        return Tags((), (f"longer than {MOST} octets",))
    _, *fields = text.split(b";")
    if fields and not fields[-1].strip(_WSP):
        fields.pop()  # one delimiter may stand at the end
    pairs, faults = [], []
    for field in fields:
        name, equals, value = field.strip(_WSP).partition(b"=")
        if not equals or not name or len(name) > _LONGEST_NAME or not _NAME.issuperset(name):
            faults.append(f"{clip(escape(field), 60) or 'an empty field'} is not of the form name=value")
        elif not value.strip(_WSP) or any(octet < 0x20 or octet > 0x7E for octet in value.strip(_WSP)):
            faults.append(f"the value of {escape(name)} is empty or not plain ASCII")
        else:
            pairs.append((name.decode("ascii"), value.strip(_WSP).decode("ascii")))
    return Tags(tuple(pairs), tuple(faults))
