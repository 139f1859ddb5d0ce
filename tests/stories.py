"""A conversation as a story: what two engines, or two ways of asking, tell alike. No times, no queue ids, no keys."""

import re

from probe.model.measurement import Measurement
from probe.model.smtp import Observation, Session, TlsFacts

QUEUE_ID = re.compile(r"queued as \S+")
ENVID = re.compile(r"ENVID=\S+")


def steps(session: Session, *, forgiving: bool = False) -> list[tuple[object, ...]]:
    """Each step: stage, whether inside TLS, what was said, what came of it."""

    def reply(step: Observation) -> object:
        if step.reply is None or (forgiving and step.failure and step.stage == "starttls"):
            return None
        lines = [QUEUE_ID.sub("queued as ID", line.strip()) for line in step.reply.lines]
        return step.reply.code, step.reply.enhanced, lines

    def command(step: Observation) -> str | None:
        return step.command and ENVID.sub("ENVID=token", step.command)  # every message has its own

    return [(step.stage, step.tls, command(step), step.failure, step.icmp, reply(step)) for step in session.steps]


def handshake(facts: TlsFacts | None) -> object:
    """What does not change with the key: each world has an authority of its own."""
    if facts is None:
        return None
    return (
        (facts.version, facts.cipher, facts.trusted, facts.reason, facts.name_matches, len(facts.chain)),
        (facts.subject, facts.issuer, facts.names),
    )


def story(session: Session, *, forgiving: bool = False) -> dict[str, object]:
    """One conversation."""
    return {
        "who": (session.mx, session.names, session.address, session.port, session.purpose, session.until),
        "how far": (session.reached, session.failure, session.completed),
        "steps": steps(session, forgiving=forgiving),
        "capabilities": (session.capabilities, session.capabilities_tls),
        "echo": (session.helo, session.client_echo, session.source),
        "tls": handshake(session.tls),
        "goodbye": [line.text for line in session.transcript if line.who == "C"][-1:],
    }


def stories(measurement: Measurement, *, forgiving: bool = False) -> list[dict[str, object]]:
    """All conversations, by address and then in the order they were held."""
    sessions = measurement.sessions + measurement.references
    return [
        story(session, forgiving=forgiving)
        for session in sorted(sessions, key=lambda item: (item.address, item.started))
    ]
