"""The words that can stand where a value goes, for completion: codes, formats, scenarios, proofs.

In: nothing. Out: ``Words``, asked of whoever owns the list, so that no list is kept twice. Each function imports what
it needs when it is called: help and a run never do.
"""

from probe.cli.parts.parser import Words
from probe.model.words import Parity, Verdict

_IMAP = ("imap", "imaps")
_PATHS = ("maildir", "mbox", "log")


def targets() -> Words:
    """For ``check``: nobody knows the domains, but a list of targets is a file."""
    return Words((), paths=("@",))


def formats() -> Words:
    """For ``--format``."""
    from probe.api import formats as every

    return Words(every())


def engines() -> Words:
    """For ``--engine``."""
    from probe.api import engines as every

    return Words(every())


def severities() -> Words:
    """For ``--severity``: a finding code or a parity, then a verdict."""
    from probe.api import codes

    return Words(tuple(f"{code}=" for code in sorted({*codes(), *Parity})), then=tuple(Verdict))


def proofs() -> Words:
    """For ``--proof``: the kinds, as far as they can be known."""
    from probe.api import proofs as every

    kinds = {kind: f"{kind}://" if kind in _IMAP else f"{kind}:" for kind in every()}
    return Words(tuple(kinds.values()), paths=tuple(text for kind, text in kinds.items() if kind in _PATHS))


def manuals() -> Words:
    """For ``explain``: finding codes, those that no check yields among them, and the checks."""
    from probe.api import catalogue
    from probe.api import manuals as every

    return Words(tuple(sorted({*(entry.code for entry in catalogue()), *(manual.check for manual in every())})))


def scenarios() -> Words:
    """For ``demo`` and ``lab``."""
    from probe.lab.scenarios import SCENARIOS

    return Words(tuple(SCENARIOS))


def schemas() -> Words:
    """For ``schema``."""
    from probe.api import schemas as every

    return Words(every())


def mail_servers() -> Words:
    """For ``audit``."""
    from probe.api import mail_servers as every

    return Words(every())


def shells() -> Words:
    """For ``completion``."""
    from pkgutil import iter_modules

    from probe.cli.parts import shells as room

    return Words(tuple(sorted(module.name for module in iter_modules(room.__path__))))
