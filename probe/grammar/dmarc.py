"""DMARC records (RFC 9989 4.7): whether a text is one, and what it asks of receivers.

In: the text of a TXT record at ``_dmarc.DOMAIN``. Out: a ``Policy``, or None for a record of another kind. A record
without a policy, or with one nobody knows, asks for nothing (``none``), as receivers take it. Nothing is raised.

>>> parse("v=DMARC1; p=quarantine; sp=reject; t=y")
Policy(domain='quarantine', subdomains='reject', testing=True)
"""

import re
from dataclasses import dataclass

from probe.grammar.tag_list import parse as tags_of

_VERSION = re.compile(r"\s*v\s*=\s*DMARC1\s*(?:;|$)")
_POLICIES = {"none", "quarantine", "reject"}


@dataclass(frozen=True, slots=True)
class Policy:
    """What receivers are asked to do with mail that fails: for the domain itself, and for names below it."""

    domain: str = "none"
    subdomains: str = "none"
    testing: bool = False


def parse(text: str) -> Policy | None:
    """The policy in ``text``."""
    if not _VERSION.match(text):
        return None
    tags = tags_of(text) or {}
    policy = _policy(tags.get("p", "none"))
    return Policy(policy, _policy(tags.get("sp", policy)), tags.get("t", "n").lower() == "y")


def _policy(word: str) -> str:
    return word.lower() if word.lower() in _POLICIES else "none"
