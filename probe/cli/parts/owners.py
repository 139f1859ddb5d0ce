"""The tests that take the owner's leave, from the words of a command line into the settings of a target.

In: a namespace, a target with its settings, the domains that are said to be the user's. Out: the settings with what was
asked for. Wrong: ``UsageError`` for what cannot be tested so, and where nothing can show whose the target is; whether a
TXT record shows it is for ``probe.measure.owner.ownership`` to see.
"""

import re
from argparse import Namespace
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from probe.grammar.smtp_path import parse_mailbox
from probe.model.errors import UsageError
from probe.model.settings import Settings, Target, TargetKind
from probe.model.trials import OPTIONS
from probe.model.words import Purpose, Stage

_NAMES = {purpose: option.removeprefix("--").replace("-", "_") for purpose, option in OPTIONS.items()}
_MAILBOX = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+")
_SAY = "(probe6 explain relay-open tells of a TXT record that shows it too)"


def with_trials(args: Namespace, target: Target, settings: Settings, owned: AbstractSet[str]) -> Settings:
    """The settings with the tests; unchanged where none was asked for."""
    trials = tuple(purpose for purpose in OPTIONS if getattr(args, _NAMES[purpose]))
    _check_companions(args, trials)
    if not trials:
        return settings
    asked = OPTIONS[trials[0]]
    if settings.via is not None:
        raise UsageError(f"{asked}: beside it --via means that the hosts of the target are not visited")
    if settings.until.rank < Stage.STARTTLS.rank:
        raise UsageError(f"{asked}: --until {settings.until} leaves before that can be seen")
    name = _subject(target, settings, asked)
    mine = is_owned(name, owned)
    if not mine and settings.contact is None:
        raise UsageError(f"{asked}: is {name} yours? say --owned {name} {_SAY}")
    _check_mailboxes(target, settings, trials, {*owned, name})
    relay_to = _foreign(args, name, settings) if Purpose.RELAY in trials else None
    return replace(settings, trials=trials, owned=mine, relay_to=relay_to, trusted_source=bool(args.trusted_source))


def _check_mailboxes(target: Target, settings: Settings, trials: tuple[Purpose, ...], owned: AbstractSet[str]) -> None:
    """Mailboxes are asked for, and written to, in one's own domains alone."""
    if Purpose.SMUGGLING in trials and settings.until.rank < Stage.DATA.rank:
        raise UsageError("--smuggling-check: sends messages, to a mailbox you name as the target or by --to ADDR")
    about = [purpose for purpose in trials if purpose in {Purpose.CATCHALL, Purpose.SMUGGLING}]
    if not about:
        return
    if settings.recipient is None:
        raise UsageError(f"{OPTIONS[about[0]]}: a mailbox of which domain? add --domain NAME for {target.text}")
    domain = settings.recipient.rpartition("@")[2]
    if not is_owned(domain, owned):
        raise UsageError(f"{OPTIONS[about[0]]}: is {domain} yours? say --owned {domain}")


def is_owned(name: str, owned: AbstractSet[str]) -> bool:
    """True for a domain among ``owned``, and for what is below it."""
    labels = name.split(".")
    return any(".".join(labels[place:]) in owned for place in range(len(labels)))


def _check_companions(args: Namespace, trials: tuple[Purpose, ...]) -> None:
    for option, value in (("--relay-to", args.relay_to), ("--trusted-source", args.trusted_source)):
        if value and Purpose.RELAY not in trials and args.config is None:
            raise UsageError(f"{option}: is about --relay-check, which was not asked for")


def _subject(target: Target, settings: Settings, asked: str) -> str:
    """The name that has to be the user's own, as ``probe.measure.owner.ownership`` sees it."""
    if target.kind is not TargetKind.ADDRESS:
        return target.name
    if settings.recipient is None:
        raise UsageError(f"{asked}: whose address is {target.text}? add --domain NAME, and --owned NAME")
    return settings.recipient.rpartition("@")[2]


def _foreign(args: Namespace, name: str, settings: Settings) -> str:
    """A mailbox of the tester's in a domain that is not under test, nor above or below one that is."""
    tested = {name, *((settings.recipient.rpartition("@")[2],) if settings.recipient else ())}
    if args.relay_to is not None:
        domain = args.relay_to.rpartition("@")[2]
        if not _elsewhere(domain, tested):
            raise UsageError(f"--relay-to: {args.relay_to} is at home here; name a mailbox of yours in another domain")
        return str(args.relay_to)
    found = next((box for box in _own(args) if _elsewhere(box.rpartition("@")[2], tested)), None)
    if found is None:
        raise UsageError("--relay-check: which mailbox of yours in another domain is asked for? add --relay-to ADDR")
    return found


def _own(args: Namespace) -> Iterator[str]:
    """Mailboxes of the user's: the sender, and what stands in the contact."""
    if args.sender:
        yield args.sender
    for word in _MAILBOX.findall(args.contact or ""):
        try:
            yield "@".join(parse_mailbox(word.removeprefix("mailto:")))
        except UsageError:
            continue


def _elsewhere(domain: str, tested: AbstractSet[str]) -> bool:
    return not any(f".{one}".endswith(f".{domain}") or f".{domain}".endswith(f".{one}") for one in tested)
