"""The names that mail to the target depends on, as far as the DNS is asked about them.

In: a ``Case``. Out: names. What the user assumes (``--mx``, ``--resolve``, ``--overlay``) is no matter of name servers.
"""

from probe.measure.case import Case
from probe.model.words import Family, Outcome, Provenance

MOST_HOSTS = 8


def mail_domain(case: Case) -> str | None:
    """The domain, when its MX records are those of the DNS. A resolver that is silent has no more to say of it."""
    mx = case.resolved.mx
    known = mx is not None and mx.provenance is Provenance.DNS and mx.outcome is not Outcome.TIMEOUT
    return case.domain if known else None


def mail_hosts(case: Case) -> tuple[str, ...]:
    """The mail hosts, best first, that have a name and whose addresses the DNS gave."""
    bad = set(case.resolved.bad_targets)
    found = (
        host.host
        for host in case.resolved.hosts
        if host.host not in bad and any(host.resolution(family).provenance is Provenance.DNS for family in Family)
    )
    return tuple(dict.fromkeys(found))[:MOST_HOSTS]


def mail_names(case: Case) -> tuple[str, ...]:
    """The domain and its hosts, each once."""
    domain = mail_domain(case)
    return tuple(dict.fromkeys((*([domain] if domain else []), *mail_hosts(case))))
