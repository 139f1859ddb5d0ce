"""A bounce for each program that writes one, made up from what each writes, and what only looks like one.

Each stands with: whether it is a report, what it says became of the message, the id it names, and for each recipient
the mailbox, the reply, the status and the address of the server that refused.
"""

# ruff: noqa: E501 - a line of a message stands as it is written

Recipients = list[tuple[str | None, int | None, str | None, str | None]]

WRITERS: dict[str, tuple[str, bool, str, str | None, Recipients]] = {
    "qmail": (
        """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: p@a.example
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<u@example.com>:
192.0.2.25 does not like recipient.
Remote host said: 550 5.1.1 <u@example.com>: Recipient address rejected
Giving up on 192.0.2.25.

<v@example.com>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <p@a.example>
Message-ID: <p6abc@a.example>
Subject: hi

body
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", "192.0.2.25"), ("v@example.com", None, "5.1.1", None)],
    ),
    "qmail, patched for IPv6": (
        """\
From: MAILER-DAEMON@mx.example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.

<u@example.com>:
Connected to 2001:db8::25 but sender was rejected.
Remote host said: 553 5.7.1 no

--- Below this line is a copy of the message.

Message-ID: <p6abc@a.example>
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 553, "5.7.1", "2001:db8::25")],
    ),
    "Gmail before it sent reports": (
        """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
X-Failed-Recipients: u@example.com
Subject: Delivery Status Notification (Failure)
Content-Type: text/plain; charset=ISO-8859-1

Delivery to the following recipient failed permanently:

     u@example.com

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the server for the recipient domain example.com by mx1.example.com. [2001:db8::25].

The error that the other server returned was:
550 5.1.1 <u@example.com>: Recipient address rejected

----- Original message -----

Message-ID: <p6abc@a.example>
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", "2001:db8::25")],
    ),
    "Gmail": (
        """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: p@a.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <p6abc@a.example>
In-Reply-To: <p6abc@a.example>
X-Failed-Recipients: u@example.com
Content-Type: multipart/report; boundary="000"; report-type=delivery-status

--000
Content-Type: multipart/related; boundary="001"

--001
Content-Type: multipart/alternative; boundary="002"

--002
Content-Type: text/plain; charset="UTF-8"


** Address not found **

Your message wasn't delivered to u@example.com because the address couldn't be found, or is unable to receive mail.

The response from the remote server was:
550 5.1.1 <u@example.com>: Recipient address rejected

--002
Content-Type: text/html; charset="UTF-8"

<html></html>
--002--
--001
Content-Type: image/png; name="icon.png"

x
--001--
--000
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Received-From-MTA: dns; p@a.example
Arrival-Date: Sun, 22 Nov 2026 10:00:00 -0800 (PST)
X-Original-Message-ID: <p6abc@a.example>

Final-Recipient: rfc822; u@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx1.example.com. (2001:db8::25, the server for the domain example.com.)
Diagnostic-Code: smtp; 550 5.1.1 <u@example.com>: Recipient address rejected
Last-Attempt-Date: Sun, 22 Nov 2026 10:00:00 -0800 (PST)

--000
Content-Type: message/rfc822

Message-ID: <p6abc@a.example>
--000--
""",
        True,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", "2001:db8::25")],
    ),
    "Exchange, a report in HTML and another language": (
        """\
From: Microsoft Exchange <MicrosoftExchange329e@example.com>
Subject: Unzustellbar: hello
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
In-Reply-To: <p6abc@a.example>

--b
Content-Type: multipart/alternative; boundary="c"

--c
Content-Type: text/html

<b>Delivery has failed</b> 550 5.1.10 RESOLVER.ADR.RecipientNotFound
--c--
--b
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.example.com
Received-From-MTA: dns;mx.a.example
Arrival-Date: Sun, 22 Nov 2026 18:00:00 +0000

Original-Recipient: rfc822;u@example.com
Final-Recipient: rfc822;u@example.com
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
Remote-MTA: dns;mx9.example.net
X-Display-Name: U

--b
Content-Type: message/rfc822

Message-ID: <p6abc@a.example>
--b--
""",
        True,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.10", None)],
    ),
    "Exchange 2000, text": (
        """\
From: System Administrator <postmaster@example.com>
To: p@a.example
Subject: Undeliverable: hello
Content-Type: text/plain

Your message did not reach some or all of the intended recipients.

      Subject:  hello
      Sent:     11/22/2026 6:00 PM

The following recipient(s) could not be reached:

      u@example.com on 11/22/2026 6:01 PM
            The e-mail account does not exist at the organization this message was sent to.
            <mx1.example.com #5.1.1>
""",
        False,
        "failed",
        None,
        [("u@example.com", None, "5.1.1", None)],
    ),
    "Exchange 2007, text": (
        """\
From: postmaster@example.com
Subject: Undeliverable: hello
Content-Type: text/plain

Delivery has failed to these recipients or distribution lists:

u@example.com
The recipient's e-mail address was not found.

Diagnostic information for administrators:

Generating server: ex.example.com

u@example.com
#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##

Original message headers:

Received: from mx (192.0.2.1) by b with SMTP; Sun, 22 Nov 2026 18:00:00 +0000
Message-ID: <p6abc@a.example>
Subject: hello
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "Amazon SES, which gives the message another Message-ID": (
        """\
From: MAILER-DAEMON@amazonses.com
Subject: Delivery Status Notification (Failure)
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

An error occurred while trying to deliver the mail to the following recipients:
u@example.com
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; a8-1.smtp-out.amazonses.com

Action: failed
Final-Recipient: rfc822; u@example.com
Diagnostic-Code: smtp; 550 5.1.1 user unknown
Status: 5.1.1


--b
Content-Type: message/rfc822

Message-ID: <010001-000000@email.amazonses.com>
X-Probe6-Token: p6abc
--b--
""",
        True,
        "failed",
        "010001-000000@email.amazonses.com",
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "Exim": (
        """\
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: p@a.example
X-Failed-Recipients: u@example.com
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1abc@mx.example>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  u@example.com
    host mx1.example.com [2001:db8::25]
    SMTP error from remote mail server after RCPT TO:<u@example.com>:
    550 5.1.1 User Unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <p@a.example>
Received: from localhost ([127.0.0.1])
Message-ID: <p6abc@a.example>
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", "2001:db8::25")],
    ),
    "Exim, a delay": (
        """\
From: Mail Delivery System <Mailer-Daemon@mx.example>
Auto-Submitted: auto-replied
Subject: Warning: message 1abc-0001-XX delayed 24 hours

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

The message identifier is:     1abc-0001-XX
The subject of the message is: hi

The address to which the message has not yet been delivered is:

  u@example.com
    host mx1.example.com [2001:db8::25]
    Delay reason: SMTP error from remote mail server after RCPT TO: 451 4.7.1 try later

No action is required on your part.
""",
        False,
        "delayed",
        None,
        [("u@example.com", 451, "4.7.1", "2001:db8::25")],
    ),
    "Yahoo": (
        """\
From: MAILER-DAEMON@yahoo.com
Subject: Failure Notice

Sorry, we were unable to deliver your message to the following address.

<u@example.com>:
Remote host said: 550 5.1.1 <u@example.com>... User Unknown [RCPT_TO]

--- Below this line is a copy of the message.

Message-ID: <p6abc@a.example>
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "Sendmail": (
        """\
From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>
Subject: Returned mail: see transcript for details
Auto-Submitted: auto-generated (failure)
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

This is a MIME-encapsulated message

--b

The original message was received at Sun, 22 Nov 2026 18:00:00 GMT
from a.example [IPv6:2001:db8:0:0:0:0:0:9]

   ----- The following addresses had permanent fatal errors -----
<u@example.com>
    (reason: 550 5.1.1 <u@example.com>... User unknown)

   ----- Transcript of session follows -----
... while talking to mx9.example.net.:
>>> DATA
<<< 550 5.1.1 <u@example.com>... User unknown
550 5.1.1 <u@example.com>... User unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Received-From-MTA: DNS; a.example
Arrival-Date: Sun, 22 Nov 2026 18:00:00 GMT

Final-Recipient: RFC822; u@example.com
Action: failed
Status: 5.1.1
Remote-MTA: DNS; mx9.example.net
Diagnostic-Code: SMTP; 550 5.1.1 <u@example.com>... User unknown
Last-Attempt-Date: Sun, 22 Nov 2026 18:00:01 GMT

--b
Content-Type: message/rfc822

Message-ID: <p6abc@a.example>
--b--
""",
        True,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "Domino": (
        """\
From: Mail Router <>
Subject: DELIVERY FAILURE: User u (u@example.com) not listed in Domino Directory
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message

  Subject: hello

was not delivered to:

  u@example.com

because:

  User u (u@example.com) not listed in Domino Directory
--b
Content-Type: message/delivery-status

Reporting-MTA: dns;notes.example.com

Final-Recipient: rfc822;u@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: X-Notes; User not listed
--b
Content-Type: message/rfc822

Message-ID: <p6abc@a.example>
--b--
""",
        True,
        "failed",
        "p6abc@a.example",
        [("u@example.com", None, "5.1.1", None)],
    ),
    "Courier": (
        """\
From: "Courier mail server at mx.example" <@mx.example>
Subject: NOTICE: mail delivery status.
Content-Type: multipart/report; report-type=delivery-status; boundary="=_c"

--=_c
Content-Type: text/plain; charset=us-ascii

This is a delivery status notification from mx.example,
running the Courier mail server, version 0.65.

The original message was received on Sun, 22 Nov 2026 18:00:00 +0000
from [127.0.0.1] (localhost)

---------------------------------------------------------------------------

                           UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<u@example.com>:
    mx1.example.com [2001:db8::25]:
>>> RCPT TO:<u@example.com>
<<< 550 5.1.1 <u@example.com>... User Unknown

--=_c
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sun, 22 Nov 2026 18:00:00 +0000
Received-From-MTA: dns; localhost ([127.0.0.1])

Final-Recipient: rfc822; u@example.com
Action: failed
Status: 5.0.0
Remote-MTA: dns; mx1.example.com [2001:db8::25]
Diagnostic-Code: smtp; 550 5.1.1 <u@example.com>... User Unknown

--=_c
Content-Type: text/rfc822-headers

Message-ID: <p6abc@a.example>
--=_c--
""",
        True,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.0.0", "2001:db8::25")],
    ),
    "OpenSMTPD": (
        """\
Subject: Delivery status notification: error
From: Mailer Daemon <MAILER-DAEMON@mx.example>
To: p@a.example
Content-Type: multipart/mixed;boundary="123/mx"

    This is a MIME-encapsulated message.

--123/mx
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this email.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

u@example.com: 550 5.1.1 user unknown

    Below is a copy of the original message:

--123/mx
Content-Description: Delivery Report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; u@example.com
Action: failed
Status: 5.0.0

--123/mx
Content-Description: Message headers
Content-Type: text/rfc822-headers

Message-ID: <p6abc@a.example>
--123/mx--
""",
        True,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.0.0", None)],
    ),
    "OpenSMTPD, older": (
        """\
Subject: Delivery status notification: error
From: Mailer Daemon <MAILER-DAEMON@mx.example>
To: p@a.example

Hi!

This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.

An error has occurred while attempting to deliver a message.

Recipient: u@example.com
Reason:
550 5.1.1 <u@example.com>... User Unknown

Below is a copy of the original message:

Message-ID: <p6abc@a.example>
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "Zoho, a status that is none": (
        """\
From: mailer-daemon@mail.zoho.com
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This message was created automatically by mail delivery software.
 A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.

u@example.com, ERROR CODE :550 - Message headers fail syntax check

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.zohomail.com
Arrival-Date: Sun, 22 Nov 2026 18:00:00 +0800

Original-Recipient: rfc822; u@example.com
Final-Recipient: rfc822; u@example.com
Status: 550
Action: failed
Last-Attempt-Date: 22 Nov 2026 08:11:19 GMT
Diagnostic-Code: Message headers fail syntax check
Remote-MTA: dns; mx1.example.com

--b--
""",
        True,
        "failed",
        None,
        [("u@example.com", None, None, None)],
    ),
    "Postfix, refused by a server that names our address": (
        """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: p@a.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host mx.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; u@example.com
Action: failed
Remote-MTA: dns; mx1.example.com
Diagnostic-Code: smtp; 550-5.7.1 [2001:db8::9] No PTR record. Sent by
    a.example[2001:db8::9] 550 5.7.1 (2001:db8::9)

--b
Content-Type: text/rfc822-headers

Message-ID: <p6abc@a.example>

--b--
""",
        True,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.7.1", None)],
    ),
    "Yahoo, a colon behind the code": (
        """\
From: MAILER-DAEMON@mail.example.net
Subject: Failure Notice

Sorry, we were unable to deliver your message to the following address.

<u@example.com>:
550: 5.1.1 <u@example.com>: Recipient address rejected

--- Below this line is a copy of the message.

Message-ID: <p6abc@a.example>
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "MDaemon": (
        """\
From: MDaemon@mx.example
Return-Path: <>
Subject: Permanent Delivery Failure

The attached message had PERMANENT fatal delivery errors!

Failed address: u@example.com

--- Session Transcript ---
 Sun 2026-11-22 18:00:01: Attempting SMTP connection to [2001:db8::25:25]
 Sun 2026-11-22 18:00:01: <-- 550 5.1.1 unknown
--- End Transcript ---
""",
        False,
        "failed",
        None,
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "hMailServer": (
        """\
From: mailer-daemon@example.com
Subject: Message undeliverable: hello

Your message did not reach some or all of the intended recipients.

   Sent: Sun, 22 Nov 2026 18:00:00 +0000
   Subject: hello

The following recipient(s) could not be reached:

u@example.com
   Error Type: SMTP
   Remote server (192.0.2.25) issued an error.
   hMailServer sent: RCPT TO:<u@example.com>
   Remote server replied: 550 5.1.1 unknown

hMailServer
""",
        False,
        "failed",
        None,
        [("u@example.com", 550, "5.1.1", "192.0.2.25")],
    ),
    "Exchange Online": (
        """\
From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>
Subject: Undeliverable: hello
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

u@example.com
22/11/2026 3:58:12 PM - Server at X.namprd04.prod.outlook.com returned '550 5.4.317 Message expired, cannot connect to remote server'
22/11/2026 3:48:53 PM - Server at mx1.example.com (2001:db8::25) returned '450 4.4.317 Cannot establish session with remote server [LastAttemptedServerName=mx1.example.com] [LastAttemptedIP=[2001:db8::25]:25]'
--b
Content-Type: message/delivery-status

Reporting-MTA: dns;X.namprd04.prod.outlook.com
Arrival-Date: Sun, 22 Nov 2026 15:00:00 +0000

Final-Recipient: rfc822;u@example.com
Action: failed
Status: 5.4.317
Diagnostic-Code: smtp;550 5.4.317 Message expired, cannot connect to remote server
Remote-MTA: dns;mx1.example.com

--b
Content-Type: message/rfc822

Message-ID: <p6abc@a.example>
--b--
""",
        True,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.4.317", "2001:db8::25")],
    ),
    "a report without its status part": (
        """\
From: <>
Return-Path: <>
Subject: Ihre Nachricht
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

<u@example.com>: 550 5.1.1 unknown
--b
Content-Type: message/rfc822

Message-ID: <p6abc@a.example>
--b--
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "a success": (
        """\
From: MAILER-DAEMON@mx.example
Subject: Successful Mail Delivery Report
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

ok
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Original-Envelope-Id: p6abc

Final-Recipient: rfc822; u@example.com
Action: relayed
Status: 2.0.0
Remote-MTA: dns; mx1.example.com
Diagnostic-Code: smtp; 250 2.0.0 Ok
--b--
""",
        True,
        "relayed",
        "p6abc",
        [("u@example.com", 250, "2.0.0", None)],
    ),
    "an appliance": (
        """\
From: MAILER-DAEMON@mx.example
Return-Path: <>
Subject: Undeliverable mail: hello

Message to u@example.com could not be delivered: 550 5.1.1 unknown
""",
        False,
        "failed",
        None,
        [("u@example.com", 550, "5.1.1", None)],
    ),
    "Sun Messaging Server": (
        """\
From: Postmaster@example.com
Subject: Delivery Notification: Delivery has failed

This report relates to a message you sent with the following header fields:

  Message-id: <p6abc@a.example>
  Date: Sun, 22 Nov 2026
  To: u@example.com

Your message cannot be delivered to the following recipients:

  Recipient address: u@example.com
  Reason: Remote SMTP server has rejected address
  Diagnostic code: smtp;550 5.1.1 unknown
  Remote system: dns;mx1.example.com (TCP|192.0.2.1|1234|192.0.2.25|25)
""",
        False,
        "failed",
        "p6abc@a.example",
        [("u@example.com", 550, "5.1.1", None)],
    ),
}

NO_BOUNCES: dict[str, str] = {
    "a vacation note": """\
From: u@example.com
Return-Path: <>
Subject: Auto: failure notice
Auto-Submitted: auto-replied

I am away. 550 things to do
""",
    "a vacation note with a subject of a bounce": """\
From: u@example.com
Return-Path: <>
Subject: Undeliverable: I am away until Monday
Auto-Submitted: auto-replied (vacation)
In-Reply-To: <p6abc@a.example>

I am on holiday, 250 5.1.1 miles from here
""",
    "a read receipt": """\
From: u@example.com
Subject: Undeliverable: x
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b

read
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; u@example.com
Disposition: manual-action/MDN-sent-manually; displayed
--b--
""",
    "somebody who asks about a bounce": """\
From: u@example.com
Subject: Undeliverable: what does that mean?

It said 550 5.1.1 <v@example.com>. Do you know why?
""",
    "a challenge": """\
From: u@example.com
Return-Path: <>
Subject: Please confirm your message
Auto-Submitted: auto-replied

Answer this message to have yours delivered (550 others wait).
""",
    "a report about abuse": """\
From: feedback@example.com
Subject: Undelivered mail
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
--b--
""",
}
