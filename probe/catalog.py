"""What is known to go wrong with mail over two families, as a list of codes; and those of them that no check yields.

Data only. ``KNOWN`` are the codes of the catalogue that this tool was begun with; each is yielded by a check in
``probe.judge.checks``, or stands in ``UNBUILT`` with the reason, and never both (``tests/test_catalog.py``). Checks may
yield codes beyond these. Whoever builds a check strikes its line here.
"""

from probe.model.catalogue import Entry
from probe.model.words import Progress, Verdict

_WORDS = """
    self-route self-port25-blocked self-transparent-proxy self-nat64 self-source-temp-addr self-ptr self-spf self-dnsbl
    self-clock self-mtu
    dns-domain-exists dns-mx-present dns-null-mx dns-mx-no-address dns-mx-no-aaaa dns-mx-partial-aaaa dns-mx-no-a
    dns-mx-pref-family-trap dns-mx-address-limit dns-mx-cname dns-mx-ip-literal dns-mx-localhost dns-aaaa-special
    dns-aaaa-unrouted dns-aaaa-servfail dns-aaaa-nxdomain-mismatch dns-ns-family dns-ns-different-answer dns-ns-lame
    dns-tcp-edns dns-dnssec-bogus dns-ttl-migration dns-wildcard-mx dns-split-horizon dns-dup-mx-same-host dns-mx-ptr
    dns-mx-servfail
    tcp-timeout tcp-refused tcp-unreachable tcp-flap tcp-latency-gap tcp-all-addresses tcp-mss-suspicious tcp-ecn-tfo
    pmtud-blackhole-in pmtud-blackhole-out
    banner-missing banner-delay banner-teaser banner-4xx-5xx banner-not-smtp banner-name-mismatch banner-name-dns
    ehlo-rejected ehlo-caps-diff ehlo-caps-postscreen ehlo-client-echo ehlo-literal-support ehlo-command-desync
    pregreet-tolerance
    tls-starttls-missing tls-starttls-refused tls-handshake-hang tls-response-injection tls-command-injection
    tls-re-ehlo tls-cert-diff tls-cert-name tls-cert-expiry tls-cert-trust tls-version-diff tls-sni-dependent
    dane-tlsa-mismatch dane-unusable dane-lookup-fail
    mtasts-policy mtasts-host
    tlsrpt-present tlsrpt-analyse-by-family
    mail-from-rejected
    rcpt-rejected rcpt-unknown-both rcpt-greylisted rcpt-postscreen-deep rcpt-rate-limited rcpt-catchall
    postmaster-accept
    relay-open relay-test-domain-choice
    auth-on-25
    size-diff
    submission
    data-rejected data-timeout data-accept-then-bounce data-accept-then-lost data-8bit-utf8
    smuggling-eod
    rt-received-family rt-received-source-lost rt-received-tls rt-auth-results rt-spam-folder rt-latency-gap
    rt-greylist-trace rt-duplicate rt-loop rt-backup-relay rt-body-altered rt-late
    out-family-used out-spf-ip6 out-spf-void out-spf-ip6-syntax out-spf-too-broad out-ptr out-helo out-source-address
    out-bind-implicit out-dnsbl out-dmarc-dkim
    cfg-pf-inet-protocols cfg-pf-inet-interfaces cfg-listen-sockets cfg-pf-mynetworks-brackets cfg-pf-mynetworks-broad
    cfg-pf-mynetworks-missing cfg-pf-relay-restrictions cfg-pf-mastercf-override cfg-pf-address-preference
    cfg-pf-unknown-client cfg-pf-postscreen cfg-pf-dane-no-dnssec cfg-chroot-resolv cfg-kernel-ipv6-off cfg-firewall
    cfg-docker-userland cfg-exim cfg-opensmtpd cfg-sendmail cfg-exchange cfg-dovecot cfg-localhost-family
    cfg-proxy-protocol
    parity-verdict parity-host-identity parity-mta-software parity-policy parity-backend-pool
    log-connect-seen log-status-sent log-share log-deferrals log-rejects-by-us
    mon-state-change mon-dns-drift mon-aaaa-vanished mon-expectation
"""
KNOWN = frozenset(_WORDS.split())

_OK, _WARNING, _CRITICAL = Verdict.OK, Verdict.WARNING, Verdict.CRITICAL
_LATER, _COVERED, _METHOD, _UNSEEN = Progress.LATER, Progress.COVERED, Progress.METHOD, Progress.UNSEEN

UNBUILT = (
    Entry(
        "tcp-ecn-tfo",
        _UNSEEN,
        _OK,
        "Something on the way drops connections over IPv6 that ask for ECN.",
        "Whether a connection asks for ECN is set for the whole machine (sysctl net.ipv4.tcp_ecn), not by a program.",
    ),
    Entry(
        "pregreet-tolerance",
        _METHOD,
        None,
        "Whoever speaks before the greeting is over is taken for a robot.",
        "probe6 waits for the last line of the greeting (probe/measure/connector.py).",
    ),
    Entry(
        "tlsrpt-analyse-by-family",
        _LATER,
        _WARNING,
        "Reports of other senders show that TLS fails at the IPv6 addresses alone.",
        "It needs the reports that the domain received, and nothing reads those yet.",
    ),
    Entry(
        "submission",
        _COVERED,
        _WARNING,
        "Submission or IMAP answers over one family alone.",
        "With --services, submission-family says it.",
    ),
    Entry(
        "data-8bit-utf8",
        _COVERED,
        _OK,
        "A message with UTF-8 in its header goes through over one family alone.",
        "That 8BITMIME or SMTPUTF8 is offered over one family alone, ehlo-caps-diff says; the test message is plain "
        "ASCII, so that it needs neither.",
    ),
    Entry(
        "out-family-used",
        _UNSEEN,
        _WARNING,
        "The domain's server sends over one family alone, though it should use both.",
        "It takes mail that the domain itself sends to a host we watch; an audit tells what it is told to do "
        "(cfg-pf-address-preference, cfg-pf-inet-protocols, cfg-exim, cfg-opensmtpd, cfg-sendmail).",
    ),
    Entry(
        "out-source-address",
        _COVERED,
        _CRITICAL,
        "The server sends from an IPv6 address without a reverse name, or that SPF does not name.",
        "Of an address that is named, out-ptr and out-spf-ip6 say it; of the one Postfix would take, cfg-pf-source.",
    ),
    Entry(
        "cfg-exchange",
        _LATER,
        _CRITICAL,
        "The connectors of an Exchange server leave out IPv6 or let too much in.",
        "It needs an export of the connectors, which audit does not read.",
    ),
    Entry(
        "log-share",
        _LATER,
        _OK,
        "How much real mail comes and goes over each family.",
        "It takes a mail log of many days; a run reads what is written while it lasts.",
    ),
    Entry(
        "log-deferrals",
        _LATER,
        _WARNING,
        "The queue of the server waits for hosts that it cannot reach over IPv6.",
        "It takes a mail log of many days; a run reads what is written while it lasts.",
    ),
    Entry(
        "log-rejects-by-us",
        _LATER,
        _WARNING,
        "The server rejects more of what comes over IPv6.",
        "It takes a mail log of many days; a run reads what is written while it lasts.",
    ),
)
