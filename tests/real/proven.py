"""What the tests with real servers have proven: which server, which version, by which proof; the README shows it.

Each test that saw a message arrive over both families says so through the fixture ``proven``. Run with
``PROBE6_PROVEN=write`` the session writes it all to ``proven.tsv``, from which ``tests/readme.py`` makes the table.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

PAPER = Path(__file__).with_name("proven.tsv")
HEADINGS = ("Server", "Version", "Proof", "Test")


@dataclass(slots=True)
class Proven:
    """The rows of this session."""

    rows: set[tuple[str, str, str, str]] = field(default_factory=set)

    def say(self, server: str, version: str, proof: str, test: str) -> None:
        """A message over IPv6 and one over IPv4 arrived at ``server``, and ``proof`` (a word of --proof) showed it."""
        self.rows.add((server, version, proof.partition(":")[0], test))

    def write(self) -> None:
        """Keep the rows, where that was asked for; those of other tests stay."""
        if os.environ.get("PROBE6_PROVEN") != "write" or not self.rows:
            return
        mine = {(server, proof, test) for server, _, proof, test in self.rows}
        kept = {row for row in rows() if (row[0], row[2], row[3]) not in mine}
        PAPER.write_text("".join("\t".join(row) + "\n" for row in sorted(self.rows | kept)), encoding="utf-8")


def rows() -> list[tuple[str, str, str, str]]:
    """The rows as they were written last."""
    lines = PAPER.read_text(encoding="utf-8").splitlines() if PAPER.exists() else []
    found = [line.split("\t") for line in lines]
    return [(row[0], row[1], row[2], row[3]) for row in found if len(row) == len(HEADINGS)]
