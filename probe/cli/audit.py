"""What a mail server is told, does and publishes."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from probe.cli.parts import arguments, offered, running
from probe.cli.parts.conclude import prepare
from probe.cli.parts.descriptors import make_room
from probe.cli.parts.input import STDIN, read_bytes
from probe.cli.parts.output import check_writable, is_terminal, write_file
from probe.cli.parts.parser import Group, Parser
from probe.cli.parts.progress import Progress
from probe.grammar import endpoint, options
from probe.grammar.smtp_path import parse_domain
from probe.model.errors import UsageError
from probe.model.settings import Settings, Timeouts

if TYPE_CHECKING:
    from probe.model.measurement import Measurement

SYNOPSIS = "audit SERVER [DIR|FILE|-]"
_LARGEST = 1 << 20  # bytes of standard input
_EXAMPLES = """\
examples:
  probe6 audit postfix                           this machine's own
  probe6 audit postfix --domain example.com --probe
  probe6 audit postfix /etc/postfix-out          another instance
  postconf -n | probe6 audit postfix -           from another machine
  probe6 audit postfix main.cf --lan 2001:db8:1:2::/64

Nothing is changed: each finding comes with the command that mends it.
"""


def configure(parser: Parser) -> None:
    """Which server, where its files are, and what to hold them against."""
    parser.usage = "probe6 audit SERVER [DIR | FILE | -] [options]"
    parser.epilog = _EXAMPLES
    parser.operand(
        "server", offered.mail_servers, nargs="?", metavar="SERVER", help="postfix, exim, opensmtpd or sendmail"
    )
    parser.add_argument("place", nargs="?", metavar="DIR|FILE|-", help="its files, if not this machine's own")
    group = Group(parser, "what it is held against")
    group.value("--domain", read=parse_domain, metavar="NAME", help="the domain it takes mail for; asks the DNS")
    group.value("--lan", read=partial(options.listed, item=endpoint.cidr), action="extend", metavar="CIDR[,CIDR]",
                help="networks that are yours: clients in them may send mail on")  # fmt: skip
    group.flag("--probe", help="probe the domain too, and hold the wire against the configuration")
    group.value("--nameserver", read=endpoint.nameserver, action="append", metavar="ADDR", help="ask this name server")
    group.value("--treat-global", read=partial(options.listed, item=endpoint.cidr), action="extend",
                metavar="CIDR[,CIDR]", help="ranges that count as global: an internal network, a lab")  # fmt: skip
    group.value("--reference", read=partial(options.listed, item=endpoint.host), action="extend",
                metavar="HOST[,HOST]", help="mail hosts elsewhere that prove our port 25 gets out")  # fmt: skip
    group.value("--ca", metavar="FILE", help="trust anchors for --probe, PEM (default: the system's)")
    group.value("--timeout", read=partial(options.number, least=0.1, most=options.DAY), metavar="S",
                help="each step, in seconds")  # fmt: skip
    arguments.judging(parser)
    arguments.reporting(parser)
    Group(parser, "keep").value("--save", metavar="FILE", help="the measurement, for probe6 report; mode 0600")


def run(args: Namespace) -> int:
    """Audit, with --probe measure beside it, and conclude as ``check`` does."""
    ending = prepare(args)
    server = _server(args.server)
    if args.save is not None:
        if args.save == args.output:
            raise UsageError("--save: the same file as --output")
        check_writable(args.save, "--save")
    measurements = _measure(args, server)
    if args.save is not None:
        from probe.api import save

        write_file(args.save, save(measurements[0]), "--save", private=True)
    return ending.write(measurements)


def _server(word: str | None) -> str:
    from probe.api import mail_servers

    if word is None:
        raise UsageError("no mail server; try probe6 audit postfix")
    return options.one_of(word, mail_servers(), "a mail server whose configuration is read")


def _measure(args: Namespace, server: str) -> list[Measurement]:
    """The configuration that is meant; without a place also the further instances that Postfix names.

    Instances often stand for one domain: it is probed once.
    """
    if args.probe:
        make_room()
    probed: dict[str, Measurement] = {}

    async def every() -> list[Measurement]:
        first = await _one(args, server, args.place, probed)
        found = first.configuration
        others = found.instances if found is not None and args.place is None and args.save is None else ()
        return [first, *[await _one(args, server, place, probed) for place in others]]

    return running.run(every())


async def _one(args: Namespace, server: str, place: str | None, probed: dict[str, Measurement]) -> Measurement:
    from probe.api import audit

    audited = await audit(
        server,
        place,
        domain=args.domain,
        lan=tuple(args.lan or ()),
        settings=_settings(args),
        stdin=partial(read_bytes, STDIN, "configuration", _LARGEST),
    )
    if not args.probe:
        return audited
    found = audited.configuration
    domain = args.domain or (found.value("mydomain") if found is not None else "")
    if not domain or "." not in domain:
        raise UsageError("--probe: no domain to probe; name it by --domain")
    if domain not in probed:
        probed[domain] = await _on_the_wire(args, domain)
    return replace(probed[domain], configuration=found)


async def _on_the_wire(args: Namespace, domain: str) -> Measurement:
    from probe.api import default_settings, measure
    from probe.grammar.target import parse_target

    progress = Progress(on=not args.quiet and is_terminal(sys.stderr))
    target = parse_target(domain)
    shape = _settings(args)
    whole = default_settings(target)
    settings = replace(
        whole,
        nameservers=shape.nameservers,
        treat_global=shape.treat_global,
        references=tuple(args.reference or ()),
        ca_file=args.ca,
        timeouts=shape.timeouts,
    )
    try:
        return await measure(target, settings, progress=progress.told)
    finally:
        progress.cleared()


def _settings(args: Namespace) -> Settings:
    times = Timeouts()
    if args.timeout is not None:
        times = replace(times, connect=args.timeout, banner=args.timeout, reply=args.timeout, dns=args.timeout)
    return Settings(
        nameservers=tuple(args.nameserver or ()), treat_global=tuple(args.treat_global or ()), timeouts=times
    )
