"""Scenarios of the user's own submission server: who may send through it, and over which family.

The MX hosts are published and nothing stands there: a run that went to them would not come back in time.
"""

from dataclasses import replace

from probe.lab.faults import Certificate, Mail
from probe.lab.scenario import PARITY, V6, Host, Scenario
from probe.lab.zones import HOME, OWN4, OWN6, SECOND4, SECOND6, host
from probe.model.words import Parity, Verdict

_NAME = "mail.example.com"
_USER, _PASSWORD = "lab@example.com", "correct horse battery staple"
_ZONE = HOME + host(_NAME, SECOND6, SECOND4)
_SERVER = Mail(names=(_NAME,), login=(_USER, _PASSWORD), relays_for=())
_TRUSTING = Mail(names=(_NAME,), relays_for=(OWN6, OWN4))
_WITH_LOGIN = f"smtp://lab%40example.com@{_NAME}:587"
_WITHOUT = f"smtp://{_NAME}:25"
_TARGET = "user@example.com"


def _both(mail: Mail, port: int) -> tuple[Host, ...]:
    return (Host(SECOND6, mail, port=port), Host(SECOND4, mail, port=port))


VIA = (
    Scenario(
        name="via-healthy",
        title="a mail program logs in to its submission server over both families; both messages arrive",
        target=_TARGET,
        zone=_ZONE,
        hosts=_both(_SERVER, 587),
        via=_WITH_LOGIN,
        secret=_PASSWORD,
        notes=frozenset({"rt-received-family"}),
    ),
    Scenario(
        name="via-mynetworks",
        title="a server takes mail from this machine without a login, over both families",
        target=_TARGET,
        zone=_ZONE,
        hosts=_both(_TRUSTING, 25),
        via=_WITHOUT,
        notes=frozenset({"rt-received-family"}),
    ),
    Scenario(
        name="via-relay-denied-v6",
        title="the server's list of networks was written when there was IPv4 alone",
        target=_TARGET,
        zone=_ZONE,
        hosts=_both(replace(_TRUSTING, relays_for=(OWN4,)), 25),
        via=_WITHOUT,
        findings=frozenset({("relay-denied", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="via-auth-refused",
        title="the submission server refuses the login",
        target=_TARGET,
        zone=_ZONE,
        hosts=_both(_SERVER, 587),
        via=_WITH_LOGIN,
        secret=_PASSWORD.upper(),
        findings=frozenset({("submission-auth", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="via-wrong-certificate",
        title="the submission server shows another name's certificate, so it is not given the password",
        target=_TARGET,
        zone=_ZONE,
        hosts=_both(replace(_SERVER, certificate=Certificate.WRONG_NAME), 587),
        via=_WITH_LOGIN,
        secret=_PASSWORD,
        findings=frozenset({("submission-tls", None), PARITY}),
        parity=Parity.BOTH_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
)
