from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.judge import judge
from probe.model.report import Report
from probe.model.trials import Foreign, Leave, Trials
from probe.model.words import Purpose
from probe.report.html import render
from tests.report import measurements
from tests.report.html.browser import asked, shown

GOLDEN = Path(__file__).parents[1] / "golden"
HOSTILE = (measurements.MARKUP, measurements.RAW, measurements.HOSTILE, "-->\x00</style></title></svg>{}")
OURS = frozenset(
    (  # noqa: SIM905 - a list of so many words is read better in one
        "html head meta title style body main header footer article section h1 h2 h3 h4 p span div ul ol li dl dt dd "
        "br b i hr a code pre table caption thead tbody tr th td figure figcaption svg line rect text details "
        "summary time"
    ).split()
)
CONTRAST = """
const parsed = text => text.match(/[\\d.]+/g).map(Number);
const over = (top, under) => top.slice(0, 3).map((part, at) => part * (top[3] ?? 1) + under[at] * (1 - (top[3] ?? 1)));
const light = colour => {
  const [r, g, b] = colour.map(part => part / 255).map(p => p <= .04045 ? p / 12.92 : ((p + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b;
};
const ground = node => {
  const below = node.parentElement ? ground(node.parentElement) : [255, 255, 255];
  return over(parsed(getComputedStyle(node).backgroundColor), below);
};
const found = [];
document.querySelectorAll("details").forEach(item => { item.open = true; });
for (const node of document.body.querySelectorAll("*:not(script):not(output)")) {
  const own = [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
  if (!own || node.tagName === "title") continue;
  const drawn = node.namespaceURI.endsWith("svg");
  const ink = over(parsed(getComputedStyle(node)[drawn ? "fill" : "color"]), ground(node));
  const [high, low] = [light(ink), light(ground(node))].sort((a, b) => b - a);
  const ratio = (high + .05) / (low + .05);
  found.push([Math.round(ratio * 100) / 100, node.tagName + "." + node.className, node.textContent.slice(0, 40)]);
}
return found;
"""
OVERFLOW = """
document.querySelectorAll("details").forEach(item => { item.open = true; });
const beyond = node => node.getBoundingClientRect().right > innerWidth + 1;
const wide = [...document.body.querySelectorAll("*")].filter(beyond);
return [innerWidth, document.documentElement.scrollWidth, wide.map(node => node.tagName + "." + node.className)];
"""


def page(name: str) -> str:
    report = measurements.report(name)
    return render([report if name == "hostile" else judge(report.measurement)])


class Strict(HTMLParser):
    """Every element closed in its turn, none but ours, no attribute that runs or fetches."""

    VOID = frozenset({"meta", "br", "hr", "line"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in OURS, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in {"src", "style", "srcset", "action", "formaction", "background"}, name
            assert name != "href" or str(value).startswith("#"), value
        self.ids += [str(value) for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)


def strict(out: str) -> str:
    """The text of the page, after it was held to what it may consist of."""
    parser = Strict()
    parser.feed(out)
    parser.close()
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    return "".join(parser.words)


@pytest.mark.parametrize("name", measurements.NAMES)
def test_golden(name: str, regenerate: bool) -> None:
    out = render([measurements.report(name)])
    path = GOLDEN / f"{name}.html"
    if regenerate:
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")
    strict(out)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("redact", [False, True])
def test_hostile_text_stays_text(text: str, redact: bool) -> None:
    strict(render([measurements.hostile_throughout(text)], redact=redact))


@given(st.text(st.characters(exclude_categories=[]), max_size=80) | st.text("<>&\"'/!-= scriptonX", max_size=60))
@settings(max_examples=60)
def test_whatever_a_server_says_it_opens_nothing(text: str) -> None:
    strict(render([measurements.hostile_throughout(text)]))


def test_what_a_server_said_is_there_to_be_read() -> None:
    assert "<script>alert(1)</script><img src=x onerror=alert(1)>" in strict(
        render([measurements.hostile_throughout("<script>alert(1)</script><img src=x onerror=alert(1)>")])
    )


def test_the_finding_and_its_fix_come_before_the_table() -> None:
    words = page("refused")
    fix = words.index("<pre>postconf -e &#x27;inet_protocols = all&#x27;\npostfix stop &amp;&amp; postfix start</pre>")
    assert words.index("<h1>example.com</h1>") < fix < words.index("<table")


def test_each_conversation_is_drawn_and_written_down() -> None:
    words = page("two-hosts")
    assert words.count('<svg role="img" aria-label="Time line') == 7
    assert words.count("<summary>Transcript, ") == 7
    assert '<rect class="bar-failed" x="0.00%" y="3" width="100.00%"' in words


def test_the_hop_that_proves_the_family_stands_out() -> None:
    words = render([measurements.report("delivered")])
    assert words.count('<li class="receiving">') == 2
    assert "(internal hop)" not in words
    hidden = render([measurements.report("delivered")], redact=True)
    assert hidden.count("(internal hop)") == 2
    assert "jane" not in hidden
    assert "Subject: probe6" not in hidden


def test_the_manuals_are_those_of_the_checks_that_spoke() -> None:
    report = judge(measurements.report("refused").measurement)
    words = render([report])
    assert words.count('<details class="manual">') == len(report.manuals) > 0


def test_several_targets_have_an_overview() -> None:
    reports = [measurements.report(name) for name in ("healthy", "refused")]
    words = render(reports)
    assert words.index('<a href="#t1">example.com</a>') < words.index('<article id="t0">')
    assert words.count("<h1>") == 1
    strict(words)
    strict(render([]))


@pytest.mark.parametrize("name", ["refused", "two-hosts", "hostile", "delivered"])
def test_nothing_is_fetched(name: str) -> None:
    out = page(name)
    for word in ("http://", "https://", "url(", "@import", "<link", "<script", "javascript:", " src="):
        assert word not in out


def worst() -> Report:
    return measurements.hostile_throughout(measurements.MARKUP)


@pytest.mark.real
@pytest.mark.parametrize("name", ["two-hosts", "delivered", "hostile"])
def test_a_browser_has_nothing_to_complain_of(name: str, tmp_path: Path) -> None:
    out = page(name) if name != "hostile" else render([worst()])
    document, console = shown(out, tmp_path)
    assert console == ""
    assert "<h1>" in document
    assert (
        asked(out, "return document.querySelectorAll('script, img, iframe, object').length", tmp_path) == 1
    )  # our own


@pytest.mark.real
@pytest.mark.parametrize("name", ["two-hosts", "lost", "hostile"])
def test_it_fits_a_phone(name: str, tmp_path: Path) -> None:
    out = page(name) if name != "hostile" else render([worst()])
    width, needed, wide = asked(out, OVERFLOW, tmp_path, width=360)
    assert (width, needed, wide) == (360, 360, [])


@pytest.mark.real
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(scheme: str, tmp_path: Path) -> None:
    reports = [measurements.report(name) for name in ("refused", "two-hosts", "untestable", "lost")]
    found = asked(render([judge(item.measurement) for item in reports]), CONTRAST, tmp_path, scheme=scheme)
    assert len(found) > 500
    assert [item for item in found if item[0] < 4.5] == []
    ink = asked(render(reports), "return getComputedStyle(document.body).color", tmp_path, scheme=scheme)
    assert (ink == "rgb(26, 32, 41)") is (scheme == "light")


@pytest.mark.real
def test_it_prints(tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    shown(page("lost"), tmp_path, f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF-")


def test_what_the_owner_asked_for_has_a_section_of_its_own() -> None:
    report = measurements.report("healthy")
    heading = "What its owner asked for"
    assert heading not in render([report])
    settings = replace(report.measurement.settings, trials=(Purpose.RELAY,))
    tests = tuple(replace(item, purpose=Purpose.RELAY) for item in report.measurement.sessions)
    trials = Trials(Leave.PUBLISHED, Foreign("tester@example.net"), tests)
    report = replace(report, measurement=replace(report.measurement, settings=settings, trials=trials))
    found = render([report])
    section = found[found.index(heading) :]
    assert "--relay-check by the owner's leave, that is published in the DNS" in section
    assert "the mailbox elsewhere: tester@example.net" in section
    assert section.count("relay, ") >= len(tests)
    assert "tester" not in render([report], redact=True)
