"""From the words of a command line to the ``Settings`` of one target: who writes to whom, how far, and where.

In: a namespace, a target. Out: ``Settings``. Wrong: ``UsageError`` where options contradict each other or the target.

Consent is decided here. A message is sent only to a mailbox named on the command line, as target or by ``--to``; a
domain is asked for its postmaster up to RCPT; a list of targets is walked up to STARTTLS, and so is a configuration
but for those of its mailboxes that have ``send = true``.
"""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import dataclass, replace

from probe.address import family_of
from probe.grammar.endpoint import Pinned
from probe.model.errors import UsageError
from probe.model.settings import PATIENT, QUICK, Pipelining, Record, Settings, Target, TargetKind, Timeouts
from probe.model.words import Family, Purpose, Stage

SELECTOR = "mail"
PLUGIN_DEADLINE = 10.0  # seconds; a monitoring system gives a plugin little more
PROOF_DEADLINE = 300.0  # seconds of a whole quick run that waits for its messages to turn up
_BY_DOMAIN = frozenset({TargetKind.DOMAIN, TargetKind.MAILBOX})
_TYPES = {"AAAA": Family.IPV6, "A": Family.IPV4}


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who is asked for, and whether the user named that mailbox for a message."""

    recipient: str | None
    consent: bool


def settings_for(
    args: Namespace,
    target: Target,
    *,
    listed: bool = False,
    consent: bool | None = None,
    zone: str | None = None,
    hints: str | None = None,
) -> Settings:
    """The settings for one target. ``zone`` is the text of the ``--overlay`` file, ``hints`` of ``--root-hints``;
    ``consent`` says whether its mailbox may be sent to, where naming it on the command line does not say so.
    """
    server, port = _server(args, target)
    envelope = _envelope(args, target, listed=listed)
    if consent is not None:
        envelope = replace(envelope, consent=consent and bool(args.to or target.recipient))
    until = _until(args, target, envelope, listed=listed)
    if args.via is not None:
        _check_via(args, target, until)
    sender = _sender(args)
    signing = args.dkim_key is not None and until.rank >= Stage.DATA.rank
    return Settings(
        families=_families(args),
        until=until,
        sender=sender,
        recipient=envelope.recipient if until.rank >= Stage.RCPT.rank else None,
        helo=args.helo,
        port=port,
        server=server,
        overlay=(*_mx(args, target), *_pinned(args.resolve or (), port), *_zone(zone, target, args.overlay)),
        nameservers=tuple(args.nameserver or ()),
        redirects=tuple(args.connect_to or ()),
        source6=args.source6,
        source4=args.source4,
        treat_global=tuple(args.treat_global or ()),
        references=tuple(args.reference or ()),
        proofs=tuple(args.proof or ()) if until is Stage.DELIVERY else (),
        timeouts=_timeouts(args, until),
        greylist=args.greylist,
        pause=args.pause,
        max_addresses=args.max_addresses,
        every_address=args.every_address,
        engine=args.engine,
        ca_file=args.ca,
        trust_ad=args.trust_ad,
        contact=args.contact,
        seed=args.seed,
        via=args.via,
        plain=args.plain,
        services=_services(args, target),
        named=not listed,
        dkim_selector=(args.dkim_selector or SELECTOR) if signing else None,
        dkim_domain=_signing_domain(args, sender) if signing else None,
        pipelining=args.pipelining,
        root_hints=_root_hints(hints, args.root_hints),
        sender6=tuple(args.sender6 or ()),
        sender4=tuple(args.sender4 or ()),
        dnsbl=tuple(args.dnsbl or ()),
    )


def announcement(target: Target, settings: Settings) -> str | None:
    """What is said before a message leaves, or None when none will."""
    if settings.until.rank < Stage.DATA.rank:
        return None
    through = f", through {settings.via}" if settings.via is not None else ""
    if Purpose.SMUGGLING in settings.trials:
        through += "; and up to 4 over each to test the end of data"
    if settings.every_address:
        return f"a message to {settings.recipient} over every address{through}"
    reached = settings.families
    if target.kind is TargetKind.ADDRESS and settings.via is None:
        reached = (family_of(target.name),)
    match reached:
        case (only,):
            return f"1 message to {settings.recipient}, over {only.label}{through}"
        case several:
            return f"{len(several)} messages to {settings.recipient}, one over each family{through}"


def _check_via(args: Namespace, target: Target, until: Stage) -> None:
    """What says how MX hosts are to be visited means nothing where they are not."""
    if until.rank < Stage.DATA.rank:
        raise UsageError(f"--via: a message goes through that server, and none goes to {target.text}; name a mailbox")
    useless = {
        "--server": args.server,
        "--mx": args.mx,
        "--port": args.port,
        "--connect-to": args.connect_to,
        "--every-address": args.every_address,
        "--pipelining": args.pipelining is Pipelining.AUTO,
        f"the port in {target.text}": target.port,
    }
    for option, value in useless.items():
        if value:
            raise UsageError(f"--via: beside it {option} means nothing: the hosts of the target are not visited")


def _services(args: Namespace, target: Target) -> bool:
    """What DNS names for a domain; a host or an address is no domain, and ``--plain`` asks for nothing beside."""
    if not args.services:
        return False
    if target.kind not in _BY_DOMAIN:
        raise UsageError(f"--services: {target.text} is a host; name the domain whose services these are")
    if args.plain or args.via is not None:
        raise UsageError(f"--services: {'--plain' if args.plain else '--via'} leaves them out; take one of the two")
    return True


def _sender(args: Namespace) -> str:
    """Nobody, unless told otherwise; through a submission server the mailbox that logs in, as in a mail program."""
    if args.sender is not None or args.via is None:
        return args.sender or ""
    from probe.grammar.smtp_path import parse_mailbox
    from probe.grammar.submission_url import parse

    try:
        return "@".join(parse_mailbox(parse(args.via).user or ""))
    except UsageError:
        return ""  # a user name that is no mailbox


def _signing_domain(args: Namespace, sender: str) -> str:
    """The domain of the message's From, which a signature has to be for to count (RFC 7489 3.1.1)."""
    domain = _domain(sender) or args.helo
    if domain is None or domain.startswith("["):
        raise UsageError("--dkim-key: for which domain? say --from ADDR, or --helo NAME for a message from nobody")
    return str(domain)


def _families(args: Namespace) -> tuple[Family, ...]:
    if args.only4 and args.only6:
        raise UsageError("-4 and -6 exclude each other; without them both families are measured")
    if args.only4:
        return (Family.IPV4,)
    return (Family.IPV6,) if args.only6 else (Family.IPV6, Family.IPV4)


def _server(args: Namespace, target: Target) -> tuple[str | None, int]:
    """The host that replaces the MX look-up, and the one port all this is about."""
    server, server_port = args.server or (None, None)
    if server and target.kind not in _BY_DOMAIN:
        raise UsageError(f"--server: {target.text} is a host already")
    ports = {port for port in (args.port, server_port, target.port) if port is not None}
    if len(ports) > 1:
        raise UsageError(f"two different ports for {target.text}: {' and '.join(map(str, sorted(ports)))}")
    return server, ports.pop() if ports else Settings().port


def _envelope(args: Namespace, target: Target, *, listed: bool) -> Envelope:
    if args.to and target.recipient and args.to != target.recipient:
        raise UsageError(f"--to: {args.to} beside {target.recipient}; name one mailbox")
    named, domain = args.to or target.recipient, args.domain
    if named and domain and _domain(named) != domain:
        raise UsageError(f"--domain: {domain} beside {named}; these are two envelopes, write one of them")
    by_domain = target.kind in _BY_DOMAIN
    if by_domain and not args.server:
        for option, word, place in (("--to", named, _domain(named)), ("--domain", domain, domain)):
            if word and place != target.name:
                raise UsageError(
                    f"{option}: {word} is not at {target.name}; to ask its hosts write --server HOST or [HOST]"
                )
    if named:
        return Envelope(named, consent=bool(args.to) or not listed)
    domain = domain or (target.name if by_domain else None)
    return Envelope(f"postmaster@{domain}" if domain else None, consent=False)


def _domain(mailbox: str | None) -> str | None:
    return mailbox.rpartition("@")[2] if mailbox else None


def _until(args: Namespace, target: Target, envelope: Envelope, *, listed: bool) -> Stage:
    """The last stage wanted, which must be one this envelope allows."""
    if args.until and args.quit_after and args.until is not args.quit_after:
        raise UsageError("--until and --quit-after say two different things; write one of them")
    asked: Stage | None = args.until or args.quit_after
    if asked is None:
        return _usual(envelope, listed=listed, proofs=bool(args.proof))
    if asked.rank >= Stage.DATA.rank and not envelope.consent:
        why = (
            f"a mailbox in a list ({target.text}) is never sent a message; name it on the command line"
            if target.recipient
            else "a message goes only to a mailbox you name, as the target or by --to ADDR"
        )
        if args.config is not None and listed:
            why = "from a configuration a message goes only to a mailbox beside send = true"
        raise UsageError(f"--until {asked}: {why}")
    if asked is Stage.RCPT and envelope.recipient is None:
        raise UsageError(f"--until rcpt: whom to ask {target.text} for? add --domain NAME or --to ADDR")
    if asked is Stage.DELIVERY and not args.proof:
        raise UsageError("--until delivery: needs --proof SPEC, the place where the message must turn up")
    return asked


def _usual(envelope: Envelope, *, listed: bool, proofs: bool) -> Stage:
    """How far to go when nothing was said."""
    if envelope.recipient is None or (listed and not envelope.consent):
        return Stage.STARTTLS
    if not envelope.consent:
        return Stage.RCPT
    return Stage.DELIVERY if proofs else Stage.DATA


def _mx(args: Namespace, target: Target) -> tuple[Record, ...]:
    if not args.mx:
        return ()
    if target.kind not in _BY_DOMAIN:
        raise UsageError(f"--mx: {target.text} is a host, there is no MX look-up to replace")
    if args.server:
        raise UsageError("--mx and --server exclude each other: the one replaces the MX records, the other the look-up")
    hosts = dict.fromkeys(args.mx)
    return (
        Record(target.name, "MX", tuple(f"{10 * place} {host}." for place, host in enumerate(hosts, 1)), option=True),
    )


def _pinned(pins: Iterable[Pinned], port: int) -> tuple[Record, ...]:
    """Both families of each name; one that was not given has no data."""
    addresses: dict[str, dict[str, None]] = {}
    for pin in pins:
        if pin.port not in {None, port}:
            raise UsageError(f"--resolve: {pin.name} at port {pin.port}, but port {port} is dialled")
        addresses.setdefault(pin.name, {}).update(dict.fromkeys(pin.addresses))
    return tuple(
        Record(name, rrtype, tuple(item for item in found if family_of(item) is family), option=True)
        for name, found in addresses.items()
        for rrtype, family in _TYPES.items()
    )


def _zone(zone: str | None, target: Target, name: str) -> tuple[Record, ...]:
    if zone is None:
        return ()
    from probe.api import read_overlay

    return read_overlay(zone, "." if target.kind is TargetKind.ADDRESS else target.name, name)


def _root_hints(hints: str | None, name: str) -> tuple[str, ...]:
    """The addresses in a file like named.root, whatever the servers are called."""
    if hints is None:
        return ()
    from probe.api import read_overlay

    found = (record for rrset in read_overlay(hints, ".", name) if rrset.rrtype in _TYPES for record in rrset.records)
    addresses = tuple(dict.fromkeys(found))
    if not addresses:
        raise UsageError(f"--root-hints: {name} holds no A or AAAA record of a root server (as named.root does)")
    return addresses


def _timeouts(args: Namespace, until: Stage) -> Timeouts:
    """The profile, then what was said. A quick run that may wait for greylisting gets that time on top."""
    times = PATIENT if args.profile == "patient" else QUICK
    if args.timeout is not None:
        # Never less for the final dot: a message given up there may be delivered twice (RFC 5321 4.5.3.2.6).
        longest = max(times.final_dot, args.timeout)
        times = replace(times, connect=args.timeout, banner=args.timeout, reply=args.timeout, final_dot=longest)
    if args.deadline is not None:
        return replace(times, deadline=args.deadline)
    if times.deadline is None:
        return times
    if args.format == "nagios":
        return replace(times, deadline=PLUGIN_DEADLINE)
    whole = PROOF_DEADLINE if until is Stage.DELIVERY else times.deadline
    return replace(times, deadline=whole + args.greylist)
