"""The TLSRPT record of a domain: where senders report the TLS failures they saw (RFC 8460 3).

In: the TXT records at ``_smtp._tls.DOMAIN``, as octets. Out: a ``Reporting``, or None where none of them is about
reports. Nothing raises; what makes senders pass the record over is in ``faults``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.grammar.text import clip
from probe.grammar.versioned_tags import belongs, read

VERSION = "TLSRPTv1"
_SCHEMES = ("mailto:", "https:")


@dataclass(frozen=True, slots=True)
class Reporting:
    """``addresses`` are the URIs reports go to. With ``faults`` no sender reports anything."""

    addresses: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def parse(texts: Sequence[bytes]) -> Reporting | None:
    """Read what stands at the name. Several records of the kind count as none (RFC 8460 3)."""
    mine = [text for text in texts if belongs(text, VERSION)]
    if not mine:
        near = [text for text in texts if text.lower().lstrip(b' \t"').startswith(b"v=tlsrpt")]
        return Reporting(faults=(f"it does not begin with v={VERSION};",)) if near else None
    if len(mine) > 1:
        return Reporting(faults=(f"there are {len(mine)} records where one is allowed",))
    tags = read(mine[0])
    said = [value for name, value in tags.pairs if name == "rua"]
    if not said:
        return Reporting(faults=(*tags.faults, "there is no rua= that says where reports go"))
    every = [item.strip() for value in said for item in value.split(",")]
    known = tuple(item for item in every if item.lower().startswith(_SCHEMES) and item.partition(":")[2].strip("/"))
    wrong = [
        f"{clip(item, 80) or 'an empty address'} is neither mailto: nor https:" for item in every if item not in known
    ]
    faults = (*tags.faults, *(wrong if not known else ()))
    return Reporting(known, faults)
