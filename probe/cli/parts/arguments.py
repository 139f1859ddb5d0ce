"""The options several commands share, with what each one means; the words are released and only grow.

In: a parser. Out: nothing; the parser knows more options. Every value is read by ``probe.grammar``, which says in one
line what is wrong with it.
"""

from functools import partial
from typing import TYPE_CHECKING

from probe.cli.parts import offered
from probe.cli.parts.parser import Group, Parser
from probe.grammar import endpoint, options
from probe.grammar.smtp_path import parse_domain, parse_mailbox
from probe.model.settings import ENGINE, Pipelining
from probe.model.words import Family, Stage

if TYPE_CHECKING:
    from probe.model.judging import Range

COLORS = ("auto", "always", "never")
FORMATS_OF_CHANGES = ("text", "json")
AT_ONCE = 8  # targets measured side by side
PROFILES = ("quick", "patient")


def envelope(parser: Parser) -> None:
    """Who writes to whom, and how far the conversation goes."""
    group = Group(parser, "envelope")
    group.value("--to", read=_mailbox, metavar="ADDR", help="send the test messages to this mailbox")
    group.value("--from", read=_sender, dest="sender", metavar="ADDR", help="envelope sender (default: <>)")
    group.value("--domain", read=parse_domain, metavar="NAME", help="ask a host for postmaster@NAME; no message")
    group.value("--helo", read=endpoint.helo, metavar="NAME", help="our name in EHLO (default: from our own PTR)")
    group.value("--until", read=options.stage, words=tuple(Stage), metavar="STAGE",
                help="last stage: resolve, connect, banner, ehlo, starttls, mail, rcpt, data, delivery")  # fmt: skip
    group.value("--quit-after", read=options.swaks_stop, words=tuple(options.SWAKS_STOPS), metavar="WORD",
                help="the same, in the words of swaks")  # fmt: skip


def route(parser: Parser) -> None:
    """Which hosts, addresses, name servers and own addresses."""
    group = Group(parser, "where")
    group.flag("--plain", help="the conversations alone: no look at name servers, policies or sending records")
    group.flag("--services", help="also submission and IMAP of the domain: who answers over which family, and TLS")
    group.flag("-4", help="IPv4 only; never a fallback", dest="only4")
    group.flag("-6", help="IPv6 only; never a fallback", dest="only6")
    group.value("--server", read=endpoint.host_port, metavar="HOST[:PORT]", help="this host; no MX look-up")
    group.value("-H", "--hostname", read=_host, dest="host", metavar="HOST", help="for plugins: [HOST] as target")
    group.value("-p", "--port", read=options.port, metavar="N", help="another port than 25")
    group.value("--mx", read=partial(options.listed, item=parse_domain), action="extend", metavar="HOST[,HOST]",
                help="pretend these are the MX hosts, best first")  # fmt: skip
    group.value("--resolve", read=endpoint.resolve, action="append", metavar="NAME:ADDR[,ADDR]",
                help="addresses of NAME, both families; one not given is absent")  # fmt: skip
    group.value("--overlay", metavar="FILE", help="zone-file fragment that replaces DNS per name and type")
    group.value("--nameserver", read=endpoint.nameserver, action="append", metavar="ADDR", help="ask this name server")
    group.value("--root-hints", metavar="FILE", help="root servers, as in named.root (default: the Internet's)")
    group.value("--connect-to", read=endpoint.connect_to, action="append", metavar="HOST:PORT:ADDR:PORT",
                help="dial ADDR:PORT where HOST:PORT was meant")  # fmt: skip
    group.value("--source6", read=partial(endpoint.address, family=Family.IPV6), metavar="ADDR", help="own address")
    group.value("--source4", read=partial(endpoint.address, family=Family.IPV4), metavar="ADDR", help="own address")
    group.value("--treat-global", read=partial(options.listed, item=endpoint.cidr), action="extend",
                metavar="CIDR[,CIDR]", help="ranges that count as global: an internal network, a lab")  # fmt: skip
    group.value("--reference", read=partial(options.listed, item=endpoint.host), action="extend",
                metavar="HOST[,HOST]", help="mail hosts elsewhere that prove our port 25 gets out")  # fmt: skip


def sending(parser: Parser) -> None:
    """The domain as a sender: from where, and on whose lists it may stand."""
    group = Group(parser, "the domain as a sender")
    group.value("--sender6", read=partial(options.listed, item=partial(endpoint.address, family=Family.IPV6)),
                action="extend", metavar="ADDR[,ADDR]",
                help="it sends from these addresses (default: those of its MX hosts, which is a guess)")  # fmt: skip
    group.value("--sender4", read=partial(options.listed, item=partial(endpoint.address, family=Family.IPV4)),
                action="extend", metavar="ADDR[,ADDR]", help="the same for IPv4")  # fmt: skip
    group.value("--dnsbl", read=partial(options.listed, item=parse_domain), action="extend", metavar="ZONE[,ZONE]",
                help="ask these lists of bad addresses about it, and about us (default: none)")  # fmt: skip


def proof(parser: Parser) -> None:
    """How it is known that a message arrived, and who answers for it."""
    group = Group(parser, "messages")
    group.value("--proof", read=_proof, words=offered.proofs, action="append", metavar="SPEC",
                help="where the message must turn up: maildir:PATH, mbox:PATH, imaps://USER@HOST/FOLDER, "
                "imap://USER@HOST/FOLDER, listen:[ADDR:]PORT, or in the mail host's log: log:PATH, "
                "journal:[UNIT]; several: the first to see it wins")  # fmt: skip
    group.flag("--cleanup", help="with imap and imaps: remove the test messages that were found")
    group.flag("--every-address", help="send over every address, not one per family")
    group.value("--via", read=_via, metavar="URL", help="send through your own server, over each family, as a mail "
                "program does: smtp://USER@HOST:587, smtps://USER@HOST:465, smtp://HOST:25; the MX hosts are left "
                "alone")  # fmt: skip
    group.value(
        "--secret",
        metavar="FILE",
        help="the password, one line, mode 0600 (or PROBE6_SMTP_PASSWORD, PROBE6_IMAP_PASSWORD)",
    )
    group.value(
        "--dkim-key", metavar="FILE", help="sign the test messages by DKIM (RSA, PEM), for the domain of --from"
    )
    group.value(
        "--dkim-selector", read=options.selector, metavar="NAME", help="where the public key is (default: mail)"
    )
    group.value("--contact", read=options.line, metavar="TEXT", help="who runs this probe; required above 20 domains")


def owners(parser: Parser) -> None:
    """What only the owner of a domain may ask for, and how to say that one is."""
    group = Group(parser, "your own domains alone")
    group.value("--owned", read=partial(options.listed, item=parse_domain), action="extend", metavar="DOMAIN[,DOMAIN]",
                help="these are yours: they need no --contact, and may be tested as below (or: explain "
                "relay-open, a TXT record)")  # fmt: skip
    group.flag("--relay-check", help="is a mailbox elsewhere taken from a stranger? RCPT alone, once per host and "
               "family")  # fmt: skip
    group.value("--relay-to", read=_mailbox, metavar="ADDR", help="that mailbox: one of yours, in another domain "
                "(default: --from or --contact)")  # fmt: skip
    group.flag("--trusted-source", help="we are in the servers' own network: then a relay's yes says nothing")
    group.flag("--catchall", help="is a mailbox taken that nobody has (asked for once), and the postmaster?")
    group.flag("--literal-check", help="is an address literal taken in EHLO?")
    group.flag("--injection-check", help="is NOOP, sent in the clear behind STARTTLS, obeyed inside TLS?")
    group.flag("--smuggling-check", help="does a dot between wrong line ends end a message? up to 4 messages over "
               "each family, to the mailbox you name")  # fmt: skip


def pace(parser: Parser) -> None:
    """Time and courtesy. Numbers are seconds."""
    group = Group(parser, "time, in seconds")
    seconds = partial(options.number, least=0.1, most=options.DAY)
    wait = partial(options.number, least=0.0, most=options.DAY)
    group.value("-t", "--deadline", read=seconds, metavar="S",
                help="whole run (default: 90; 300 with --proof; 10 with --format nagios)")  # fmt: skip
    group.value("--timeout", read=seconds, metavar="S", help="each step: connect, banner, reply")
    group.choice("--profile", words=PROFILES, noun="a profile", default="quick", metavar="NAME",
                 help="quick, or patient: the minimums of RFC 5321 and no deadline")  # fmt: skip
    group.value("--greylist", read=wait, default=0.0, metavar="S", help="wait this long for greylisting to end")
    group.value("--pause", read=wait, default=1.0, metavar="S", help="between two talks with one host and family")
    group.value("--max-addresses", read=partial(options.whole, least=1, most=1000), default=8, metavar="N",
                help="of each host and family (default: 8)")  # fmt: skip
    group.value("--seed", read=partial(options.whole, least=0, most=2**63 - 1), metavar="N",
                help="order of equal preferences, repeatable")  # fmt: skip


def trust(parser: Parser) -> None:
    """Whom to believe, and who speaks SMTP."""
    group = Group(parser, "trust")
    group.value("--ca", metavar="FILE", help="trust anchors, PEM (default: the system's)")
    group.flag("--trust-ad", help="believe the AD bit of the name server")
    group.value("--engine", read=_engine, words=offered.engines, default=ENGINE, metavar="NAME",
                help="who speaks SMTP: native, aiosmtplib")  # fmt: skip
    group.value("--pipelining", read=_pipelining, words=tuple(Pipelining), default=Pipelining.NEVER, metavar="WHEN",
                help="auto: commands of the envelope together where that is offered (default: never)")  # fmt: skip


def judging(parser: Parser) -> None:
    """What makes a finding bad."""
    group = Group(parser, "judgement")
    group.value("--cert-days", read=options.cert_days, default=(14, 7), metavar="W,C",
                help="days before a certificate ends: warning, critical (default: 14,7)")  # fmt: skip
    group.value("--severity", read=options.severity, words=offered.severities, action="append", metavar="CODE=VERDICT",
                help="judge this finding or parity as ok, unknown, warning or critical")  # fmt: skip
    group.value("-w", "--warning", read=_range, metavar="RANGE", help="seconds a conversation may take, as in Nagios")
    group.value("-c", "--critical", read=_range, metavar="RANGE", help="the same, critical")


def holding(parser: Parser) -> None:
    """What the measurement is held against."""
    group = Group(parser, "held against")
    group.value("--baseline", metavar="FILE", help="what --save kept before: shows what changed since")
    group.value("--expect", metavar="FILE", help="what is declared (TOML): hosts, families, TLS, delivery, TTLs")
    group.value("--expect-banner", read=_pattern, metavar="REGEX", help="what every greeting must be like")


def comparing(parser: Parser) -> None:
    """What a page of changes looks like and where it goes."""
    group = Group(parser, "report")
    group.choice("--format", words=FORMATS_OF_CHANGES, noun="a format of changes", metavar="FORMAT",
                 help="text or json (default: by the suffix)")  # fmt: skip
    group.value("-o", "--output", metavar="FILE", help="write the page there, whole or not at all")
    group.flag("--quiet", help="print nothing when nothing is worse")
    group.choice("--color", words=COLORS, noun="a choice for color", default="auto", metavar="WHEN",
                 help="auto, always or never")  # fmt: skip


def reporting(parser: Parser) -> None:
    """What the report looks like and where it goes."""
    group = Group(parser, "report")
    group.value("--format", read=_format, words=offered.formats, metavar="FORMAT",
                help="text, json, jsonl, html, markdown, nagios, prometheus, junit or csv "
                "(default: by the suffix of FILE)")  # fmt: skip
    group.value("-o", "--output", metavar="FILE", help="write the report there, whole or not at all")
    group.flag("--transcript", help="with every line that was said")
    group.flag("--no-redact", help="keep local parts and message text in formats that leave the house")
    group.flag("--quiet", help="print nothing when all is ok")
    group.flag("-v", "--verbose", help="more; twice: everything", action="count", default=0)
    group.choice("--color", words=COLORS, noun="a choice for color", default="auto", metavar="WHEN",
                 help="auto, always or never")  # fmt: skip


def again(parser: Parser) -> None:
    """What runs need that come again and again: a configuration, and when to speak."""
    group = Group(parser, "runs that come again")
    group.value("--config", metavar="FILE", help="targets and options, TOML; see probe6 schema config")
    group.value("--concurrency", read=partial(options.whole, least=1, most=500), default=AT_ONCE, metavar="N",
                help=f"targets measured side by side (default: {AT_ONCE})")  # fmt: skip
    group.value("--splay", read=partial(options.number, least=0.0, most=options.DAY), default=0.0, metavar="S",
                help="begin after up to so many seconds, another number each time")  # fmt: skip
    group.value("--on-change", read=options.command, metavar="CMD",
                help="run this, no shell, when a target has changed; the report is its input, as JSON")  # fmt: skip
    group.value("--debounce", read=options.of, metavar="N/M", help="a change for the worse counts when N of the last M "
                "runs show it (default with --config or --on-change: 2/3); for --on-change and --quiet")  # fmt: skip


def _pipelining(text: str) -> Pipelining:
    return Pipelining(options.one_of(text, tuple(Pipelining), "a choice for pipelining"))


def _pattern(text: str) -> str:
    from probe.grammar.pattern import compile_pattern

    return compile_pattern(text).text


def _engine(text: str) -> str:
    from probe.api import engines

    return options.one_of(text, engines(), "an engine")


def _format(text: str) -> str:
    from probe.api import formats

    return options.one_of(text, formats(), "a format")


def _proof(text: str) -> str:
    """The kind is checked here, so that a slip is told before anything else is done."""
    from probe.api import proofs

    kind = options.proof(text).partition(":")[0]
    options.one_of(kind, proofs(), "a kind of proof")
    return text


def _host(text: str) -> str:
    """A host or an address, with or without brackets, as a target."""
    return text if text.startswith("[") else f"[{text}]"


def _range(text: str) -> "Range":
    from probe.grammar.plugin_range import parse

    return parse(text)


def _via(text: str) -> str:
    from probe.grammar.submission_url import parse

    return parse(text).text


def _mailbox(text: str) -> str:
    return "@".join(parse_mailbox(text))


def _sender(text: str) -> str:
    """``''`` and ``<>`` are the null reverse-path (RFC 5321 4.5.5)."""
    return "" if text in {"", "<>"} else _mailbox(text)
