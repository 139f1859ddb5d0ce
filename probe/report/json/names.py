"""Names, addresses and our own vantage as the JSON report shows them.

In: nouns of the measurement. Out: dictionaries, keys in the order of the interface; the caller makes the values plain.
"""

from probe.model.dns import MxHost, Resolution, Resolved
from probe.model.measurement import Vantage
from probe.model.memory import Greeted
from probe.model.words import Family, Port25


def vantage(item: Vantage, port25: Port25 | None, by: Greeted | None = None) -> dict[str, object]:
    """Our own machine for one family; ``port25`` is the judge's word on it, ``by`` the earlier run it rests on."""
    return {
        "usable": item.usable,
        "source": item.source,
        "nat": item.nat,
        "ptr": item.ptr,
        "fcrdns": item.fcrdns,
        "port25": port25,
        "reason": item.reason,
        "temporary": item.temporary,
        "deprecated": item.deprecated,
        "helo": item.helo,
        "routes": [
            {
                "address": route.address,
                "source": route.source,
                "class": route.klass,
                "usable": route.usable,
                "nat": route.nat,
                "failure": route.failure,
                "reason": route.reason,
            }
            for route in item.routes
        ],
        "port25_by": by,
    }


def resolved(found: Resolved) -> dict[str, object]:
    """What the resolver said of the target itself."""
    return {
        "mx": _look_up(found.mx) if found.mx else None,
        "aliases": found.aliases,
        "null_mx": found.null_mx,
        "null_mx_mixed": found.null_mx_mixed,
        "bad_targets": found.bad_targets,
        "dns64": found.dns64,
        "nameservers": found.nameservers,
    }


def mx(host: MxHost) -> dict[str, object]:
    """One MX host with both look-ups."""
    return {
        "host": host.host,
        "preference": host.preference,
        "implicit": host.implicit,
        "ipv6": _addresses(host, Family.IPV6),
        "ipv4": _addresses(host, Family.IPV4),
        "cnames": host.cnames,
    }


def _addresses(host: MxHost, family: Family) -> dict[str, object]:
    look_up = _look_up(host.resolution(family))
    addresses = [
        {
            "address": item.address,
            "class": item.klass,
            "ptr": item.ptr,
            "fcrdns": item.fcrdns,
            "ptr_outcome": item.ptr_outcome,
            "synthesised": item.synthesised,
            "dial": item.dial,
        }
        for item in host.of(family)
    ]
    return {"outcome": look_up.pop("outcome"), "ttl": look_up.pop("ttl"), "addresses": addresses} | look_up


def _look_up(resolution: Resolution) -> dict[str, object]:
    return {
        "outcome": resolution.outcome,
        "ttl": resolution.ttl,
        "ad": resolution.ad,
        "provenance": resolution.provenance,
        "records": resolution.records,
        "cnames": resolution.cnames,
        "server": resolution.server,
        "elapsed": resolution.elapsed,
        "detail": resolution.detail,
    }
