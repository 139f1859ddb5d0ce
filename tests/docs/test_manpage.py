"""The manual page is of this version, names every option, and is clean for both readers of manuals."""

import re
import shutil
import subprocess

import pytest

from docs.manpage import FILE, _roff, _text, page
from probe.cli.parts.pages import pages


def test_it_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == page(pages()), "python -m docs.manpage writes it anew"


def test_it_names_every_option_of_every_command() -> None:
    parts = re.split(r"^\.SS ", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [part.split("\n")[0] for part in parts] == [item.name for item in pages()]
    for item, part in zip(pages(), parts, strict=True):
        for option in item.options:
            for flag in option.flags:
                assert option.name == "help" or f"\\fB{flag.replace('-', chr(92) + '-')}\\fR" in part


def test_nothing_in_a_text_is_read_as_a_request() -> None:
    assert _text(".so /etc/passwd") == "\\&.so /etc/passwd"
    assert _text("'br") == "\\(aqbr"
    assert _roff("a\\fB-b") == "a\\efB\\-b"


@pytest.mark.real
def test_mandoc_finds_nothing_wrong() -> None:
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not installed (Debian: mandoc)")
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", FILE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.real
def test_it_can_be_read_on_a_terminal() -> None:
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not installed (Debian: mandoc)")
    done = subprocess.run(["mandoc", "-Tascii", FILE], capture_output=True, text=True, check=True)
    plain = re.sub(r".\x08", "", done.stdout)
    assert re.search(r"^ +-t S, --deadline S$", plain, re.MULTILINE)
    assert "main.cf --lan 2001:db8:1:2::/64" in plain
    assert max(map(len, plain.splitlines())) <= 90
