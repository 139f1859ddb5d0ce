import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.model.report import Report
from probe.model.words import Family, Parity, Verdict
from probe.report.prometheus import render
from tests.report import measurements

GOLDEN = Path(__file__).parent / "golden"
SAMPLE = re.compile(r'([a-z][a-z0-9_]*)\{((?:[a-z0-9_]+="(?:[^"\\]|\\[\\"n])*",?)*)\} (-?[0-9.e+]+)')


def samples(out: str) -> dict[str, float]:
    """Every sample by its series; a line that is none, or a second one of a series, fails."""
    found: dict[str, float] = {}
    for line in out.split("\n")[:-1]:
        if line.startswith("#"):
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        series = f"{match[1]}{{{match[2]}}}"
        assert series not in found, series
        found[series] = float(match[3])
    return found


def named(name: str, target: str = "example.com") -> Report:
    report = measurements.report(name)
    aim = replace(report.measurement.target, text=target)
    return replace(report, measurement=replace(report.measurement, target=aim))


@pytest.mark.parametrize("name", measurements.NAMES)
def test_golden(name: str, regenerate: bool) -> None:
    out = render([measurements.report(name)])
    path = GOLDEN / f"{name}.prom"
    if regenerate:
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "ipv6", "ipv4"),
    [
        ("healthy", (1, 1), (1, 1)),
        ("refused", (0, 1), (1, 1)),
        ("lost", (0, 1), (1, 1)),
        ("untestable", (0, 0), (1, 1)),
        ("no-mail", (1, 0), (1, 0)),
        ("two-hosts", (0, 1), (1, 1)),
    ],
)
def test_success_and_whether_it_could_be_told(name: str, ipv6: tuple[int, int], ipv4: tuple[int, int]) -> None:
    found = samples(render([named(name)]))
    for family, said in ((Family.IPV6, ipv6), (Family.IPV4, ipv4)):
        labels = f'{{target="example.com",family="{family}"}}'
        assert (found[f"probe_success{labels}"], found[f"probe6_testable{labels}"]) == said


def test_the_names_of_the_blackbox_exporter() -> None:
    found = samples(render([named("healthy")]))
    assert found['probe_duration_seconds{target="example.com"}'] == 0.612
    assert found['probe_ip_protocol{target="example.com",family="ipv6"}'] == 6
    assert found['probe_dns_lookup_time_seconds{target="example.com",family="ipv4"}'] == 0.007
    expiry = found['probe_ssl_earliest_cert_expiry{target="example.com",family="ipv6"}']
    assert expiry == measurements.CERTIFICATE.not_after.timestamp()  # type: ignore[union-attr]


def test_what_fails_is_zero_and_says_where_and_why() -> None:
    found = samples(render([named("refused")]))
    who = 'target="example.com",family="ipv6",mx="mx1.example.com",address="2001:db8::25",port="25"'
    assert found[f'probe6_session_success{{{who},stage="connect",reason="refused"}}'] == 0
    assert "probe_ssl_earliest_cert_expiry" not in "".join(item for item in found if "ipv6" in item)
    arrived = samples(render([named("lost")]))
    assert [value for item, value in arrived.items() if item.startswith("probe6_message_arrived")] == [0, 1]


def test_every_word_has_its_series_so_that_none_is_left_behind() -> None:
    good, bad = samples(render([named("healthy")])), samples(render([named("refused")]))
    for name, words, one in (("verdict", Verdict, Verdict.CRITICAL), ("parity", Parity, Parity.IPV6_BROKEN)):
        series = {word: f'probe6_{name}{{target="example.com",{name}="{word}"}}' for word in words}
        assert [word for word, it in series.items() if bad[it]] == [one]
        assert all(it in good for it in series.values())


def test_many_targets_have_no_series_twice_and_metrics_stand_together() -> None:
    out = render([named(name, f"{number}.example") for number, name in enumerate(measurements.NAMES * 20)])
    assert len(samples(out)) > 5000
    heads = re.findall(r"^# TYPE (\S+)", out, re.MULTILINE)
    order = [re.split("[{ ]", line)[0] for line in out.splitlines() if not line.startswith("#")]
    assert len(heads) == len(set(heads))
    assert [name for number, name in enumerate(order) if order[number - 1] != name or not number] == heads


def test_of_two_reports_on_one_target_the_later_counts() -> None:
    early, late = named("healthy"), named("refused")
    late = replace(late, measurement=replace(late.measurement, started=measurements.STARTED + timedelta(hours=1)))
    for reports in ([early, late], [late, early]):
        found = samples(render(reports))
        assert found['probe_success{target="example.com",family="ipv6"}'] == 0


def test_redacted_mailboxes_of_one_domain_do_not_collide() -> None:
    reports = [named("delivered", f"{name}@example.com") for name in ("jane", "joe")]
    assert samples(render(reports, redact=True))
    assert len(samples(render(reports))) == 2 * len(samples(render(reports[:1])))


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
@settings(max_examples=60)
def test_whatever_a_name_holds_it_stays_a_label(text: str) -> None:
    report = measurements.hostile_throughout(text)
    talk = replace(report.measurement.sessions[1], mx=text)
    aim = replace(report.measurement.target, text=text)
    report = replace(report, measurement=replace(report.measurement, sessions=(talk,), target=aim))
    out = render([report])
    assert samples(out)
    assert all(line.isprintable() for line in out.split("\n"))


@pytest.mark.real
@pytest.mark.parametrize("text", [measurements.HOSTILE, measurements.RAW, measurements.MARKUP, '\\" \\n'])
def test_promtool_finds_nothing_to_complain_of(text: str) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    reports = [named(name, f"{name}.example") for name in measurements.NAMES]
    done = subprocess.run(
        [promtool, "check", "metrics"],
        input=render([*reports, measurements.hostile_throughout(text)]),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
