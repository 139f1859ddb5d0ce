"""Where senders report the TLS failures they see: the TXT record of RFC 8460 3."""

from probe.measure.case import Case
from probe.model.dns import Resolution


async def inquire(case: Case) -> Resolution | None:
    """The look-up of ``_smtp._tls.DOMAIN``; None for a target that is no domain."""
    if case.domain is None:
        return None
    return await case.resolver.lookup(f"_smtp._tls.{case.domain}", "TXT")
