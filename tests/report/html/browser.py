"""A page as a browser shows it: headless Chromium, without a driver.

A script is put into a copy of the page (without its policy, which forbids scripts); what it finds out comes back in the
dumped document. What the page itself has to say to the console comes from an untouched copy.
"""

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_ANSWER = re.compile(r'<output id="answer">(.*?)</output>', re.DOTALL)
_SCHEMES = {"dark": "0", "light": "1"}


def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("chromium is not installed (Debian: chromium)")
    return found


def shown(page: str, place: Path, *flags: str, width: int = 1100, scheme: str = "light") -> tuple[str, str]:
    """The document after loading, and what was logged."""
    path = place / "page.html"
    path.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            chromium(),
            *(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-sync",
            ),
            *("--no-first-run", "--hide-scrollbars", "--enable-logging=stderr", "--virtual-time-budget=2000"),
            f"--user-data-dir={place / 'profile'}",
            f"--window-size={width},1600",
            f"--blink-settings=preferredColorScheme={_SCHEMES[scheme]}",
            *(flags or ("--dump-dom",)),
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def asked(page: str, script: str, place: Path, *, width: int = 1100, scheme: str = "light") -> Any:
    """What ``script``, the body of a function, returns within the page as JSON.

    The page stands in a frame: a window of its own is never narrower than 500 pixels.
    """
    asking = f"<script>parent.postMessage(JSON.stringify((() => {{ {script} }})()), '*')</script>"
    copy = _POLICY.sub("", page).replace("</body>", f"{asking}</body>")
    listening = 'onmessage = event => { document.getElementById("answer").textContent = event.data; }'
    frame = f'<iframe width="{width}" height="1600" srcdoc="{escape(copy)}"></iframe>'
    wrapper = f'<!DOCTYPE html><meta charset="utf-8"><script>{listening}</script><output id="answer"></output>{frame}'
    document, _ = shown(wrapper, place, width=width + 100, scheme=scheme)
    return json.loads(unescape(_ANSWER.findall(document)[0]))
