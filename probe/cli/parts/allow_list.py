"""Lines for those who ban clients that come often and send nothing: fail2ban, postscreen(8), anvil(8).

In: our own addresses, each with whether receivers see another one. Out: text, ready to copy. Nothing is changed by us.
"""

from collections.abc import Sequence

from probe.address import family_of
from probe.model.words import Family

_NOBODY = """\
This machine has no way to the Internet, and so no address to allow. Run it where the probe runs.
"""


def lines(sources: Sequence[tuple[str, bool]]) -> str:
    """What to put where, on the servers that are probed."""
    if not sources:
        return _NOBODY
    addresses = [address for address, _ in sources]
    hidden = "".join(
        f"# {address} is not what others see: put the public address in its place.\n" for address, nat in sources if nat
    )
    cidr = "".join(f"{address}/{128 if _six(address) else 32} permit\n" for address in addresses)
    postfix = ", ".join(f"[{address}]" if _six(address) else address for address in addresses)
    return f"""\
{hidden}# fail2ban: /etc/fail2ban/jail.d/probe6.local; add to an ignoreip of yours, if there is one
[DEFAULT]
ignoreip = 127.0.0.1/8 ::1 {" ".join(addresses)}

# postscreen: /etc/postfix/postscreen_access.cidr
{cidr}
# postscreen: /etc/postfix/main.cf
postscreen_access_list = permit_mynetworks, cidr:/etc/postfix/postscreen_access.cidr

# anvil, the limits of smtpd: /etc/postfix/main.cf
smtpd_client_event_limit_exceptions = $mynetworks, {postfix}
"""


def _six(address: str) -> bool:
    return family_of(address) is Family.IPV6
