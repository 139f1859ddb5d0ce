import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from probe.report.html import render
from probe.report.html.style import DIGEST, STYLE
from tests.report import measurements

ROOM = Path(__file__).parents[3] / "probe" / "report" / "html"


def test_the_policy_lets_this_style_in_and_nothing_else() -> None:
    out = render([measurements.report("healthy")])
    (inside,) = re.findall(r"<style>(.*?)</style>", out, re.DOTALL)
    assert b64encode(sha256(inside.encode()).digest()).decode() == DIGEST
    policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', out)
    assert policy == [
        f"default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; form-action 'none'",
    ]


def test_every_colour_has_a_value_in_both_schemes() -> None:
    light, dark = (
        set(re.findall(r"(--[a-z0-9-]+):#", block)) for block in STYLE.split("prefers-color-scheme:dark")[:2]
    )
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", STYLE)) - {"--tone", "--tone-back"}
    assert used <= light
    assert light <= dark | used
    assert used <= {name for name in dark if name in light}


def test_no_rule_fetches() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert STYLE.count("{") == STYLE.count("}")
