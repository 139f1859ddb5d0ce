"""Every benchmark, one Markdown table after the other. Prints; never judges: the goals stand beside the figures.

``python -m bench.run --readme`` also puts the tables where README.md has room for them.
"""

import contextlib
import io
import os
import platform
import re
import sys
from pathlib import Path

from bench import everything, fidelity, formats, maillog, oneshot, rounds, sessions, startup

README = Path(__file__).parent.parent / "README.md"
_ROOM = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)


def main() -> None:
    tables = io.StringIO()
    with contextlib.redirect_stdout(tables):
        print(f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {os.cpu_count()} cores\n")
        startup.main()
        oneshot.main()
        everything.main()
        sessions.main()
        fidelity.main()
        maillog.main()
        formats.main()
        rounds.main()
    print(tables.getvalue())
    if sys.argv[1:] == ["--readme"]:
        text = tables.getvalue().replace("## ", "### ")
        old = README.read_text(encoding="utf-8")
        README.write_text(_ROOM.sub(lambda found: f"{found[1]}{text}{found[2]}", old), encoding="utf-8")


if __name__ == "__main__":
    main()
