"""DANE: the keys that the DNS promises for the mail hosts.

WHY
    A TLSA record in a signed zone tells every sender which key the mail host has, and that it must not deliver without
    TLS. A sender that checks stops where the key does not fit. The record belongs to the name, and the name has two
    families: a key that was changed on the machine behind one of them only stops that half of the mail.

FINDS
dane-tlsa-mismatch: the host shows, over this family, a key that none of its TLSA records speaks of. Critical; a warning
    where the MX records are not signed, for then only some senders check (Postfix does).
dane-unusable: TLSA records that no sender uses: not signed, of usages 0 and 1, or malformed. A note where others stand
    beside them, or where our resolver does not tell what is signed.
dane-lookup-fail: the addresses of the host can be looked up and the TLSA records cannot. Senders that check wait then.
    Unknown where our resolver answers no question of that kind, whosever it is.
dane-untested: the certificate shown is not promised, but senders that check ask by another name (the address belongs to
    two MX hosts, or the host is an alias), and by that one it could not be asked. Unknown: try again later.
dane-tlsa-match: a note: the key shown is the one promised.

FIX
    Publish the keys of both machines, the new one before it is put to use, and drop the old one two TTLs later:
        _25._tcp.mx1.example.com. IN TLSA 3 1 1 <SHA-256 of the new public key>
        _25._tcp.mx1.example.com. IN TLSA 3 1 1 <SHA-256 of the old public key>
    The digest of a key (then sign the zone):
        openssl x509 -in mx1.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum

SEE
    RFC 7672 (DANE for SMTP), RFC 7671 8.1 (changing keys), RFC 6698.
"""

import hashlib
from collections.abc import Iterator

from probe.grammar.der import public_key_info
from probe.judge.facts.conversations import ending, paths
from probe.judge.facts.dane import Match, Promise, Security, asked_by, promise_of, promises, shown_for, verify
from probe.judge.wording import Case, argument, fold, short
from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session, TlsFacts
from probe.model.words import Failure, Outcome, Verdict

_MOST_RECORDS = 8
_NO_TLS = frozenset({Failure.TLS_HANDSHAKE, Failure.TLS_CERTIFICATE})
_SEE = "RFC 7672 2 and 3, RFC 7671 8.1"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each handshake beside what is promised, and each set of records by itself."""
    broken: list[Case] = []
    kept: list[Case] = []
    unseen: list[Case] = []
    for session in paths(measurement):
        for host in dict.fromkeys((session.mx, *session.names)):
            promise = promise_of(measurement, host)
            if session.tls is None or promise is None or promise.security is not Security.SECURE or not promise.force:
                continue
            facts = shown_for(measurement, session, promise.base)
            if facts is None:
                failed, unknown = _unseen(measurement, session, session.tls, promise)
                broken += failed
                unseen += unknown
                continue
            match = verify(promise, facts)
            if match.kept is False:
                broken.append(_mismatch(session, facts, promise, match))
            elif match.kept:
                kept.append(_match(session, promise, match))
    yield from fold(measurement, "dane-tlsa-mismatch", _SEE, broken)
    yield from fold(measurement, "dane-untested", "RFC 7672 8.1", unseen)
    yield from fold(measurement, "dane-tlsa-match", _SEE, kept)
    unfinished = measurement.inquiries is not None and _unfinished(measurement)
    for promise in promises(measurement):
        if promise.records:
            yield from _unusable(promise)
        elif promise.lookup.outcome.inconclusive and not unfinished:
            yield from _unknown(measurement, promise)


def _unfinished(measurement: Measurement) -> bool:
    inquiries = measurement.inquiries
    return inquiries is not None and inquiries.dane is not None and inquiries.dane.unfinished


def _mismatch(session: Session, facts: TlsFacts, promise: Promise, match: Match) -> Case:
    key = _digest(facts)
    binding = promise.mx_security is Security.SECURE
    why = match.why or f"none of the TLSA records of {promise.base} speaks of its key"
    stop, verdict = _stop(promise)
    aside = () if binding else ("the MX records are not signed: Postfix checks all the same, others need not",)
    return Case(
        session,
        verdict,
        f"mismatch {key} {why}",
        lambda who, over: f"{who} shows a certificate {over} that DANE does not allow: {short(why)}; {stop}.",
        (*_published(promise), f"shown: 3 1 1 {key or 'unreadable'}", *aside),
        _publish(promise, key),
        host=_other(session, promise),
    )


def _match(session: Session, promise: Promise, match: Match) -> Case:
    return Case(
        session,
        Verdict.OK,
        f"match {match.record}",
        lambda who, over: f"{who} shows {over} what its TLSA record promises.",
        (f"{promise.lookup.name} TLSA {match.record}",),
        host=_other(session, promise),
    )


def _unseen(
    measurement: Measurement, session: Session, first: TlsFacts, promise: Promise
) -> tuple[list[Case], list[Case]]:
    """No certificate for the name senders ask by: its handshake fails, or nothing is known of it.

    What was shown for another name may be what this one has, and then nothing is amiss.
    """
    asked = asked_by(measurement, session, promise.base)
    end = None if asked is None else ending(asked)
    if end is not None and end.failure in _NO_TLS:
        return [_no_handshake(session, end, first, promise)], []
    if verify(promise, first).kept is not False:
        return [], []
    why = "nobody asked" if end is None else f"the conversation ended at {end.stage} ({end.failure})"
    return [], [
        Case(
            session,
            Verdict.UNKNOWN,
            f"untested {why}",
            lambda who, over: (
                f"Whether {who} shows {over} what its TLSA records promise is not known: the same machine shows "
                f"another certificate as {session.mx}, and for {_asked(promise)} {why}."
            ),
            _published(promise),
            f"Ask for that name alone:\n  probe6 [{argument(promise.base, 'HOST')}]",
            host=promise.host,
        )
    ]


def _no_handshake(session: Session, end: Observation, first: TlsFacts, promise: Promise) -> Case:
    detail = f" ({short(end.detail)})" if end.detail else ""
    stop, verdict = _stop(promise)
    asked, host = _asked(promise), argument(promise.base, "HOST")
    return Case(
        session,
        verdict,
        f"no handshake {end.failure}",
        lambda who, over: f"{who} fails the TLS handshake {over} when it is asked for by {asked}{detail}; {stop}.",
        (*_published(promise), f"[{session.address}] asked for as {session.mx}: {first.version}"),
        "Let the server answer to every name it is an MX host by, with one certificate or one for each:\n"
        f"  openssl s_client -starttls smtp -connect {host}:{session.port} -servername {host}",
        host=promise.host,
    )


def _asked(promise: Promise) -> str:
    """The name senders ask by, behind ``for`` or ``by``."""
    return "this name" if promise.base == promise.host else f"the name its TLSA records stand at, {promise.base},"


def _other(session: Session, promise: Promise) -> str | None:
    """The name a case is about, where the conversation went by another."""
    return None if promise.host == session.mx else promise.host


def _stop(promise: Promise) -> tuple[str, Verdict]:
    """What a certificate that was not promised costs."""
    if promise.mx_security is Security.SECURE:
        return "senders that heed DANE do not deliver there", Verdict.CRITICAL
    return "some senders do not deliver there", Verdict.WARNING


def _digest(facts: TlsFacts) -> str:
    key = public_key_info(facts.chain[0]) if facts.chain else None
    return "" if key is None else hashlib.sha256(key).hexdigest()


def _published(promise: Promise) -> tuple[str, ...]:
    return tuple(
        f"{promise.lookup.name} TLSA {record}{f' ({record.fault})' if record.fault else ''}"
        for record in promise.records[:_MOST_RECORDS]
    )


def _publish(promise: Promise, key: str) -> str:
    return (
        "Publish the key that is in use beside the others, or put the promised key to use there:\n"
        f"  {_name(promise)}. IN TLSA 3 1 1 {key or '<SHA-256 of the public key>'}"
    )


def _name(promise: Promise) -> str:
    """Where the records stand, for a command: what is before the host's name is ours."""
    return promise.lookup.name.removesuffix(promise.base) + argument(promise.base, "HOST")


def _unusable(promise: Promise) -> Iterator[Finding]:
    """Records that help nobody. Whether they are signed counts only where our resolver would know."""
    faults = [f"{record}: {record.fault}" for record in promise.records if record.fault]
    if promise.security is Security.INSECURE:
        what, verdict = "publishes TLSA records that are not signed, so no sender uses them", Verdict.WARNING
        fix = "Sign the zone and have its DS record put into the parent zone, or remove the TLSA records."
    elif not promise.force:
        known = promise.security is Security.SECURE
        what = "publishes TLSA records none of which mail senders can use"
        verdict = Verdict.WARNING if known else Verdict.OK
        fix = _publish(promise, "")
    elif promise.security is Security.UNKNOWN:
        what, verdict = "publishes TLSA records; whether they are signed is not known from here", Verdict.OK
        fix = "Ask a validating resolver on this machine, or one that is trusted:\n  probe6 --trust-ad ..."
    elif faults:
        what, verdict, fix = "publishes TLSA records that senders pass over, beside good ones", Verdict.OK, ""
    else:
        return
    yield Finding(
        "dane-unusable",
        verdict,
        None,
        promise.host,
        f"{promise.host} {what}.",
        _published(promise),
        fix or None,
        "RFC 7672 2.2.1, 3.1.3",
    )


def _control(measurement: Measurement) -> Resolution | None:
    """What our resolver says when it is asked for the TLSA records of the root."""
    inquiries = measurement.inquiries
    return None if inquiries is None or inquiries.dane is None else inquiries.dane.control


def _unknown(measurement: Measurement, promise: Promise) -> Iterator[Finding]:
    """The TLSA records of a host whose addresses could be looked up: a signed host's must be known or denied."""
    found = promise.lookup
    if found.outcome is Outcome.TIMEOUT and found.elapsed < 0.9 * measurement.settings.timeouts.dns:
        return  # the end of the run cut the waiting short
    control = _control(measurement)
    if promise.host_security is not Security.SECURE or found.outcome is Outcome.REFUSED_QUERY:
        verdict = Verdict.OK  # nobody asks where the host is not signed; and a refusal is our own resolver's
    elif control is not None and control.outcome.inconclusive:
        verdict = Verdict.UNKNOWN  # it answers no such question at all
    elif promise.mx_security is Security.SECURE:
        verdict = Verdict.CRITICAL
    else:
        verdict = Verdict.WARNING
    stop = {
        Verdict.UNKNOWN: "nor can those of the root, so the fault is near our own resolver",
        Verdict.OK: "whether that matters is not known from here",
        Verdict.WARNING: "some senders that know DANE wait until they can",
        Verdict.CRITICAL: "senders that know DANE wait until they can and do not deliver",
    }[verdict]
    yield Finding(
        "dane-lookup-fail",
        verdict,
        None,
        promise.host,
        f"The TLSA records of {promise.host} cannot be looked up, though its addresses can; {stop}.",
        tuple(
            f"{item.name or '.'} TLSA: {item.outcome}{f' ({short(item.detail)})' if item.detail else ''}"
            for item in (found, control)
            if item is not None
        ),
        "Let the name servers answer for every type, and no firewall drop TLSA questions:\n"
        f"  dig +dnssec {_name(promise)} TLSA",
        "RFC 7672 2.1.2",
    )
