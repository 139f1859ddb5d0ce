"""How sure it is that an address of the domain sends, and what it means when its SPF record does not say so.

In: the sending addresses of an ``Outbox``. Out: a verdict, or None where silence is right. An address the user named
sends. One of an MX host need not: many take mail and never send any. Where the record lets the host's other family
send, by a term of its own that speaks of few addresses, the host most likely sends; where it does so by a term that
covers a whole provider, perhaps.
"""

from collections.abc import Sequence

from probe.grammar.spf.terms import networks
from probe.model.report import Outgoing
from probe.model.spf import SpfMatch, SpfResult
from probe.model.words import Verdict

_FEW = {4: 24, 6: 64}  # bits of a network that is somebody's own
_NAMED = {
    SpfResult.FAIL: Verdict.CRITICAL,
    SpfResult.SOFTFAIL: Verdict.CRITICAL,
    SpfResult.PERMERROR: Verdict.CRITICAL,
    SpfResult.NEUTRAL: Verdict.WARNING,
    SpfResult.TEMPERROR: Verdict.UNKNOWN,
    SpfResult.NONE: Verdict.OK,
}
_REFUSED = {SpfResult.FAIL, SpfResult.SOFTFAIL, SpfResult.NEUTRAL, SpfResult.PERMERROR}


def unauthorised(item: Outgoing, everyone: Sequence[Outgoing]) -> Verdict | None:
    """How bad it is that the record does not let this address send; None when it does, or when that is no loss."""
    if item.spf is None or item.spf.result is SpfResult.PASS:
        return None
    if item.named:
        return _NAMED[item.spf.result]
    return likely_sends(item, everyone) if item.spf.result in _REFUSED else None


def likely_sends(item: Outgoing, everyone: Sequence[Outgoing]) -> Verdict | None:
    """Warning: the same host surely sends over the other family. Ok: perhaps. None: nothing says that it does."""
    matches = [
        other.spf.matched
        for other in everyone
        if other.host is not None
        and other.host == item.host
        and other.family is not item.family
        and other.spf is not None
        and other.spf.result is SpfResult.PASS
    ]
    if not matches:
        return None
    return Verdict.WARNING if any(map(_by_name, matches)) else Verdict.OK


def _by_name(matched: Sequence[SpfMatch]) -> bool:
    """True when the term that matched is the domain's own and does not cover half the world."""
    *before, last = matched or (SpfMatch("", "all"),)
    if any(not step.term.lower().startswith("redirect=") for step in before):
        return False
    term = next(networks(f"v=spf1 {last.term}"), None)
    if term is None:
        return True
    return term.network is not None and term.network.prefixlen >= _FEW[term.network.version]
