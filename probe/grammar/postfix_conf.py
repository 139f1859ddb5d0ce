"""A Postfix configuration: main.cf and master.cf as Postfix reads them, and what a parameter comes to.

In: the text of the files (postconf(5), master(5)), the defaults. Out: assignments and services with their lines; for
each parameter its value, raw and expanded, and who said it. Nothing here raises: what Postfix would not stand is a
``Problem`` of the model, and reading goes on behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from probe.grammar.expansion import Expansion, ExpansionError
from probe.grammar.logical_lines import logical_lines, name_and_value, shown
from probe.grammar.master_line import NotAServiceError, service_of
from probe.grammar.postfix_host import NAMES, mydomain, myhostname, mynetworks
from probe.model.postfix import Assignment, Host, MainFile, MasterFile, Problem, Service

DEFAULT = "default"


def read_main(text: str, file: str = "main.cf") -> MainFile:
    """Every assignment of main.cf. The answer of ``postconf -n`` has the same form."""
    lines, problems = logical_lines(text, file)
    assignments: list[Assignment] = []
    earlier: dict[str, Assignment] = {}
    for line in lines:
        place = f"{file}:{line.number}"
        match name_and_value(line.text):
            case (name, value):
                before = earlier.get(name)
                if before is not None and before.value != value:
                    said = f"{shown(name)} is set a second time, and {file}:{before.line} no longer counts"
                    problems.append(Problem(place, said, fatal=False))
                earlier[name] = Assignment(name, value, file, line.number)
                assignments.append(earlier[name])
            case str(sentence):
                problems.append(Problem(place, f"{sentence}: {shown(line.text)}", fatal=True))
    return MainFile(tuple(assignments), tuple(problems), file)


def read_master(text: str, file: str = "master.cf") -> MasterFile:
    """Every service of master.cf. The answer of ``postconf -M`` has the same form."""
    lines, problems = logical_lines(text, file)
    services: list[Service] = []
    for line in lines:
        try:
            service, complaints = service_of(line, file)
        except NotAServiceError as error:
            problems.append(Problem(f"{file}:{line.number}", f"{error}: {shown(line.text)}", fatal=True))
            continue
        services.append(service)
        problems += [Problem(f"{file}:{line.number}", complaint, fatal=True) for complaint in complaints]
    return MasterFile(tuple(services), tuple(problems), file)


@dataclass(slots=True)
class Parameters:
    """The parameters of a whole instance, or of one service of it with its ``-o`` options in front of main.cf.

    ``defaults`` has raw values, as ``postconf -d`` prints them; ``host`` is needed for those that are made from the
    machine and do not stand there. ``problems`` grows as values are asked for.
    """

    main: MainFile
    defaults: Mapping[str, str] = field(default_factory=dict)
    service: Service | None = None
    host: Host | None = None
    problems: list[Problem] = field(default_factory=list, init=False)
    _set: dict[str, tuple[str, str]] = field(default_factory=dict, init=False)
    _expanded: dict[str, str] = field(default_factory=dict, init=False)
    _computing: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        for said in self.main.assignments:
            self._set[said.name] = said.value, f"{said.file}:{said.line}"
        if self.service is not None:
            place = f"{self.service.file}:{self.service.line} ({self.service.title})"
            for said in self.service.options:
                self._set[said.name] = said.value, place
            process = self.service.command.rpartition("/")[2]
            self._set["process_name"] = process, place
            self._set["service_name"] = self.service.name, place

    def value(self, name: str) -> str:
        """The value with all references expanded; as written when that cannot be done, empty when nobody knows it."""
        if name not in self._expanded:
            self._expanded[name] = self._expand(name)
        return self._expanded[name]

    def raw(self, name: str) -> str | None:
        """The value as written, or the default as Postfix writes it; None: there is no such parameter."""
        said = self._set.get(name)
        if said is not None:
            return said[0]
        return self.defaults[name] if name in self.defaults else self._from_host(name)

    def origin(self, name: str) -> str:
        """Who says it: ``main.cf:12``, ``master.cf:30 (smtp inet)`` or ``default``."""
        said = self._set.get(name)
        return said[1] if said is not None else DEFAULT

    def explicit(self, name: str) -> bool:
        """Is it set anywhere, if only to its default?"""
        return name in self._set

    def _from_host(self, name: str) -> str | None:
        """A default that Postfix computes from the machine; a value it is computed from cannot refer to it."""
        if self.host is None or name not in NAMES or name in self._computing:
            return None
        self._computing.add(name)
        try:
            return self._computed(self.host, name)
        finally:
            self._computing.discard(name)

    def _computed(self, host: Host, name: str) -> str | None:
        if name == "mynetworks":
            style, interfaces, protocols = map(self._early, ("mynetworks_style", "inet_interfaces", "inet_protocols"))
            return mynetworks(host, style, interfaces, protocols)
        hostname = self._said("myhostname") if name == "mydomain" else None
        if hostname is None:
            hostname = myhostname(host, self._said("mydomain"))
        return hostname if name == "myhostname" else mydomain(hostname)

    def _early(self, name: str) -> str:
        """A value as Postfix has it before all of its defaults are there."""
        said = self._said(name)
        if said is not None:
            return said
        try:
            return Expansion(self.raw).expand(self.defaults.get(name, ""))
        except ExpansionError:
            return ""

    def _said(self, name: str) -> str | None:
        """An explicit value expanded by explicit values alone, as Postfix does before it has its defaults."""
        if name not in self._set:
            return None
        try:
            return Expansion(lambda word: self._set[word][0] if word in self._set else None).expand(self._set[name][0])
        except ExpansionError:
            return None

    def _expand(self, name: str) -> str:
        raw = self.raw(name)
        if raw is None:
            self.problems.append(Problem(name, f"nothing defines {shown(name)}", fatal=False))
            return ""
        place = self.origin(name) if self.explicit(name) else name
        expansion = Expansion(self.raw)
        try:
            value = expansion.expand(raw)
        except ExpansionError as error:
            self.problems.append(Problem(place, f"{shown(name)} cannot be expanded: {error}", fatal=True))
            return raw
        for missing in dict.fromkeys(expansion.undefined):
            said = f"{shown(name)} refers to {shown(missing)}, which nothing defines"
            self.problems.append(Problem(place, said, fatal=False))
        return value
