"""Command lines as they go wrong: one line each, with the word at fault and what would be right."""

import pytest

from tests.cli.conftest import Probe6, World

SAID = """
2001:db8::25:25 | "2001:db8::25:25" can be read with a port or without: write [2001:db8::25:25] or [2001:db8::25]:25
[2001:db8::25 | "[2001:db8::25": the brackets do not fit; write [HOST] or [HOST]:PORT
2001:db8::25]:25 | "2001:db8::25]:25" is not an IPv6 address; IPv6 with a port stands in brackets: [ADDRESS]:PORT
fe80::1%eth0 | "fe80::1%eth0": zone ids are not supported
[fe80::1%eth0]:25 | "[fe80::1%eth0]:25": zone ids are not supported
example.com:25 | "example.com:25": a port follows brackets only; write [example.com]:25
user@example.com:25 | "user@example.com:25": no port can follow a mailbox; give it as --port
https://example.com/ | "https://example.com/" is a URL: write [example.com] for that host, or example.com for a domain
@nofile | target list "nofile": No such file or directory
example..com | "example..com" has an empty label
example.com --port 65536 | --port: "65536" is not a port from 1 to 65535
example.com --port smtp | --port: "smtp" is not a port from 1 to 65535
example.com --until helo | --until: "helo" is not a stage; nearest: ehlo
example.com --until tls | --until: "tls" is not a stage; nearest: starttls
example.com --until quit | --until: "quit" is not a stage; known: resolve, connect, banner, ehlo, starttls, mail, rcpt,
example.com --quit-after startls | --quit-after: "STARTLS" is not a stop word of swaks; nearest: TLS
example.com --format jsn | --format: "jsn" is not a format; nearest: json
example.com --format prom | --format: "prom" is not a format; nearest: prometheus
example.com --format xml | --format: "xml" is not a format; known: csv, html, json,
example.com -o report.pdf | --output: no format is known by ".pdf"; say --format
example.com --severity tcp-refusd=ok | --severity: "tcp-refusd" is not a finding code or a parity; nearest: tcp-refused
example.com --severity tcp-refused=warn | --severity: "warn" is not a verdict; nearest: warning
example.com --severity tcp-refused | --severity: "tcp-refused" is not CODE=VERDICT
example.com --server 2001:db8::25 | --server: "2001:db8::25" is not HOST or HOST:PORT; IPv6 stands in brackets: [2001:d
example.com --server [fe80::1%eth0] | --server: "[fe80::1%eth0]" has a zone id
example.com --nameserver 2001:db8::53:53 | --nameserver: "2001:db8::53:53" can be read with a port or without: write [2
example.com --nameserver dns.example | --nameserver: "dns.example" is not an address
example.com --nameserver fe80::1%eth0 | --nameserver: "fe80::1%eth0" has a zone id
example.com --resolve mx.example.com | --resolve: "mx.example.com" is not NAME:ADDR or NAME:PORT:ADDR; IPv6 stands in b
example.com --resolve mx.example.com:2001:db8::25 | --resolve: "mx.example.com:2001:db8::25" is not NAME:ADDR
example.com --resolve mx.example.com:25 | --resolve: "25" is not an address
example.com --connect-to a.example:25:2001:db8::1:25 | --connect-to: "a.example:25:2001:db8::1:25" is not HOST:PORT:ADD
example.com --source6 192.0.2.1 | --source6: "192.0.2.1" is not an IPv6 address
example.com --source4 eth0 | --source4: "eth0" is not an IPv4 address
example.com --treat-global 2001:db8::/129 | --treat-global: "2001:db8::/129" is not a range of addresses
example.com --treat-global 10.0.0.1/8 | --treat-global: "10.0.0.1/8" has bits set after its prefix; the range is 10.0.0
example.com --proof maildr:/tmp | --proof: "maildr" is not a kind of proof; nearest: maildir
example.com --proof /home/user/Maildir | --proof: "/home/user/Maildir" is not KIND:PLACE, such as maildir:
example.com --engine nativ | --engine: "nativ" is not an engine; nearest: native
example.com --pipelining always | --pipelining: "always" is not a choice for pipelining; known: never, auto
example.com --profile slow | --profile: "slow" is not a profile; known: quick, patient
example.com --deadline 1m | --deadline: "1m" is not a number of seconds from 0.1 to 86400
example.com --timeout 0 | --timeout: "0" is not a number of seconds from 0.1 to 86400
example.com --cert-days 7,14 | --cert-days: "7,14" warns after it is critical
example.com --color no | --color: "no" is not a choice for color; known: auto, always, never
example.com --to user | --to: "user" is not a mail address: it has no @
example.com --to u@other.example | --to: u@other.example is not at example.com; to ask its hosts write --server HOST
example.com --helo my_host | --helo: "my_host": a host or mail domain has no underscore
example.com -4 -6 | -4 and -6 exclude each other
example.com -H mx1 | -H: "[mx1]" beside "example.com"; name one of them
example.com --until | --until: needs a value
example.com --transcript=yes | --transcript: takes no value
example.com --verison | unknown option --verison; nearest: --version
example.com --unitl rcpt | unknown option --unitl; nearest: --until
example.com --json | unknown option --json; here: --format json
example.com -tlso | unknown option -tlso; here: STARTTLS is always tried where it is offered
example.com --interface eth0 | unknown option --interface; here: --source6 ADDR or --source4 ADDR
example.com --xyzzy | unknown option --xyzzy; see probe6 check --help
reprot x.json | "reprot" is not a command; nearest: report (for a domain of that name: check reprot)
demo v6-refussed | "v6-refussed" is not a scenario; nearest: v6-refused
explain tcp-refusd | "tcp-refusd" is not a finding code; nearest: tcp-refused
schema repport | schema: "repport" is not a schema; nearest: report
lab v6-refused | lab v6-refused: add --serve to keep it running; probe6 demo v6-refused measures it
report nofile.json | measurement "nofile.json": No such file or directory
trace nofile | message "nofile": No such file or directory
log nofile | log "nofile": No such file or directory
audit postfx | "postfx" is not a mail server whose configuration is read; nearest: postfix
completion bsh | completion: "bsh" is not a shell probe6 knows; nearest: bash
trace --format jsn x | --format: "jsn" is not a format of trace; nearest: json
"""
ROWS = [tuple(row.split(" | ", 1)) for row in SAID.strip().splitlines()]


@pytest.mark.parametrize(("words", "line"), ROWS)
def test_it_is_said_in_one_line_and_nothing_is_measured(world: World, probe6: Probe6, words: str, line: str) -> None:
    ran = probe6(*words.split())
    assert (ran.status, ran.out, world.asked) == (3, "", [])
    assert ran.err.startswith(f"probe6: {line}")
    assert ran.err.count("\n") == 1


def test_there_are_sixty_of_them() -> None:
    assert len(ROWS) >= 60
