"""A web server for policies of MTA-STS: Python's own http.server, over TLS, told apart by name.

In: ``python -m tests.real.policyhost FILE``, JSON: ``listen`` (addresses), ``hosts`` (name -> ``chain`` a PEM file,
``status``, ``location``, ``body``). Says ``ready`` when it listens, and serves until it is ended.
"""

import json
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PORT = 443
PATH = "/.well-known/mta-sts.txt"


class Handler(BaseHTTPRequestHandler):
    """Answers by the name in the request."""

    hosts: dict[str, dict[str, Any]]

    def do_GET(self) -> None:
        known = self.hosts.get((self.headers["Host"] or "").partition(":")[0])
        if known is None or self.path != PATH:
            self.send_error(404)
            return
        body = known["body"].encode()
        self.send_response(known["status"])
        if known["location"] is not None:
            self.send_header("Location", known["location"])
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as http.server has it
        """Nobody reads it."""


class Server(ThreadingHTTPServer):
    """On one address."""

    daemon_threads = True

    def __init__(self, address: str, context: ssl.SSLContext) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, PORT), Handler)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


def main(path: str) -> None:
    told = json.loads(Path(path).read_text())
    Handler.hosts = told["hosts"]
    contexts = {}
    for name, host in told["hosts"].items():
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[name].load_cert_chain(host["chain"])
    default = next(iter(contexts.values()))

    def by_name(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = contexts.get(name or "", default)

    default.sni_callback = by_name
    servers = [Server(address, default) for address in told["listen"]]
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
