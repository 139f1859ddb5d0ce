"""Conversations and test messages as the JSON report shows them.

In: nouns of the measurement. Out: dictionaries, keys in the order of the interface. Values JSON has no word for (times,
bytes) stay as they are: the caller makes them plain.
"""

from collections.abc import Mapping, Sequence

from probe.grammar.privacy import message_lines
from probe.grammar.skew import Adjusted, adjusted
from probe.model.bounce import Bounce
from probe.model.delivery import Attempt, Hop
from probe.model.smtp import Line, Observation, Reply, Session, TcpInfo, TlsFacts
from probe.report.json.logs import trace

HIDDEN_TEXT = "(message text hidden)"


def session(talk: Session, *, redact: bool) -> dict[str, object]:
    """One conversation; ``redact`` hides the text of messages in its transcript."""
    return {
        "mx": talk.mx,
        "address": talk.address,
        "port": talk.port,
        "family": talk.family,
        "source": talk.source,
        "reached": talk.reached,
        "failure": talk.failure,
        "banner": f"{talk.banner.code} {talk.banner.text}" if talk.banner else None,
        "capabilities": talk.capabilities,
        "capabilities_tls": talk.capabilities_tls,
        "client_echo": talk.client_echo,
        "tls": _tls(talk.tls) if talk.tls else None,
        "steps": [_step(step) for step in talk.steps],
        "transcript": _transcript(talk.transcript, redact=redact),
        "names": talk.names,
        "purpose": talk.purpose,
        "helo": talk.helo,
        "until": talk.until,
        "started": talk.started,
        "elapsed": talk.elapsed,
        "redirected": talk.redirected,
        "tcp": _tcp(talk.tcp) if talk.tcp else None,
        "group": talk.group,
        "group_fault": talk.group_fault,
        "max_segment": talk.max_segment,
        "shared": talk.shared,
    }


def _tls(facts: TlsFacts) -> dict[str, object]:
    """What the handshake showed; ``verified`` takes the chain and the name together."""
    mismatch = "hostname mismatch" if facts.name_matches is False else None
    return {
        "version": facts.version,
        "cipher": facts.cipher,
        "verified": False if mismatch else facts.trusted,
        "reason": facts.reason or mismatch,
        "subject": facts.subject,
        "issuer": facts.issuer,
        "names": facts.names,
        "not_after": facts.not_after,
        "sha256": facts.sha256,
        "chain": facts.chain,
        "trusted": facts.trusted,
        "name_matches": facts.name_matches,
        "not_before": facts.not_before,
        "spki_sha256": facts.spki_sha256,
    }


def _step(step: Observation) -> dict[str, object]:
    return {
        "stage": step.stage,
        "started": step.started,
        "elapsed": step.elapsed,
        "reply": _reply(step.reply) if step.reply else None,
        "failure": step.failure,
        "detail": step.detail,
        "command": step.command,
        "tls": step.tls,
        "icmp": step.icmp,
        "grouped": step.grouped,
        "delay": step.delay,
    }


def _reply(reply: Reply) -> dict[str, object]:
    return {
        "code": reply.code,
        "enhanced": reply.enhanced,
        "lines": reply.lines,
        "facts": reply.facts,
        "first_line": reply.first_line,
    }


def _tcp(info: TcpInfo) -> dict[str, object]:
    """What the kernel measured: the probe's own times can be held against it."""
    return {
        "rtt": info.rtt,
        "rttvar": info.rttvar,
        "snd_mss": info.snd_mss,
        "retransmits": info.retransmits,
        "own_mss": info.own_mss,
        "last_mss": info.last_mss,
        "received": info.received,
        "unacked": info.unacked,
        "strays": info.strays,
    }


def _transcript(lines: Sequence[Line], *, redact: bool) -> list[dict[str, object]]:
    message = message_lines(lines) if redact else frozenset()
    return [
        {"at": line.at, "who": line.who, "text": HIDDEN_TEXT if index in message else line.text, "tls": line.tls}
        for index, line in enumerate(lines)
    ]


def delivery(attempt: Attempt, results: Mapping[str, str]) -> dict[str, object]:
    """One test message. ``arrived`` is null when nobody looked; ``results`` are of the receiver's checks."""
    arrival = attempt.arrival
    looked = bool(attempt.watched) or arrival is not None
    return {
        "family": attempt.family,
        "mx": attempt.mx,
        "address": attempt.address,
        "token": attempt.token,
        "queue_id": attempt.queue_id,
        "accepted": attempt.accepted,
        "arrived": arrival is not None if looked else None,
        "where": arrival.where if arrival else None,
        "seconds": arrival.seconds if arrival else None,
        "hops": [_hop(*pair) for pair in zip(arrival.hops, adjusted(arrival.hops), strict=True)] if arrival else [],
        "copies": arrival.copies if arrival else None,
        "failure": attempt.failure,
        "session": attempt.session,
        "seconds_to_accept": attempt.seconds_to_accept,
        "watched": attempt.watched,
        "junk": arrival.junk if arrival else None,
        "results": results,
        "bounce": _bounce(attempt.bounce) if attempt.bounce else None,
        "seen": attempt.seen,
        "relayed": arrival.relayed if arrival else None,
        "logs": [trace(found) for found in attempt.traces],
    }


def _bounce(bounce: Bounce) -> dict[str, object]:
    """A report that came back: who says so, about whom, and who refused it."""
    return {
        "action": bounce.action,
        "standard": bounce.standard,
        "reporting_mta": bounce.reporting_mta,
        "queue_id": bounce.queue_id,
        "recipients": bounce.recipients,
        "explanation": bounce.explanation,
    }


def _hop(hop: Hop, true: Adjusted) -> dict[str, object]:
    """``delay`` is by the clocks as they are, ``adjusted_delay`` as it can be true, given ``clock_skew``."""
    return {
        "by": hop.by,
        "from": hop.helo,
        "address": hop.address,
        "family": hop.family,
        "protocol": hop.protocol,
        "time": hop.time,
        "delay": hop.delay,
        "reverse_name": hop.reverse_name,
        "tls": hop.tls,
        "id": hop.id,
        "recipient": hop.recipient,
        "raw": hop.raw,
        "adjusted_time": true.time,
        "adjusted_delay": true.delay,
        "clock_skew": true.skew if hop.time else None,
        "logged": hop.logged,
    }
