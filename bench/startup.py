"""Start-up: what the command costs before it does anything, beside an interpreter that does nothing."""

import sys
from pathlib import Path

from bench.timing import interleaved, process

PROBE6 = str(Path(sys.executable).with_name("probe6"))
ROUNDS = 21


def main() -> None:
    nothing = f"{Path(sys.executable).name} -c pass"
    times = interleaved(
        {
            nothing: process([sys.executable, "-c", "pass"]),
            "probe6 --version": process([PROBE6, "--version"]),
            "probe6 --help": process([PROBE6, "--help"]),
            "probe6 check --help": process([PROBE6, "check", "--help"]),
        },
        ROUNDS,
    )
    print(f"## Start-up, {ROUNDS} rounds in turns\n")
    print("| command | median ms | min-max | x nothing | goal |")
    print("|---|---|---|---|---|")
    goals = {"probe6 --version": "1.5"}
    for name, taken in times.items():
        print(taken.row(f"`{name}`", f"{taken.median / times[nothing].median:.2f}", goals.get(name, "")))
    print()


if __name__ == "__main__":
    main()
