"""What there is to choose from: the file name is the registry."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def mail_servers() -> tuple[str, ...]:
    """The mail servers whose configuration ``audit`` reads: the modules in ``probe.measure.configuration.servers``."""
    return _modules("probe.measure.configuration.servers")


def engines() -> tuple[str, ...]:
    """Who can speak SMTP: the modules in ``probe.measure.engines``."""
    return _modules("probe.measure.engines")


def proofs() -> tuple[str, ...]:
    """The kinds of ``--proof``: the modules in ``probe.measure.delivery``."""
    return _modules("probe.measure.delivery")


def formats() -> tuple[str, ...]:
    """The words ``render`` takes: the modules in ``probe.report``; what begins with ``_`` is shared by several."""
    return tuple(name for name in _modules("probe.report") if not name.startswith("_"))


def _modules(room: str) -> tuple[str, ...]:
    return tuple(sorted(module.name for module in iter_modules(import_module(room).__path__)))
