"""The far end of the session benchmarks: an SMTP server on loopback that costs little and offers STARTTLS.

``python -m bench.peer [ADDRESS]`` prints its port and serves until it is ended; a session never waits for it to think.
With ``--mute`` it stops answering after EHLO (over TLS: after the second), which keeps conversations open.
"""

import asyncio
import ssl
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from probe.lab.certificates import Authority
from probe.lab.faults import Certificate

REPLIES = {b"EHLO": b"250-bench\r\n250-PIPELINING\r\n250 STARTTLS\r\n", b"QUIT": b"221 bye\r\n", b"STAR": b"220 go\r\n"}


async def serve(address: str, context: ssl.SSLContext, *, mute: bool) -> None:
    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secured = False
        try:
            writer.write(b"220 bench ESMTP\r\n")
            while line := await reader.readline():
                verb = line[:4].upper()
                if mute and verb == b"MAIL":
                    await asyncio.Event().wait()
                writer.write(REPLIES.get(verb, b"250 ok\r\n"))
                if verb == b"STAR" and not secured:
                    await writer.start_tls(context)
                    secured = True
                if verb == b"QUIT":
                    break
        except (ConnectionError, ssl.SSLError):
            pass  # the client has seen enough
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(session, address, 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    with TemporaryDirectory() as directory:
        context = Authority(Path(directory)).context(Certificate.GOOD, "bench.example")
        [address] = [word for word in sys.argv[1:] if word != "--mute"] or ["127.0.0.1"]
        asyncio.run(serve(address, context, mute="--mute" in sys.argv))


if __name__ == "__main__":
    main()
