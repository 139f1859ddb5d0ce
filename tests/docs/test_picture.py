"""The picture of the report is of this version; whatever stands in a report stays text in it."""

import re
from pathlib import Path

import pytest
from lxml import etree

from docs.picture import FILE, made, picture, runs
from tests.readme import steady
from tests.report.html.browser import shown

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> str:
    """The text in the picture, run by run."""
    root = etree.fromstring(svg.encode())
    return " ".join("".join(item.itertext()) for item in root.iter(f"{SVG}title", f"{SVG}text"))


def test_it_is_up_to_date() -> None:
    assert steady(drawn(FILE.read_text(encoding="utf-8"))) == steady(drawn(made())), "python -m docs.picture"


def test_runs_stand_at_their_columns() -> None:
    line = "\x1b[1mexample.com\x1b[0m  \x1b[1;31mx CRITICAL\x1b[0m  broken"
    assert list(runs(line)) == [(0, "s", "example.com"), (13, "b", "x CRITICAL"), (25, "", "broken")]
    assert list(runs("  \x1b[2m-   \x1b[0m  ok  ")) == [(2, "f", "-"), (8, "", "ok")]
    assert list(runs("")) == []


def test_what_a_server_says_stays_text() -> None:
    svg = picture("</text><script>alert(1)</script>&amp;\n]]>", '<probe6> & "quoted"')
    root = etree.fromstring(svg.encode())
    assert not list(root.iter(f"{SVG}script"))
    assert "</text><script>alert(1)</script>&amp;" in drawn(svg)


def test_nothing_comes_from_elsewhere() -> None:
    svg = FILE.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"' <]+", svg)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in svg
    assert "@import" not in svg


@pytest.mark.real
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_draws_it_in_the_colours_of_the_page(scheme: str, tmp_path: Path) -> None:
    script = (
        "const paper = getComputedStyle(document.querySelector('rect')).fill;"
        "const out = [...document.querySelectorAll('svg text')].filter(t => t.getBBox().x + t.getBBox().width >"
        " document.querySelector('svg').viewBox.baseVal.width).length;"
    )
    svg = FILE.read_text(encoding="utf-8")
    page = (
        f"<!DOCTYPE html><meta charset='utf-8'><body>{svg}<script>{script}document.title=`${{paper}} ${{out}}`</script>"
    )
    document, console = shown(page, tmp_path, scheme=scheme)
    paper = {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]
    assert f"<title>{paper} 0</title>" in document
    assert console == ""
