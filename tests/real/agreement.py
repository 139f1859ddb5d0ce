"""How often our reading of a configuration was held against the answer of the real program, and how often it differed.

The tests count, the end of the run prints (``conftest.py``).
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Agreement:
    """One kind of comparison."""

    what: str
    configurations: int = 0
    answers: int = 0
    names: set[str] = field(default_factory=set)
    differences: list[str] = field(default_factory=list)

    def count(self, name: str, theirs: object, ours: object, context: str) -> None:
        """Hold one answer against ours."""
        self.answers += 1
        self.names.add(name)
        if theirs != ours:
            self.differences.append(f"{name}: theirs {theirs!r}, ours {ours!r}\n{context}")

    def row(self) -> str:
        return line(self.what, self.configurations, len(self.names), self.answers, len(self.differences))


def line(what: str, *columns: object) -> str:
    return f"{what:<40}" + "".join(f"{column:>16}" for column in columns)


TABLE: dict[str, Agreement] = {}
HEADER = line("held against the real program", "configurations", "parameters", "answers", "differences")


def agreement(what: str) -> Agreement:
    """The counter of one kind, made when it is first asked for."""
    return TABLE.setdefault(what, Agreement(what))
