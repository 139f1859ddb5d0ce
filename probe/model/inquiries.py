"""What was asked beside the conversations: a field per file of ``probe.measure.inquiries``, None where not asked."""

from dataclasses import dataclass

from probe.model.dns import Resolution
from probe.model.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Inquiries:
    """All answers of one run. ``tlsrpt`` is the TXT look-up of ``_smtp._tls.DOMAIN`` (RFC 8460 3).

    ``outbound`` is the domain as a sender.
    """

    tlsrpt: Resolution | None = None
    outbound: Outbound | None = None
