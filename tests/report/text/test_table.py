from dataclasses import replace

import pytest

from probe.grammar.text import columns
from probe.model.report import Comparison, Difference, Identity, Report, Sign
from probe.model.smtp import Reply
from probe.model.words import Family, Parity, Sameness, Stage
from probe.report.text.layout import Paper
from probe.report.text.table import MOST_PAIRS, table
from tests.report import measurements


def lines(report: Report, host: int = 0, width: int = 80, verbose: int = 0) -> list[str]:
    return list(table(report, report.measurement.resolved.hosts[host], Paper(width), verbose=verbose))


def row(found: list[str], label: str) -> str:
    return next(line for line in found if line.startswith(f"  {label}"))


def mark(line: str) -> str:
    return line[45:49].strip()


def with_difference(*found: Difference, parity: Parity = Parity.DIFFERS) -> Report:
    comparison = Comparison("mx1.example.com", parity, found[0].stage, found)
    return replace(measurements.report("healthy"), comparisons=(comparison,))


def test_two_equal_families_are_equal_in_every_row() -> None:
    found = lines(measurements.report("healthy"))
    assert found[0] == f"{'MX mx1.example.com  preference 10':73}  equal"
    assert found[1].split() == ["IPv6", "IPv4"]
    assert [mark(line) for line in found[3:]] == ["="] * 7
    assert mark(row(found, "address")) == ""


def test_the_columns_stand_under_their_heads() -> None:
    for name in measurements.NAMES:
        report = measurements.report(name)
        for number, host in enumerate(report.measurement.resolved.hosts):
            found = lines(report, number)
            at = found[1].index("IPv4")
            for line in found[2:]:
                if line.startswith("  address") and host.of(Family.IPV4) and "192.0.2.25" in line:
                    assert line.index("192.0.2.25") == at


def test_where_one_side_fails_the_row_is_marked_and_the_rest_is_not_reached() -> None:
    found = lines(measurements.report("refused"))
    assert mark(row(found, "connect")) == "!="
    assert "x refused" in row(found, "connect")
    assert all(mark(row(found, label)) == "" for label in ("banner", "ehlo", "rcpt"))
    assert row(found, "rcpt").split()[1] == "-"


def test_a_difference_the_cells_do_not_show_gets_its_own_line() -> None:
    found = lines(with_difference(Difference(Stage.EHLO, "SIZE", "1000", "2000")))
    assert mark(row(found, "ehlo")) == "!="
    assert row(found, "  SIZE").split() == ["SIZE", "1000", "2000"]


def test_a_long_name_of_a_difference_has_a_line_for_itself() -> None:
    found = lines(with_difference(Difference(Stage.EHLO, "client address", "172.17.0.1", "as it is")))
    at = found.index("    client address")
    assert found[at - 1].startswith("  ehlo")
    assert found[at + 1].split("  ")[-1].strip() == "as it is"
    assert found[at + 1].index("172.17.0.1") == found[2].index("2001:db8::25")


def test_a_difference_beyond_the_cut_is_shown_too() -> None:
    tail = "Postfix with a very long greeting that ends in "
    report = with_difference(Difference(Stage.BANNER, "greeting", "one", "two"))
    sessions = tuple(
        replace(
            item,
            steps=tuple(
                replace(step, reply=Reply(220, (tail + word,))) if step.stage is Stage.BANNER else step
                for step in item.steps
            ),
        )
        for item, word in zip(report.measurement.sessions, ("one", "two"), strict=True)
    )
    found = lines(replace(report, measurement=replace(report.measurement, sessions=sessions)))
    assert row(found, "  greeting").split() == ["greeting", "one", "two"]


def test_a_note_is_marked_softly_and_only_where_the_cells_differ() -> None:
    report = measurements.report("healthy")
    other = measurements.session("192.0.2.25", "mx-b.example.com")
    other = replace(other, mx="mx1.example.com", names=("mx1.example.com",))
    report = replace(report, measurement=replace(report.measurement, sessions=(report.measurement.sessions[0], other)))
    noted = Difference(Stage.BANNER, "name", "mx1.example.com", "mx-b.example.com", note=True)
    comparison = Comparison("mx1.example.com", Parity.EQUAL, None, (noted,))
    found = lines(replace(report, comparisons=(comparison,)))
    assert mark(row(found, "banner")) == "~"
    assert mark(row(found, "mail")) == "="
    without = lines(replace(report, comparisons=()))
    assert mark(row(without, "banner")) == "="


def test_an_absent_family_is_marked_at_the_address() -> None:
    found = lines(measurements.report("absent"))
    assert "! none published" in row(found, "address")
    assert mark(row(found, "address")) == "!="


def test_a_pair_that_behaves_like_the_first_takes_one_line() -> None:
    found = lines(measurements.report("two-hosts"), 1)
    assert found[-2].strip() == "address     2001:db8:2::26"
    assert found[-1].strip() == "as the first"


def test_the_longest_address_is_never_cut() -> None:
    longest = "2a02:1234:1234:5678:9abc:def0:1234:5678"
    report = measurements.report("healthy")
    host = measurements.host("mx1.example.com", longest, "255.255.255.254")
    report = replace(
        report,
        measurement=replace(
            report.measurement, resolved=replace(report.measurement.resolved, hosts=(host,)), sessions=()
        ),
    )
    for width in (76, 80, 100):
        line = row(lines(report, width=width), "address")
        assert longest in line
        assert "255.255.255.254" in line
        assert columns(line) <= width


def test_wide_characters_keep_the_columns() -> None:
    report = measurements.report("healthy")
    wide = tuple(
        replace(
            item,
            steps=tuple(
                replace(step, reply=Reply(250, ("郵便局" * 9,))) if step.stage is Stage.MAIL else step
                for step in item.steps
            ),
        )
        for item in report.measurement.sessions
    )
    line = row(lines(replace(report, measurement=replace(report.measurement, sessions=wide))), "mail")
    assert columns(line[: line.index(" =  ")]) == 45
    assert columns(line) <= 80


@pytest.mark.parametrize("verbose", [0, 1])
def test_timings_come_with_verbose(verbose: int) -> None:
    found = lines(measurements.report("healthy"), verbose=verbose)
    assert any("connect 12 ms, banner 18 ms" in line for line in found) is bool(verbose)


def test_a_delay_of_our_own_stands_beside_the_time_it_colours() -> None:
    report = measurements.report("healthy")
    first, *others = report.measurement.sessions
    late = replace(first, steps=tuple(replace(step, delay=0.011) for step in first.steps))
    measured = replace(report.measurement, sessions=(late, *others))
    found = " ".join(lines(replace(report, measurement=measured), verbose=1))
    assert found.count("connect 12 ms (up to 11 ms our own)") == 1


def test_endless_address_lists_are_counted() -> None:
    report = measurements.report("healthy")
    host = measurements.host("mx1.example.com", *(f"192.0.2.{number}" for number in range(1, 41)))
    resolved = replace(report.measurement.resolved, hosts=(host,))
    found = lines(replace(report, measurement=replace(report.measurement, resolved=resolved)))
    assert found[-1] == f"  and {40 - MOST_PAIRS} more: --format json shows all"


def test_a_host_without_mx_record_or_with_an_alias_says_so() -> None:
    assert lines(measurements.report("implicit"))[0] == "MX example.com  (no MX record)"
    host = measurements.host("mx1.example.com", "192.0.2.1", preference=None)
    report = measurements.report("no-mail")
    alias = replace(host, cnames=("real.example.net",))
    resolved = replace(report.measurement.resolved, hosts=(alias,))
    found = lines(replace(report, measurement=replace(report.measurement, resolved=resolved)))
    assert found[0] == "Host mx1.example.com -> real.example.net"


def test_the_machines_are_spoken_of_when_asked_for() -> None:
    identity = Identity(Sameness.DIFFERENT, (Sign("name", "old.example.com", "mx1.example.com", False),))
    comparison = Comparison("mx1.example.com", Parity.EQUAL, identity=identity)
    report = replace(measurements.report("healthy"), comparisons=(comparison,))
    said = "  machines: different: name IPv6 old.example.com, IPv4 mx1.example.com"
    assert said in lines(report, verbose=1)
    assert said not in lines(report)


def test_the_time_of_a_command_in_a_group_is_told_apart() -> None:
    """It counts from when the whole group went out, so it is not the step's alone."""
    report = measurements.report("healthy")
    first = report.measurement.sessions[0]
    grouped = replace(first, steps=tuple(replace(step, grouped=step.stage is Stage.RCPT) for step in first.steps))
    report = replace(report, measurement=replace(report.measurement, sessions=(grouped,)))
    said = " ".join(" ".join(lines(report, verbose=1)).split())
    assert "rcpt (with others) " in said
    assert "mail (with others)" not in said
