"""Every benchmark, one Markdown table after the other. Prints; never judges: the goals stand beside the figures."""

import os
import platform

from bench import oneshot, startup


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {os.cpu_count()} cores\n")
    startup.main()
    oneshot.main()


if __name__ == "__main__":
    main()
