"""Every example in the documentation of this room holds, in files that are yet to be written too."""

import doctest
from importlib import import_module
from pkgutil import walk_packages

import pytest

from probe import grammar

MODULES = sorted(module.name for module in walk_packages(grammar.__path__, "probe.grammar."))
PUBLIC = {
    "received": ("parse",),
    "maillog": ("parse_line", "events"),
    "log_chain": ("follow",),
    "bounce": ("parse",),
    "authres": ("parse", "parse_received_spf"),
    "skew": ("adjusted",),
}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize("name", PUBLIC)
def test_what_other_programs_use_has_an_example(name: str) -> None:
    module = import_module(f"probe.grammar.{name}")
    for function in PUBLIC[name]:
        assert ">>> " in getattr(module, function).__doc__
