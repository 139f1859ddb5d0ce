"""The JSON report described for programs: a JSON Schema (draft 2020-12), shapes as the interface has them.

In: the schemas of the settings, which grow with the options, and of what was remembered. Out: the schema, as plain
data. Keys are only ever added, so unknown ones are allowed; every known key is there, null when absent.
"""

from probe.model.bounce import Action
from probe.model.log import Daemon, Fate, LogKind
from probe.model.report import SCHEMA
from probe.model.trials import Leave
from probe.model.words import (
    AddressClass,
    Failure,
    Family,
    Outcome,
    Parity,
    Port25,
    Provenance,
    Purpose,
    Sameness,
    Stage,
    Verdict,
)
from probe.report.json.outgoing import outbox
from probe.report.json.shapes import BASE64, FLAG, NUMBER, TEXT, TIME, WHOLE, Shape
from probe.report.json.shapes import list_of as _list
from probe.report.json.shapes import maybe as _maybe
from probe.report.json.shapes import object_of as _object
from probe.report.json.shapes import word as _word


def schema(settings: Shape, memory: Shape, definitions: Shape) -> Shape:
    """The schema of what ``--format json`` gives: one report, or an array of several. ``definitions`` are those that
    ``settings`` and ``memory`` refer to.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A report of probe6",
        "anyOf": [{"$ref": "#/$defs/report"}, _list({"$ref": "#/$defs/report"})],
        "$defs": definitions | {"report": _report(settings, memory)},
    }


def _report(settings: Shape, memory: Shape) -> Shape:
    return _object(
        schema={"const": SCHEMA},
        probe6=TEXT,
        target=TEXT,
        started=TIME,
        elapsed=NUMBER,
        verdict=_word(Verdict),
        parity=_word(Parity),
        summary=TEXT,
        engine=TEXT,
        queries=WHOLE,
        connections=WHOLE,
        settings=settings,
        vantage=_object(ipv6=_vantage(), ipv4=_vantage()),
        resolution=_resolution(),
        mx=_list(_mx()),
        sessions=_list(_session()),
        deliveries=_list(_delivery()),
        comparisons=_list(_comparison()),
        findings=_list(_finding()),
        references=_list(_session()),
        name=TEXT,
        recipient=_maybe(TEXT),
        senders=_list(_sender()),
        memory=_maybe(memory),
        configuration={"type": ["object", "null"]},  # everything that was read: its shape is the measurement's
        logs=_list(_log()),
        notes=_list(TEXT),
        inquiries={"type": ["object", "null"]},  # a key per inquiry, whose shapes are the measurement's too
        outbound=_maybe(outbox()),
        changes={"type": ["object", "null"]},  # the page of ``diff``: probe6.changes/1
        expectations=_list(_expectation()),
        trials=_maybe(_trials()),
    )


def _trials() -> Shape:
    foreign = _object(mailbox=TEXT, hosts=_list(TEXT), trouble=_maybe(TEXT))
    return _object(leave=_word(Leave), foreign=_maybe(foreign), sessions=_list(_session()))


def _expectation() -> Shape:
    words = {"what": TEXT, "verdict": _word(Verdict), "family": _maybe(_word(Family))}
    return _object(**words, subject=TEXT, expected=TEXT, actual=TEXT)


def _sender() -> Shape:
    attempt = _object(host=TEXT, address=TEXT, family=_word(Family), ended=_maybe(TEXT), seconds=_maybe(NUMBER))
    return _object(name=TEXT, tries=_list(attempt), delivers=_maybe(FLAG), seconds=_maybe(NUMBER), worst=_maybe(NUMBER))


def _vantage() -> Shape:
    route = _object(
        **{"address": TEXT, "source": _maybe(TEXT), "class": _maybe(_word(AddressClass)), "usable": FLAG, "nat": FLAG},
        failure=_maybe(_word(Failure)),
        reason=_maybe(TEXT),
    )
    return _object(
        usable=_maybe(FLAG),
        source=_maybe(TEXT),
        nat=FLAG,
        ptr=_list(TEXT),
        fcrdns=_maybe(FLAG),
        port25=_maybe(_word(Port25)),
        reason=_maybe(TEXT),
        temporary=_maybe(FLAG),
        deprecated=_maybe(FLAG),
        helo=_maybe(TEXT),
        routes=_list(route),
        port25_by=_maybe(_object(family=_word(Family), source=TEXT, host=TEXT, address=TEXT, at=TIME)),
    )


_LOOK_UP: dict[str, Shape] = {
    "outcome": _word(Outcome),
    "ttl": _maybe(WHOLE),
    "ad": FLAG,
    "provenance": _word(Provenance),
    "records": _list(TEXT),
    "cnames": _list(TEXT),
    "server": _maybe(TEXT),
    "elapsed": NUMBER,
    "detail": _maybe(TEXT),
}


def _resolution() -> Shape:
    return _object(
        mx=_maybe(_object(**_LOOK_UP)),
        aliases=_list(TEXT),
        null_mx=FLAG,
        null_mx_mixed=FLAG,
        bad_targets=_list(TEXT),
        dns64=_list(TEXT),
        nameservers=_list(TEXT),
    )


def _mx() -> Shape:
    address = _object(
        **{"address": TEXT, "class": _word(AddressClass), "ptr": _list(TEXT), "fcrdns": _maybe(FLAG)},
        ptr_outcome=_maybe(_word(Outcome)),
        synthesised=FLAG,
        dial=FLAG,
    )
    family = _object(**_LOOK_UP, addresses=_list(address))
    return _object(host=TEXT, preference=_maybe(WHOLE), implicit=FLAG, ipv6=family, ipv4=family, cnames=_list(TEXT))


def _session() -> Shape:
    return _object(
        mx=TEXT,
        address=TEXT,
        port=WHOLE,
        family=_word(Family),
        source=_maybe(TEXT),
        reached=_word(Stage),
        failure=_maybe(_word(Failure)),
        banner=_maybe(TEXT),
        capabilities=_list(TEXT),
        capabilities_tls=_list(TEXT),
        client_echo=_maybe(TEXT),
        tls=_maybe(_tls()),
        steps=_list(_step()),
        transcript=_list(_object(at=NUMBER, who=TEXT, text=TEXT, tls=FLAG)),
        names=_list(TEXT),
        purpose=_word(Purpose),
        helo=_maybe(TEXT),
        until=_word(Stage),
        started=NUMBER,
        elapsed=NUMBER,
        redirected=FLAG,
        tcp=_maybe(
            _object(
                **dict.fromkeys(("rtt", "rttvar"), NUMBER),
                **dict.fromkeys(("snd_mss", "retransmits"), WHOLE),
                **dict.fromkeys(("own_mss", "last_mss", "received", "unacked", "strays"), _maybe(WHOLE)),
            )
        ),
        group=_list(TEXT),
        group_fault=_maybe(TEXT),
        max_segment=_maybe(WHOLE),
        shared=FLAG,
    )


def _tls() -> Shape:
    return _object(
        version=TEXT,
        cipher=TEXT,
        verified=_maybe(FLAG),
        reason=_maybe(TEXT),
        subject=_maybe(TEXT),
        issuer=_maybe(TEXT),
        names=_list(TEXT),
        not_after=_maybe(TIME),
        sha256=_maybe(TEXT),
        chain=_list(BASE64),
        trusted=_maybe(FLAG),
        name_matches=_maybe(FLAG),
        not_before=_maybe(TIME),
        spki_sha256=_maybe(TEXT),
    )


def _step() -> Shape:
    reply = _object(code=WHOLE, enhanced=_maybe(TEXT), lines=_list(TEXT), facts=_list(TEXT), first_line=_maybe(NUMBER))
    return _object(
        stage=_word(Stage),
        started=NUMBER,
        elapsed=NUMBER,
        reply=_maybe(reply),
        failure=_maybe(_word(Failure)),
        detail=_maybe(TEXT),
        command=_maybe(TEXT),
        tls=FLAG,
        icmp=_maybe(_object(type=WHOLE, code=WHOLE, offender=_maybe(TEXT))),
        grouped=FLAG,
        delay=NUMBER,
    )


def _delivery() -> Shape:
    hop = _object(
        **{"by": _maybe(TEXT), "from": _maybe(TEXT), "address": _maybe(TEXT), "family": _maybe(_word(Family))},
        protocol=_maybe(TEXT),
        time=_maybe(TIME),
        delay=_maybe(NUMBER),
        reverse_name=_maybe(TEXT),
        tls=_maybe(FLAG),
        id=_maybe(TEXT),
        recipient=_maybe(TEXT),
        raw=TEXT,
        adjusted_time=_maybe(TIME),
        adjusted_delay=_maybe(NUMBER),
        clock_skew=_maybe(NUMBER),
        logged=FLAG,
    )
    return _object(
        family=_word(Family),
        mx=TEXT,
        address=TEXT,
        token=TEXT,
        queue_id=_maybe(TEXT),
        accepted=_maybe(FLAG),
        arrived=_maybe(FLAG),
        where=_maybe(TEXT),
        seconds=_maybe(NUMBER),
        hops=_list(hop),
        copies=_maybe(WHOLE),
        failure=_maybe(_word(Failure)),
        session=WHOLE,
        seconds_to_accept=_maybe(NUMBER),
        watched=_list(TEXT),
        junk=_maybe(FLAG),
        results={"type": "object", "additionalProperties": TEXT},
        bounce=_maybe(_bounce()),
        seen=_list(TEXT),
        relayed=_maybe(TEXT),
        logs=_list(_trace()),
    )


def _trace() -> Shape:
    """What one mail log says of a message."""
    return _object(
        where=TEXT,
        fate=_maybe(_word(Fate)),
        address=_maybe(TEXT),
        family=_maybe(_word(Family)),
        queue_ids=_list(TEXT),
        relayed=_maybe(TEXT),
        reason=_maybe(TEXT),
        redirected=_maybe(TEXT),
        lines=_list(TEXT),
    )


def _log() -> Shape:
    """A mail log that was watched."""
    contact = _object(address=TEXT, family=_word(Family), kind=_word(LogKind), time=_maybe(TIME), line=TEXT)
    return _object(
        where=TEXT,
        events=WHOLE,
        daemons=_list(_word(Daemon)),
        contacts=_list(contact),
        gateways=_list(contact),
        blind=_maybe(TEXT),
    )


def _bounce() -> Shape:
    recipient = _object(
        action=_word(Action),
        recipient=_maybe(TEXT),
        original_recipient=_maybe(TEXT),
        status=_maybe(TEXT),
        code=_maybe(WHOLE),
        diagnostic=_maybe(TEXT),
        remote_mta=_maybe(TEXT),
        address=_maybe(TEXT),
        family=_maybe(_word(Family)),
    )
    return _object(
        action=_word(Action),
        standard=FLAG,
        reporting_mta=_maybe(TEXT),
        queue_id=_maybe(TEXT),
        recipients=_list(recipient),
        explanation=_maybe(TEXT),
    )


def _comparison() -> Shape:
    difference = _object(stage=_word(Stage), what=TEXT, ipv6=TEXT, ipv4=TEXT, note=FLAG)
    sign = _object(what=TEXT, ipv6=TEXT, ipv4=TEXT, same=FLAG)
    return _object(
        host=TEXT,
        parity=_word(Parity),
        first_divergence=_maybe(_word(Stage)),
        differences=_list(difference),
        identity=_maybe(_object(word=_word(Sameness), signs=_list(sign))),
    )


def _finding() -> Shape:
    return _object(
        code=TEXT,
        verdict=_word(Verdict),
        family=_maybe(_word(Family)),
        subject=TEXT,
        sentence=TEXT,
        evidence=_list(TEXT),
        fix=_maybe(TEXT),
        see=_maybe(TEXT),
    )
