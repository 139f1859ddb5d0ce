"""Scenarios of a message that is looked for in the mail host's own log."""

from probe.lab.faults import SOFTWARE, Ending, Mail
from probe.lab.scenario import PARITY, V6, Host, Scenario, pair
from probe.lab.scenarios.delivery import USER
from probe.lab.zones import MX1, SECOND4, SECOND6, host, mx
from probe.model.words import Parity, Verdict

_ELSEWHERE = Mail(logs=False)
_MX2 = Mail(names=("mx2.example.com",), software=SOFTWARE, logs=False)
_BOUNCED = Ending("virtual", "virtual", "5.2.2", "bounced (maildir delivery failed: mailbox is full)")
_DEFERRED = Ending("lmtp", "none", "4.4.1", "deferred (connect to private/dovecot-lmtp: Connection refused)")
_RELAYED = Ending("smtp", "mail.example.net[2001:db8:77::9]:25", "2.0.0", "sent (250 2.0.0 Ok: queued as 5CzQ3t1mZv)")
_SEEN = frozenset({"log-connect-seen", "log-status-sent", "rt-received-family"})

LOGS = (
    Scenario(
        name="log-healthy",
        title="all is well, and the mail host's log alone says so",
        target=USER,
        proofs=("log",),
        notes=_SEEN,
    ),
    Scenario(
        name="log-late",
        title="all is well, and the log is written behind what it tells of",
        target=USER,
        hosts=pair(Mail(log_delay=0.2), Mail(log_delay=0.2)),
        proofs=("maildir", "log"),
        notes=_SEEN,
    ),
    Scenario(
        name="log-relay",
        title="all is well on a host that hands its mail on",
        target=USER,
        hosts=pair(Mail(copies=0, ending=_RELAYED), Mail(copies=0, ending=_RELAYED)),
        proofs=("log",),
        notes=_SEEN,
    ),
    Scenario(
        name="log-of-one-of-two",
        title="all is well on two MX hosts, and the log is that of one",
        target=USER,
        zone=mx("10 mx1.example.com.", "20 mx2.example.com.") + MX1 + host("mx2.example.com", SECOND6, SECOND4),
        hosts=(*pair(), Host(SECOND6, _MX2), Host(SECOND4, _MX2)),
        proofs=("log",),
        notes=_SEEN,
    ),
    Scenario(
        name="log-other-machine-v6",
        title="the IPv6 address belongs to another machine, where messages vanish",
        target=USER,
        hosts=pair(ipv6=Mail(logs=False, copies=0)),
        proofs=("log",),
        findings=frozenset({("log-connect-seen", V6), ("data-accept-then-lost", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="log-other-machine-of-pool-v6",
        title="the IPv6 address belongs to another machine, which stores to the same mailbox",
        target=USER,
        hosts=pair(ipv6=_ELSEWHERE),
        proofs=("maildir", "log"),
        findings=frozenset({("log-connect-seen", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="log-of-elsewhere",
        title="the log that was named is another machine's",
        target=USER,
        hosts=pair(_ELSEWHERE, _ELSEWHERE),
        proofs=("maildir", "log"),
        findings=frozenset({("log-connect-seen", None)}),
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="log-bounced-v6",
        title="the message sent over IPv6 is accepted, then bounced",
        target=USER,
        hosts=pair(ipv6=Mail(copies=0, ending=_BOUNCED)),
        proofs=("maildir", "log"),
        findings=frozenset({("log-status-sent", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="log-deferred-v6",
        title="the message sent over IPv6 is accepted and waits in the queue",
        target=USER,
        hosts=pair(ipv6=Mail(copies=0, ending=_DEFERRED)),
        proofs=("log",),
        findings=frozenset({("log-status-sent", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="log-source-rewritten-v6",
        title="a proxy in front hides who sends over IPv6: the log shows the proxy",
        target=USER,
        hosts=pair(ipv6=Mail(seen_as="172.17.0.1")),
        proofs=("log",),
        findings=frozenset({("rt-received-source-lost", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
)
