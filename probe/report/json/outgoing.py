"""The domain as a sender, described for programs: the shape of the report's ``outbound`` (JSON Schema)."""

from probe.model.spf import SpfCause, SpfResult
from probe.model.words import Family
from probe.report.json.shapes import FLAG, TEXT, WHOLE, Shape, list_of, maybe, object_of, word


def outbox() -> Shape:
    """The shape of ``outbound``."""
    step = object_of(domain=TEXT, term=TEXT)
    evaluation = object_of(
        client=TEXT,
        domain=TEXT,
        result=word(SpfResult),
        record=maybe(TEXT),
        matched=list_of(step),
        cause=maybe(word(SpfCause)),
        detail=maybe(TEXT),
        voids=list_of(TEXT),
        lookups=WHOLE,
        explanation=maybe(TEXT),
    )
    sender = object_of(
        address=TEXT,
        family=word(Family),
        named=FLAG,
        host=maybe(TEXT),
        spf=maybe(evaluation),
        ptr=list_of(TEXT),
        fcrdns=maybe(FLAG),
        helo=maybe(TEXT),
        listed=list_of(TEXT),
    )
    return object_of(domain=TEXT, record=maybe(TEXT), senders=list_of(sender), dmarc=maybe(TEXT), dmarc_at=maybe(TEXT))
