"""Every option of ``check``: what it comes to, and the one line that answers a wrong value."""

import io
from contextlib import redirect_stderr, redirect_stdout

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import probe.api
from probe.__main__ import main
from probe.model.settings import Pipelining, Record, Redirect
from probe.model.words import Family, Stage
from tests.cli.conftest import Probe6, World


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (["--from", "probe@example.net"], "sender", "probe@example.net"),
        (["--from", ""], "sender", ""),
        (["--from="], "sender", ""),
        (["--from", "<>"], "sender", ""),
        (["--helo", "Probe.example.net"], "helo", "probe.example.net"),
        (["--helo", "[2001:db8::9]"], "helo", "[IPv6:2001:db8::9]"),
        (["--until", "ehlo"], "until", Stage.EHLO),
        (["--quit-after", "first-helo"], "until", Stage.EHLO),
        (["--quit-after", "TLS"], "until", Stage.STARTTLS),
        (["-4"], "families", (Family.IPV4,)),
        ([], "engine", "native"),
        (["--engine", "aiosmtplib"], "engine", "aiosmtplib"),
        ([], "pipelining", Pipelining.NEVER),
        (["--pipelining", "never"], "pipelining", Pipelining.NEVER),
        (["--pipelining=auto"], "pipelining", Pipelining.AUTO),
        (["-6"], "families", (Family.IPV6,)),
        (["--server", "mx1.example.net"], "server", "mx1.example.net"),
        (["--server", "[2001:db8::25]"], "server", "2001:db8::25"),
        (["--server", "mx1.example.net:2525"], "port", 2525),
        (["--port", "2525"], "port", 2525),
        (
            ["--mx", "mx1.example.net,mx2.example.net", "--mx", "mx3.example.net"],
            "overlay",
            (
                Record(
                    "example.com",
                    "MX",
                    ("10 mx1.example.net.", "20 mx2.example.net.", "30 mx3.example.net."),
                    option=True,
                ),
            ),
        ),
        (
            ["--resolve", "mx1.example.com:[2001:db8::25],192.0.2.25"],
            "overlay",
            (
                Record("mx1.example.com", "AAAA", ("2001:db8::25",), option=True),
                Record("mx1.example.com", "A", ("192.0.2.25",), option=True),
            ),
        ),
        (
            ["--resolve", "mx1.example.com:25:192.0.2.25"],
            "overlay",
            (
                Record("mx1.example.com", "AAAA", (), option=True),
                Record("mx1.example.com", "A", ("192.0.2.25",), option=True),
            ),
        ),
        (
            ["--resolve", "a.example:192.0.2.25", "--resolve", "a.example:[2001:db8::25]"],
            "overlay",
            (
                Record("a.example", "AAAA", ("2001:db8::25",), option=True),
                Record("a.example", "A", ("192.0.2.25",), option=True),
            ),
        ),
        (
            ["--nameserver", "::1", "--nameserver", "[::1]:5353", "--nameserver", "192.0.2.53"],
            "nameservers",
            (("::1", 53), ("::1", 5353), ("192.0.2.53", 53)),
        ),
        (
            ["--connect-to", "mx1.example.com:25:[::1]:2525"],
            "redirects",
            (Redirect("mx1.example.com", 25, "::1", 2525),),
        ),
        (["--source6", "2001:DB8::9"], "source6", "2001:db8::9"),
        (["--source4", "192.0.2.9"], "source4", "192.0.2.9"),
        (["--treat-global", "2001:db8::/32,192.0.2.0/24"], "treat_global", ("2001:db8::/32", "192.0.2.0/24")),
        (["--reference", "mx.example.org,2001:db8:1::25"], "references", ("mx.example.org", "2001:db8:1::25")),
        (["--greylist", "300"], "greylist", 300.0),
        (["--pause", "0"], "pause", 0.0),
        (["--max-addresses", "2"], "max_addresses", 2),
        (["--every-address"], "every_address", True),
        (["--trust-ad"], "trust_ad", True),
        (["--contact", "postmaster@example.net, +49 30 1"], "contact", "postmaster@example.net, +49 30 1"),
        (["--seed", "7"], "seed", 7),
    ],
)
def test_an_option_reaches_the_settings(
    world: World, probe6: Probe6, words: list[str], field: str, value: object
) -> None:
    ran = probe6("example.com", *words)
    assert ran.err == ""
    assert ran.status == 0
    assert getattr(world.settings, field) == value


VOCABULARY = [
    "check", "--to", "--from", "--domain", "--helo", "--until", "--quit-after", "-4", "-6", "--server", "--port",
    "--mx", "--resolve", "--nameserver", "--connect-to", "--source6", "--treat-global", "--reference", "--proof",
    "--deadline", "--greylist", "--profile", "--severity", "-v", "--", "a.example", "u@a.example",
    "[mx.a.example]", "[2001:db8::25]:25", "rcpt", "25", "[::1]", "a.example:192.0.2.1", "quick", "--quiet", "-",
    "@", "=",
]  # fmt: skip

WORDS = st.lists(
    st.sampled_from(VOCABULARY) | st.text(max_size=8),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_any_words_end_in_a_status_and_at_most_one_line(world: World, words: list[str]) -> None:
    # A word that names a file to be written or another command would do more than be read.
    assume(words and words[0] not in {"demo", "lab", "report"})
    assume(not any(word.startswith(("-o", "--output", "--save", "-h")) for word in words))
    world.asked.clear()
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(words)
    said = [line for line in err.getvalue().split("\n") if " message" not in line]
    assert status in {0, 3}
    assert bool(world.asked) is (status == 0 and "--help" not in words)
    assert len(said) == (2 if status else 1)
    assert all(line.isprintable() for line in said)


BAD = [
    (["--to", "nobody"], '--to: "nobody" is not a mail address: it has no @'),
    (["--to", "a@b.example\r\nDATA"], None),
    (["--to", "a@b.example\0"], None),
    (
        ["--to", "user@example.org"],
        "--to: user@example.org is not at example.com; to ask its hosts write --server HOST or [HOST]",
    ),
    (
        ["--domain", "example.org"],
        "--domain: example.org is not at example.com; to ask its hosts write --server HOST or [HOST]",
    ),
    (
        ["--to", "u@example.com", "--domain", "x.example"],
        "--domain: x.example beside u@example.com; these are two envelopes, write one of them",
    ),
    (["--from", "x y"], None),
    (["--from", "a@b.example\n"], None),
    (["--helo", "a\nb"], None),
    (["--helo", "[mx1]"], '--helo: "[mx1]" is not an address'),
    (["--until", "recpt"], '--until: "recpt" is not a stage; nearest: rcpt'),
    (["--until", "data"], "--until data: a message goes only to a mailbox you name, as the target or by --to ADDR"),
    (
        ["--until", "delivery"],
        "--until delivery: a message goes only to a mailbox you name, as the target or by --to ADDR",
    ),
    (
        ["--until", "ehlo", "--quit-after", "RCPT"],
        "--until and --quit-after say two different things; write one of them",
    ),
    (["--quit-after", "AUTH"], None),
    (["-4", "-6"], "-4 and -6 exclude each other; without them both families are measured"),
    (["-46"], "-4 and -6 exclude each other; without them both families are measured"),
    (
        ["--server", "2001:db8::25"],
        '--server: "2001:db8::25" is not HOST or HOST:PORT; IPv6 stands in brackets: [2001:db8::25]',
    ),
    (["--server", "mx1.example.com:0"], '--server: "0" is not a port from 1 to 65535'),
    (["--server", "mx1.example.com:2525", "--port", "26"], "two different ports for example.com: 26 and 2525"),
    (["--port", "smtp"], '--port: "smtp" is not a port from 1 to 65535'),
    (["--port"], "-p/--port: needs a value"),
    (["--timeout", "-1"], "--timeout: needs a value"),
    (["--mx", "mx1.example.com,"], '--mx: "mx1.example.com," has an empty part; write A or A,B'),
    (
        ["--mx", "a.example", "--server", "b.example"],
        "--mx and --server exclude each other: the one replaces the MX records, the other the look-up",
    ),
    (["--resolve", "a.example"], '--resolve: "a.example" is not NAME:ADDR or NAME:PORT:ADDR; IPv6 stands in brackets'),
    (["--resolve", "a.example:587:192.0.2.1"], "--resolve: a.example at port 587, but port 25 is dialled"),
    (["--overlay", "/no/such/file"], '--overlay "/no/such/file": No such file or directory'),
    (["--nameserver", "dns.example"], '--nameserver: "dns.example" is not an address'),
    (["--connect-to", "a:25:b:25"], '--connect-to: "b" is not an address'),
    (["--source6", "192.0.2.1"], '--source6: "192.0.2.1" is not an IPv6 address'),
    (["--source4", "::1"], '--source4: "::1" is not an IPv4 address'),
    (
        ["--source6", "fe80::1%eth0"],
        '--source6: "fe80::1%eth0" has a zone id, which has no meaning outside this machine',
    ),
    (
        ["--treat-global", "2001:db8::1/32"],
        '--treat-global: "2001:db8::1/32" has bits set after its prefix; the range is 2001:db8::/32',
    ),
    (["--reference", "a b"], None),
    (["--proof", "maildir"], '--proof: "maildir" is not KIND:PLACE, such as maildir:/home/user/Maildir'),
    (
        ["--proof", "maildir:/m"],
        "--proof: no message is sent here that could turn up; name a mailbox as target or by --to",
    ),
    (["--deadline", "0"], '--deadline: "0" is not a number of seconds from 0.1 to 86400'),
    (["--deadline", "nan"], '--deadline: "nan" is not a number of seconds from 0.1 to 86400'),
    (["--timeout", "inf"], '--timeout: "inf" is not a number of seconds from 0.1 to 86400'),
    (["--timeout=-1"], '--timeout: "-1" is not a number of seconds from 0.1 to 86400'),
    (["--profile", "quik"], '--profile: "quik" is not a profile; nearest: quick'),
    (["--pipelining", "always"], '--pipelining: "always" is not a choice for pipelining; known: never, auto'),
    (["--greylist", "1h"], '--greylist: "1h" is not a number of seconds from 0 to 86400'),
    (["--pause=-1"], '--pause: "-1" is not a number of seconds from 0 to 86400'),
    (["--max-addresses", "0"], '--max-addresses: "0" is not a whole number from 1 to 1000'),
    (["--ca", "/no/such/file"], '--ca "/no/such/file": No such file or directory'),
    (["--ca", "/dev/null"], '--ca "/dev/null": no certificate in it (PEM)'),
    (["--ca", "/"], '--ca "/": Is a directory'),
    (["--format", "jsn"], '--format: "jsn" is not a format; nearest: json'),
    (["-o", "report.pdf"], f'--output: no format is known by ".pdf"; say --format {" or ".join(probe.api.formats())}'),
    (["-H", "mx1.example.com"], '-H: "[mx1.example.com]" beside "example.com"; name one of them'),
    (["-w", "5s"], '--warning: "5s" is not a threshold, such as 5, 5:, ~:5, 1:5 or @1:5'),
    (["-c", "9:5"], '--critical: "9:5" begins above its end'),
    (["-t", "0"], '--deadline: "0" is not a number of seconds from 0.1 to 86400'),
    (["-o", "/no/such/dir/x.txt"], '--output: "/no/such/dir/x.txt": no such directory: "/no/such/dir"'),
    (["-o", "/"], '--output: "/" is a directory'),
    (["-o", ""], "--output: the file name is empty"),
    (["--save", "/no/such/dir/x"], '--save: "/no/such/dir/x": no such directory: "/no/such/dir"'),
    (["--save", "x.json", "-o", "x.json"], "--save: the same file as --output"),
    (["--cert-days", "7,30"], '--cert-days: "7,30" warns after it is critical; the first number is the larger one'),
    (["--severity", "tcp-refused"], '--severity: "tcp-refused" is not CODE=VERDICT, such as dns-mx-no-aaaa=ok'),
    (
        ["--severity", "tcp-refusd=ok"],
        '--severity: "tcp-refusd" is not a finding code or a parity; nearest: tcp-refused',
    ),
    (["--severity", "tcp-refused=bad"], '--severity: "bad" is not a verdict; known: ok, unknown, warning, critical'),
    (["--color", "allways"], '--color: "allways" is not a choice for color; nearest: always'),
    (["--contact", "a\r\nBcc: b"], '--contact: "a\\x0d\\x0aBcc: b" is not one line of 1 to 200 printable characters'),
    (["--seed=-1"], '--seed: "-1" is not a whole number from 0 to 9223372036854775807'),
    (["--tipeout", "5"], "unknown option --tipeout; nearest: --timeout"),
    (["--serv", "a"], "unknown option --serv; nearest: --server"),
    (["--xyzzy=1"], "unknown option --xyzzy; see probe6 check --help"),
    (["-4x"], "-4: takes no value"),
    (["--quiet=1"], "--quiet: takes no value"),
]


@pytest.mark.parametrize(("words", "line"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_a_wrong_option_is_one_line_and_three(
    world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch, words: list[str], line: str | None
) -> None:
    monkeypatch.setattr(probe.api, "codes", lambda: frozenset({"tcp-refused", "banner-missing"}))
    ran = probe6("example.com", *words)
    assert ran.status == 3
    assert ran.out == ""
    assert ran.err.startswith("probe6: ")
    assert ran.err.count("\n") == 1
    assert ran.err.rstrip("\n").isprintable()
    assert line is None or ran.err == f"probe6: {line}\n"
    assert world.asked == []


# Options whose value is a name or a text: what would break an SMTP command or a header is refused in all of them.
TEXTS = [
    "--to",
    "--from",
    "--domain",
    "--helo",
    "--server",
    "--mx",
    "--resolve",
    "--reference",
    "--contact",
    "--proof",
    "--engine",
]


@pytest.mark.parametrize("option", TEXTS)
@pytest.mark.parametrize("bad", ["\r", "\n", "\r\n", "\0", "\x85", "\u2028"])
@pytest.mark.parametrize("value", ["user@example.com", "mx1.example.com", "mx1.example.com:192.0.2.1", "maildir:/m"])
def test_a_line_break_or_nul_is_refused_everywhere(
    world: World, probe6: Probe6, option: str, bad: str, value: str
) -> None:
    ran = probe6("example.com", option, value + bad)
    assert (ran.status, ran.err.count("\n"), world.asked) == (3, 1, [])
