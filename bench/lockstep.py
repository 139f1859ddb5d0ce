"""The floor, walked: two DNS questions and one SMTP conversation over one family with bare blocking sockets.

In: ``python lockstep.py NAMESERVER MAILHOST HELO``. Nothing is parsed, judged or reported; each step waits for the one
before. What it takes is what the wire, the servers and an interpreter with
``ssl`` take, so that the rest of a probe's time can be told from theirs. Any reply but 2xx ends it with a traceback.
"""

import socket
import ssl
import sys

MX, AAAA = 15, 28


def ask(nameserver: str, name: str, rrtype: int) -> None:
    """One question over UDP; that an answer with records came is all that is looked at."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    query = b"\x25\x25\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00" + bytes([0, rrtype, 0, 1])
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as channel:
        channel.settimeout(5)
        channel.connect((nameserver, 53))
        channel.send(query)
        answer = channel.recv(4096)
    if not int.from_bytes(answer[6:8], "big"):
        raise RuntimeError(f"no answer for {name}")


def reply(channel: socket.socket) -> None:
    """Read one whole reply."""
    said = b""
    while not (said.endswith(b"\r\n") and said[said[:-2].rfind(b"\n") + 1 :][3:4] == b" "):
        more = channel.recv(65536)
        if not more:
            raise RuntimeError("closed")
        said += more
    if said[:1] != b"2":
        raise RuntimeError(repr(said))


def say(channel: socket.socket, line: str) -> None:
    channel.sendall(line.encode() + b"\r\n")
    reply(channel)


def main(nameserver: str, mailhost: str, helo: str) -> None:
    ask(nameserver, "example.com", MX)
    ask(nameserver, "mx1.example.com", AAAA)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    channel = socket.create_connection((mailhost, 25), 30)
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reply(channel)
    say(channel, f"EHLO {helo}")
    say(channel, "STARTTLS")
    with context.wrap_socket(channel, server_hostname="mx1.example.com") as secure:
        for line in (f"EHLO {helo}", "MAIL FROM:<>", "RCPT TO:<postmaster@example.com>", "RSET", "QUIT"):
            say(secure, line)


if __name__ == "__main__":
    main(*sys.argv[1:])
