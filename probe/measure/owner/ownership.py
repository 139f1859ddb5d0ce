"""Whose domain is it? What only its owner may ask for is refused to everybody else before a packet of it leaves.

In: the ``Case`` of a run. Out: a ``Leave``. Wrong: ``UsageError`` in one line that says how to show it.

The user may say so (``--owned``, ``owned`` in a configuration), which makes him answer for it. Or the domain says so:
a TXT record at ``_probe6.DOMAIN`` holds a token made of the domain and of ``--contact``, by which the user is known. A
record published for one operator is of no use to another one, nor for another domain; it does not tell the contact.
"""

from hashlib import sha256

from probe.grammar.txt import joined
from probe.measure.case import Case
from probe.model.errors import UsageError
from probe.model.settings import Target, TargetKind
from probe.model.trials import OPTIONS, Leave

PLACE = "_probe6"
KEY = "probe6-owner"
_DIGITS = 32  # hexadecimal digits of the token: 128 bits


def subject(target: Target, recipient: str | None) -> str | None:
    """The name that has to be the user's own: the domain or host, and for an address the domain it is asked for."""
    if target.kind is TargetKind.ADDRESS:
        return recipient.rpartition("@")[2] if recipient else None
    return target.name


def token(name: str, contact: str) -> str:
    """What the TXT record at ``_probe6.NAME`` holds.

    >>> token("example.com", "postmaster@example.com")
    'probe6-owner=f9830ade1853c1e90b1f19a767013fdf'
    """
    words = f"{KEY}\n{name.lower()}\n{contact.strip()}".encode()
    return f"{KEY}={sha256(words).hexdigest()[:_DIGITS]}"


async def show(case: Case) -> Leave:
    """How the user has shown that the target is his own."""
    settings = case.frame.settings
    asked = OPTIONS[settings.trials[0]]
    name = subject(case.target, settings.recipient)
    if name is None:
        raise UsageError(f"{asked}: whose address is {case.target.text}? add --domain NAME, and --owned NAME")
    if settings.owned:
        return Leave.SAID
    if settings.contact is None:
        raise UsageError(f"{asked}: is {name} yours? say --owned {name} (or probe6 explain relay-open: a TXT record)")
    wanted = token(name, settings.contact)
    found = await case.resolver.lookup(f"{PLACE}.{name}", "TXT")
    if any(joined(record).strip() == wanted for record in found.records):
        return Leave.PUBLISHED
    why = f" ({found.outcome})" if found.outcome.inconclusive else ""
    record = f'{PLACE}.{name}. TXT "{wanted}"'
    raise UsageError(f"{asked}: is {name} yours? say --owned {name}, or publish {record}, which is not there{why}")
