"""What was asked beside the conversations: a field per file of ``probe.measure.inquiries``, None where not asked."""

from dataclasses import dataclass

from probe.model.dns import Resolution
from probe.model.policies import Dane, MtaSts


@dataclass(frozen=True, slots=True)
class Inquiries:
    """All answers of one run. ``tlsrpt`` is the TXT look-up of ``_smtp._tls.DOMAIN`` (RFC 8460 3)."""

    tlsrpt: Resolution | None = None
    dane: Dane | None = None
    mtasts: MtaSts | None = None
