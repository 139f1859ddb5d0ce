"""What may be sent when, as tables: where a conversation stands, what each verb needs, where each reply leads.

In: the phase, the commands, what the current EHLO offered. ``OurMistake`` when they may not be sent now; else nothing.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum, auto
from functools import lru_cache

from probe.smtp.commands import Command, OurMistake


class Phase(StrEnum):
    """Where a conversation stands."""

    __hash__ = str.__hash__  # Enum's own is written in Python, and the tables below are read for every command

    GREETING = auto()  # nothing may be sent before the final 220 line (RFC 5321 4.3.1)
    TURNED_AWAY = auto()  # greeted with something else: only QUIT is left (RFC 5321 3.1)
    READY = auto()  # greeted, or fresh in TLS, where all that was offered before is forgotten (RFC 3207 4.2)
    HELLO = auto()  # EHLO or HELO was answered
    MAIL = auto()  # a reverse-path was taken
    RCPT = auto()  # and a recipient
    CONTENT = auto()  # 354: the message, and nothing else
    SECURING = auto()  # 220 to STARTTLS: the handshake, and nothing else
    OVER = auto()  # a 421, the end of QUIT, or an end that nobody announced


_ANY_TIME = frozenset({"EHLO", "HELO", "RSET", "NOOP", "HELP", "VRFY", "EXPN", "QUIT"})
MAY_SEND: dict[Phase, frozenset[str]] = {
    Phase.GREETING: frozenset(),
    Phase.TURNED_AWAY: frozenset({"QUIT"}),
    Phase.READY: _ANY_TIME,
    Phase.HELLO: _ANY_TIME | {"MAIL", "STARTTLS"},
    Phase.MAIL: _ANY_TIME | {"RCPT"},
    Phase.RCPT: _ANY_TIME | {"RCPT", "DATA"},
    Phase.CONTENT: frozenset(),
    Phase.SECURING: frozenset(),
    Phase.OVER: frozenset(),
}
"""RFC 5321 4.1.4."""

ENDS_GROUP = frozenset({"EHLO", "HELO", "DATA", "VRFY", "EXPN", "TURN", "QUIT", "NOOP", "HELP", "STARTTLS"})
"""RFC 2920 3.1: what comes after these depends on how they are answered. HELO and HELP are our own caution."""

GREETING, FINAL_DOT = "", "."
"""Two things that are answered and are no verbs."""

_HOPED_FOR = {"MAIL": 250, "RCPT": 250, "DATA": 354, "RSET": 250, "EHLO": 250, "HELO": 250}


@lru_cache(maxsize=512)  # most conversations take the same way
def after(phase: Phase, answered: str, code: int) -> Phase:
    """Where ``code`` leads, given what it answers."""
    good = code // 100 == 2
    if code == 421:  # RFC 5321 3.8: the server is about to close
        return Phase.OVER
    match answered:
        case "":
            return Phase.READY if code == 220 else Phase.TURNED_AWAY
        case "EHLO" | "HELO" if good:
            return Phase.HELLO
        case "MAIL" if good:
            return Phase.MAIL
        case "RCPT" if good and phase in {Phase.MAIL, Phase.RCPT}:
            return Phase.RCPT
        case "DATA" if code == 354:
            return Phase.CONTENT
        case "RSET" if good and phase in {Phase.MAIL, Phase.RCPT}:
            return Phase.HELLO
        case ".":  # whatever it says, the transaction is over
            return Phase.HELLO
        case "STARTTLS" if code == 220:
            return Phase.SECURING
        case "QUIT":
            return Phase.OVER
        case _:
            return phase


def admit(phase: Phase, group: Sequence[Command], offered: Collection[str]) -> None:
    """Nothing when ``group`` may be sent now; of a group, each command as if those before it had been taken."""
    if not group:
        raise OurMistake("nothing to send")
    if len(group) > 1:
        _admit_group(group, offered)
    for item in group:
        if item.verb not in MAY_SEND[phase]:
            raise OurMistake(f"{item.verb} may not be sent in phase {phase.name}")
        if item.verb == "STARTTLS" and "STARTTLS" not in offered:
            raise OurMistake("STARTTLS was not offered by the last EHLO (RFC 3207 4)")
        if item.needs and not item.needs.issubset(offered):
            missing = ", ".join(sorted(item.needs.difference(offered)))
            raise OurMistake(f"{item.verb} needs {missing}, which the last EHLO did not offer")
        phase = after(phase, item.verb, _HOPED_FOR.get(item.verb, 250))


def _admit_group(group: Sequence[Command], offered: Collection[str]) -> None:
    """RFC 2920 3.1."""
    if "PIPELINING" not in offered:
        raise OurMistake("PIPELINING was not offered by the last EHLO: one command at a time")
    if any(item.verb == "STARTTLS" for item in group):
        raise OurMistake("STARTTLS goes alone: what follows it would be read inside TLS")
    early = [item.verb for item in group[:-1] if item.verb in ENDS_GROUP]
    if early:
        raise OurMistake(f"{early[0]} may only end a group (RFC 2920 3.1)")
