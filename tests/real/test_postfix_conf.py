"""Our reading of main.cf and master.cf against the answers of the real postconf, on the same files."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.grammar.postfix_conf import Parameters, read_main, read_master
from probe.grammar.postfix_defaults import defaults, version_of
from probe.model.postfix import Host, MasterFile, Service
from tests.real.agreement import Agreement, agreement
from tests.real.namespaces import command, run
from tests.real.postfix_confs import MAIN, MASTER

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(command("postconf") is None or command("ip") is None, reason="missing Debian packages: postfix"),
]

READ = "parameters of main.cf (postconf -x)"
SERVICES = "services of master.cf (postconf -M)"
OPTIONS = "their own parameters (postconf -P -x)"
PLAIN = "smtp inet n - y - - smtpd\n"


@dataclass(frozen=True, slots=True)
class Postconf:
    """The program on a directory of its own, and what our reader has to know about this machine."""

    directory: Path
    defaults: dict[str, str]
    host: Host

    def write(self, main: str, master: str = PLAIN) -> None:
        (self.directory / "main.cf").write_text(main, newline="")
        # Postfix waits for a file of this very second to settle before it believes what it read.
        os.utime(self.directory / "main.cf", (0, 0))
        (self.directory / "master.cf").write_text(master, newline="")

    def ask(self, *words: str) -> str | None:
        """What it says; None: it ended with a fatal error."""
        done = run("postconf", "-c", self.directory, *words, check=False)
        return None if done.returncode else done.stdout

    def values(self, names: Sequence[str]) -> dict[str, str] | None:
        """The expanded value of each name. None: of a single one that it cannot expand it refuses all."""
        said = self.ask("-x", *names)
        return None if said is None else assignments(said)

    def parameters(self, main: str) -> Parameters:
        return Parameters(read_main(main), self.defaults, host=self.host)


def blanks_once(text: str) -> str:
    """As postconf prints any text: one blank where there were several, because it may fold there."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def assignments(said: str) -> dict[str, str]:
    """The answer of postconf, one ``name = value`` a line."""
    pairs = (line.partition(" =") for line in said.split("\n") if line)
    return {name: blanks_once(value) for name, _, value in pairs}


@pytest.fixture(scope="module")
def postconf(tmp_path_factory: pytest.TempPathFactory) -> Postconf:
    directory = tmp_path_factory.mktemp("postfix")
    version = version_of(run("postconf", "-dh", "mail_version").stdout.strip())
    assert version is not None
    known = {**defaults(version), "config_directory": str(directory)}
    links = json.loads(run("ip", "-j", "address").stdout)
    interfaces = [
        f"{address['local']}/{address['prefixlen']}"
        for link in links
        if "UP" in link["flags"]
        for address in link["addr_info"]
    ]
    return Postconf(directory, known, Host(os.uname().nodename, tuple(interfaces)))


# Names of long ago: postconf prints them no more, but what has their place still refers to them.
RENAMED = {"fallback_relay", "virtual_maps", "authorized_verp_clients", "smtpd_client_connection_limit_exceptions"}
NAMES = (*sorted(set(defaults()) - RENAMED), "myhostname", "mydomain", "mynetworks")


def names_of(postconf: Postconf) -> list[str]:
    return [name for name in NAMES if name in postconf.defaults or name in {"myhostname", "mydomain", "mynetworks"}]


def hold(postconf: Postconf, main: str, counted: Agreement) -> None:
    """Every parameter of one main.cf: the same value, or the same refusal."""
    postconf.write(main)
    counted.configurations += 1
    names = names_of(postconf)
    theirs = postconf.values(names)
    parameters = postconf.parameters(main)
    ours = {name: blanks_once(parameters.value(name)) for name in names}
    problems = [*parameters.main.problems, *parameters.problems]
    counted.count("the file", theirs is not None, not any(problem.fatal for problem in problems), main)
    if theirs is None:
        return
    for name in names:
        if name == "mynetworks" and not parameters.explicit(name):
            # The order of the machine's addresses is the kernel's affair.
            counted.count(name, *(sorted(values[name].split()) for values in (theirs, ours)), main)
        else:
            counted.count(name, theirs[name], ours[name], main)


def test_the_defaults_are_those_of_this_version(postconf: Postconf) -> None:
    theirs = assignments(run("postconf", "-d").stdout)
    ours = {name: value for name, value in postconf.defaults.items() if name != "config_directory"}
    assert {name: theirs.get(name, "" if name in RENAMED else None) for name in ours} == ours
    assert len(ours) > 100


@pytest.mark.parametrize("number", range(len(MAIN)))
def test_main_cf_by_hand(postconf: Postconf, number: int) -> None:
    counted = agreement(READ)
    before = len(counted.differences)
    hold(postconf, MAIN[number], counted)
    assert counted.differences[before:] == []


# Names that refer to each other, and everything that means something to Postfix.
_words = st.sampled_from(
    (
        *("$a", "${b}", "$(c)", "${a?", "${b:", "{", "}", "}:{", "?", ":", "$$", "$", " ", "x", "3.6", "2", "mydomain"),
        *("${{", "} == {", "} <level {", "${{$a} == {x} ? {1} : {2}}", "${relayhost?{yes}:{no}}", "${ c ? {$a} }"),
    )
)
_values = st.lists(_words, max_size=6).map("".join)
_fillers = st.sampled_from(["", "", "", "# comment\n", "\n", "   # blank first\n", "  continued $b\n", "\t\n"])
_names = st.sampled_from(["a", "b", "c", "myorigin", "relayhost", "smtpd_banner", "mydestination", "mynetworks"])
_blanks = st.sampled_from(["", " ", "\t", "  "])
_settings = st.builds(
    lambda name, left, right, value, filler: f"{name}{left}={right}{value}\n{filler}",
    _names, _blanks, _blanks, _values, _fillers,
)  # fmt: skip
_files = st.lists(_settings, max_size=8).map("".join)
_noise = st.text(alphabet="$(){}?:=<>! \t\n\r#ab_\f\0\u00e9", max_size=40).map(lambda text: f"myorigin = {text}\n")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(main=st.one_of(_files, _noise))
def test_main_cf_by_chance(postconf: Postconf, main: str) -> None:
    counted = agreement(READ)
    before = len(counted.differences)
    hold(postconf, main, counted)
    found, counted.differences[before:] = counted.differences[before:], []
    assert found == []


def as_printed(service: Service) -> str:
    """As ``postconf -M`` prints it, columns aside."""
    words = [*service.title.split(" "), service.private, service.unprivileged, service.chroot, service.wakeup]
    words += [service.limit, service.command]
    return " ".join([*words, *(f"{{{word}}}" if re.search(r"[ \t\r\n]", word) else word for word in service.arguments)])


@pytest.mark.parametrize("number", range(len(MASTER)))
def test_master_cf(postconf: Postconf, number: int) -> None:
    hold_master(postconf, MASTER[number])


def hold_master(postconf: Postconf, text: str) -> None:
    services, options = agreement(SERVICES), agreement(OPTIONS)
    before = len(services.differences), len(options.differences)
    main = "compatibility_level = 3.6\nmyhostname = mx1.example.com\n"
    postconf.write(main, text)
    file = read_master(text)
    services.configurations += 1
    printed = postconf.ask("-M")
    theirs = None if printed is None else [blanks_once(line) for line in printed.split("\n") if line]
    services.count("services", theirs, mine(file), text)
    if printed:
        options.configurations += 1
        hold_options(postconf, main, file, options, text)
    assert services.differences[before[0] :] + options.differences[before[1] :] == []


def mine(file: MasterFile) -> list[str] | None:
    """All services as printed; None when a line makes the file unreadable. Of arguments postconf only complains."""
    unread = [problem for problem in file.problems if problem.fatal and "-o" not in problem.sentence]
    if any("field" in one.sentence or "type" in one.sentence or " is " in one.sentence for one in unread):
        return None
    return [blanks_once(as_printed(service)) for service in file.services]


def hold_options(postconf: Postconf, main: str, file: MasterFile, counted: Agreement, text: str) -> None:
    """What each service overrides, expanded within the service."""
    said = postconf.ask("-P", "-x") or ""
    theirs = assignments(said)
    ours: dict[str, str] = {}
    for service in file.services:
        parameters = Parameters(read_main(main), postconf.defaults, service, postconf.host)
        for option in service.options:
            ours[f"{service.name}/{service.type}/{option.name}"] = blanks_once(parameters.value(option.name))
    counted.count("options", theirs, ours, text)
