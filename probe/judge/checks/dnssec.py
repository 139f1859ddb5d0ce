"""Do the signatures of what senders look up hold?

WHY
    A resolver that validates throws away what fails the check, and says SERVFAIL. Senders behind such a resolver, among
    them most of the large ones, put the mail off until it comes back; all others deliver as if nothing were wrong.

FINDS
dns-dnssec-bogus: our resolver refuses a record set and hands it out when told not to check: a signature has ended, or
    does not fit the key, or the DS record in the zone above names a key that is gone.

FIX
    Sign the zone again, or put the DS record in the zone above right (take it out when the zone is no longer signed):
        delv example.com MX
        dig +dnssec +cd example.com MX

SEE
    RFC 4035 5, RFC 8914 (what the resolver has to say about it), RFC 7672 2.1 (and DANE).
"""

from collections.abc import Iterator

from probe.judge.wording import argument, short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.security import Secured, Security
from probe.model.words import Family, Verdict

_FAMILIES = {"AAAA": Family.IPV6, "A": Family.IPV4}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """One finding a name; of one family alone when only its records are concerned."""
    found = (measurement.inquiries.dnssec if measurement.inquiries else None) or ()
    bogus: dict[str, list[Secured]] = {}
    for item in found:
        if item.security is Security.BOGUS:
            bogus.setdefault(item.name, []).append(item)
    for name, items in bogus.items():
        families = {_FAMILIES.get(item.rrtype) for item in items}
        types = " and ".join(item.rrtype for item in items)
        yield Finding(
            "dns-dnssec-bogus",
            Verdict.CRITICAL,
            families.pop() if len(families) == 1 else None,
            name,
            f"The {types} records of {name} fail the check of their signatures (DNSSEC); senders whose resolver "
            "validates cannot look them up and put the mail off, all others notice nothing.",
            tuple(map(_row, items)),
            "Sign the zone again, or correct the DS record in the zone above:\n"
            f"  delv {argument(name, 'NAME')} {items[0].rrtype}",
            "RFC 4035 5.5, RFC 8914",
        )


def _row(item: Secured) -> str:
    said = f" ({short(item.detail)})" if item.detail else ""
    return f"{item.name} {item.rrtype}: {item.checked}{said}; with checking disabled: {item.unchecked}"
