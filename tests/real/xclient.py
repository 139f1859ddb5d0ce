"""Ask a server on this machine what it says to clients of other addresses (XCLIENT): a program, run inside a namespace.

In: a JSON file, ``[[port, [[address, name], ...]], ...]``. Out, on standard output: for each port the answers to RCPT,
``null`` where the server did not get so far.
"""

import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

PATIENCE = 15  # seconds; a server that ends with a fatal error leaves its clients waiting, for longer than this


def reply(stream: BinaryIO) -> int:
    while True:
        line = stream.readline()
        if not line:
            raise ConnectionError
        if line[3:4] != b"-":
            return int(line[:3])


def ask(port: int, clients: list[list[str]]) -> list[int | None]:
    answers: list[int | None] = []
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection,
            connection.makefile("rwb") as stream,
        ):
            reply(stream)
            for address, name in clients:
                literal = f"IPV6:{address}" if ":" in address else address
                code = 0
                for line in (
                    "RSET",
                    f"XCLIENT ADDR={literal} NAME={name or '[UNAVAILABLE]'}",
                    "EHLO client.example",
                    "MAIL FROM:<>",
                    "RCPT TO:<someone@elsewhere.example>",
                ):
                    stream.write(line.encode() + b"\r\n")
                    stream.flush()
                    code = reply(stream)
                answers.append(code)
    except (ConnectionError, TimeoutError):
        pass
    return answers + [None] * (len(clients) - len(answers))


if __name__ == "__main__":
    cases = json.loads(Path(sys.argv[1]).read_text())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda case: ask(*case), cases))
    sys.stdout.write(json.dumps(answers))
