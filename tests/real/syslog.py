"""A syslog daemon for tests: what comes to a socket like /dev/log goes to a file, in the form rsyslog has by default.

In: the paths of the socket and the file, the host to name. Out: lines ``Nov 22 18:00:01 mx1 smtpd[77]: text``.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

_HEAD = re.compile(rb"<[0-9]{1,3}>([A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}) ")


@contextlib.contextmanager
def syslog(listening: Path, log: Path, host: str) -> Iterator[None]:
    """Receive for as long as the context lasts."""
    log.touch()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(listening))
        listening.chmod(0o666)
        receiver.settimeout(0.1)
        over = threading.Event()
        thread = threading.Thread(target=_receive, args=(receiver, log, host.encode(), over))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _receive(receiver: socket.socket, log: Path, host: bytes, over: threading.Event) -> None:
    while not over.is_set():
        with contextlib.suppress(TimeoutError):
            data = receiver.recv(65536).rstrip(b"\0\n").replace(b"\n", b"#012")
            with log.open("ab") as file:
                file.write(_HEAD.sub(rb"\1 " + host + b" ", data, count=1) + b"\n")
