"""Lines of mail logs about one message of ours, for the tests of what reads a log."""

SOURCE = "2001:db8:9::9"
TOKEN = "p60100abcdefghijklmnopv6"
PEER = f"probe.example.net[{SOURCE}]"

POSTFIX = f"""\
Nov 22 18:00:01 mx1 postfix/smtpd[7]: connect from {PEER}
Nov 22 18:00:01 mx1 postfix/smtpd[7]: 4BzQ3t1mZvz9s: client={PEER}
Nov 22 18:00:01 mx1 postfix/cleanup[8]: 4BzQ3t1mZvz9s: message-id=<{TOKEN}@probe.example.net>
Nov 22 18:00:01 mx1 postfix/qmgr[9]: 4BzQ3t1mZvz9s: from=<>, size=812, nrcpt=1 (queue active)
Nov 22 18:00:01 mx1 postfix/virtual[10]: 4BzQ3t1mZvz9s: to=<user@example.com>, relay=virtual, delay=0.1, \
delays=0/0/0/0.1, dsn=2.0.0, status=sent (delivered to maildir)
Nov 22 18:00:01 mx1 postfix/qmgr[9]: 4BzQ3t1mZvz9s: removed
Nov 22 18:00:01 mx1 postfix/smtpd[7]: disconnect from {PEER} ehlo=2 starttls=1 quit=1 commands=4
"""

OPENSMTPD = f"""\
Nov 22 18:00:01 mx1 smtpd[7]: f7a2e6aa567530c9 smtp connected address=[{SOURCE}] host=probe.example.net
Nov 22 18:00:01 mx1 smtpd[7]: f7a2e6aa567530c9 smtp message msgid=e858df75 size=812 nrcpt=1 proto=ESMTP
Nov 22 18:00:01 mx1 smtpd[7]: f7a2e6aa567530c9 smtp envelope evpid=e858df75a1b2c3d4 from=<> to=<user@example.com>
Nov 22 18:00:01 mx1 smtpd[7]: f7a2e6ab2f3d1c9a mda delivery evpid=e858df75a1b2c3d4 from=<> to=<user@example.com> \
rcpt=<user@example.com> user=user delay=0s result=Ok stat=Delivered
"""

RULE = (
    f"RCPT from {PEER}: <{PEER}>: Client host triggers {{action}}; from=<> to=<user@example.com> proto=ESMTP helo=<x>"
)


def ruled(word: str, action: str) -> str:
    """The log of Postfix where a table tells smtpd to ``hold``, ``discard`` or ``redirect`` what this client brings.

    What is discarded is not read for its Message-ID any more.
    """
    connect, client, message_id, queued, _, _, disconnect = POSTFIX.splitlines(keepends=True)
    rule = f"Nov 22 18:00:01 mx1 postfix/smtpd[7]: NOQUEUE: {word}: {RULE.format(action=action)}\n"
    named = "" if word == "discard" else message_id
    ending = queued + ended("sent", "delivered to mailbox", "virtual").splitlines(keepends=True)[4]
    return connect + rule + client + named + (ending if word == "redirect" else "") + disconnect


def ended(status: str, text: str, relay: str = "none", dsn: str = "4.4.1") -> str:
    """The log of Postfix about a message that went another way."""
    end = f"relay={relay}, delay=0.1, delays=0/0/0/0.1, dsn={dsn}, status={status} ({text})\n"
    service = "smtp" if "[" in relay else "virtual"
    head, _, tail = POSTFIX.replace("postfix/virtual", f"postfix/{service}").partition("relay=")
    return head + end + tail.partition("\n")[2]
