"""The words mail servers refuse a client with, and put it off with: what they write where the code says too little.

In: a reply. Out: its text in one line (``said``), and patterns to search it with. They are the words of Postfix, Exim,
Sendmail and OpenSMTPD, of filters, and of the large receivers: Google, Microsoft, Yahoo, Apple, Spectrum, Cox, Comcast,
T-Online, United Internet, Orange. ``BLAMES`` pairs what is held against the client with its words; the first that
matches counts. All patterns are linear.
"""

import re

from probe.model.smtp import Reply

_MOST_TEXT = 2000  # characters of a reply that are searched; nobody needs more to make a point
_JOINT = re.compile(r"\s+(?:[245]\.\d{1,3}\.\d{1,3}(?=\s|$))?\s*")


def said(reply: Reply) -> str:
    """The text of ``reply`` in one line: no repeated codes where it was broken, one blank where it was padded."""
    return _JOINT.sub(" ", reply.text[:_MOST_TEXT])


BLAMES = (
    (
        "reverse",
        re.compile(
            r"reverse[- ](dns|hostname|lookup|mapping|name)|\bptr\b|\brdns\b|fcrdns|no reverse"
            r"|cannot find your (reverse )?host|forward[- ]confirmed|client host rejected: cannot find"
            r"|dns check failure|AUP#[-A-Z]{0,4}11[0-5]0|AUP#CXDNS",
            re.IGNORECASE,
        ),
    ),
    (
        "listed",
        re.compile(
            r"blocked using|black ?list|block ?list|deny ?list|not in (white|allow) ?list|\bdnsbl\b|\brbl\b|spamhaus"
            r"|spamcop|barracudacentral|\bsorbs\b|ipcheck\.proofpoint|banned send(ing|er)|banned ip"
            r"|(poor|low|bad|\bip|domain) reputation|(ip|address|host) is listed|permanently deferred"
            r"|access denied, (please try again later|rejected by recipient)|not authorized to send email directly"
            r"|client host blocked|access from (ip )?(address )?\S{1,60} (is )?blocked|adresse ip source bloquee"
            r"|your ip (address )?\S{0,60} ?(has been|was|is) (blocked|banned|blacklisted|rejected)"
            r"|ask your postmaster for help|AUP#[-A-Z]{0,4}(1000|12[0-5]0)|AUP#(CXBL|CDRBL|IPBL)",
            re.IGNORECASE,
        ),
    ),
    (
        "authentication",
        re.compile(
            r"\bspf\b|\bdkim\b|\bdmarc\b|unauthenticated|not authenticated|sender authentication|anti-spoofing"
            r"|sender policy framework|AUP#CXSNDR",
            re.IGNORECASE,
        ),
    ),
    (
        "helo",
        re.compile(
            r"\b(helo|ehlo)\b.{0,60}(reject|invalid|not found|need|denied|refused|not allowed|should be|must be|forged"
            r"|does not match)"
            r"|\b(bad|invalid|forged) (helo|ehlo)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "sender",
        re.compile(
            r"sender address rejected: (domain not found|malformed dns|undeliverable|unverified)|sender verify failed"
            r"|could not complete sender verify|domain of sender address|unresolvable rfc ?\.?5321"
            r"|sender domain (does not exist|must resolve|not found)",
            re.IGNORECASE,
        ),
    ),
)
REVERSE_FIRST = re.compile(r"\bptr record|reverse dns record", re.IGNORECASE)
OR_AUTHENTICATION = re.compile(r"ptr records? and authentication", re.IGNORECASE)
EXCESS = re.compile(r"unusual rate of (unsolicited )?mail|exceeded permitted limits", re.IGNORECASE)
NO_IPV6 = re.compile(
    r"(not (accept|allow|support)\w*|no) (e-?mail |mail )?(over|via|from) ipv6|not process ipv6|AUP#[-A-Z]{0,4}1260",
    re.IGNORECASE,
)
GREY = re.compile(r"gr[ae]y-? ?list", re.IGNORECASE)
RATE = re.compile(
    r"too (many|much|fast|frequent|quickly)|rate[- ]?limit|\brate\b|throttl|limit exceeded|exceeded .{0,20}limit"
    r"|slow down|unusual rate|concurren|excessive volume|unexpected volume|AUP#[-A-Z]{0,4}1(3[0-4]|3[5-9]|4\d|5[4-8])0"
    r"|AUP#(CXCNCT|CXMXRT)",
    re.IGNORECASE,
)
COME_BACK = re.compile(
    r"try again|try later|retry|temporarily (rejected|deferred|unavailable)|deferred|service currently unavailable"
    r"|come back",
    re.IGNORECASE,
)
# Postfix denies relaying with a 454 by default (postconf(5) smtpd_relay_restrictions): only the digit says "later".
NO_RELAY = re.compile(r"relay(ing)? (access )?(is )?(denied|not (permitted|allowed)|prohibited)", re.IGNORECASE)
# Details greylisting shares with a denial under soft_bounce and with a mail filter that is down (postconf(5)
# milter_default_action = tempfail, whose words these are): nothing that waiting by itself would end.
NOT_GREY = re.compile(r"access denied|service unavailable - try again later", re.IGNORECASE)
GREY_DETAILS = frozenset({"2.0", "7.0", "7.1"})  # X.Y of the 4.X.Y that greylisting servers give (RFC 6647 2)
FIRST_CONTACT = ("3.2", re.compile(r"service currently unavailable", re.IGNORECASE))  # postscreen
