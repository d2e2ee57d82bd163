"""Messages as mail servers and providers write them; every name and domain in them is reserved for examples."""

PATH = "bounces+{stamp}@plenary.test"


def dsn(
    to: str, status: str, action: str = "failed", diagnostic: str = "", final: str = "ada@example.org", more: str = ""
) -> bytes:
    """A report by RFC 3464 as Postfix writes it."""
    return f"""\
Return-Path: <>
Delivered-To: {to}
Date: Sat, 28 Nov 2026 10:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="B1/mx.example.org"
Message-Id: <20261128100000.B1@mx.example.org>

This is a MIME-encapsulated message.

--B1/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

--B1/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: B1
Arrival-Date: Sat, 28 Nov 2026 09:59:59 +0000 (UTC)

Final-Recipient: rfc822; {final}
Original-Recipient: rfc822;{final}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; {diagnostic}
{more}
--B1/mx.example.org
Content-Description: Undelivered Message
Content-Type: text/rfc822-headers

Subject: The focal point: user unknown, no such user, 5.1.1
Message-ID: <x@plenary.test>

--B1/mx.example.org--
""".encode()


def qmail(to: str, address: str = "ada@example.org") -> bytes:
    """qmail's own format (QSBMF)."""
    return f"""\
Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{to}>
Subject: Over quota 4.2.2

Hello
""".encode()


def exim(to: str, address: str = "ada@example.org") -> bytes:
    """Exim's text, as old ones write it: it calls itself an automatic reply."""
    return f"""\
Return-path: <>
Envelope-to: {to}
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: {to}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {address}
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

Return-path: <{to}>
Subject: mailbox full
""".encode()


def page(to: str) -> bytes:
    """HTML alone, in Chinese, as a large provider writes it."""
    from base64 import encodebytes

    body = encodebytes(
        "<html><style>b{}</style><p>很抱歉,您的邮件被退回:<b>收件人邮箱地址不存在</b></p></html>".encode("gb18030")
    )
    return (
        f"From: PostMaster@mx.example.org\r\nTo: {to}\r\nSubject: =?gb18030?B?zsTNy9DF?=\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + body


def vacation(
    to: str, *headers: str, subject: str = "Re: The focal point", words: str = "User unknown 550 5.1.1"
) -> bytes:
    """Somebody's answering machine, from an address that gets bounces, too."""
    lines = [f"From: ada@example.org\r\nTo: {to}\r\nSubject: {subject}", *headers, "", words, ""]
    return "\r\n".join(lines).encode()


def complaint(original: str, kind: str = "abuse") -> bytes:
    """A complaint by RFC 5965 with the headers of the mail, and nobody's address."""
    return f"""\
From: <feedback@provider.example>
To: <abuse@plenary.test>
Subject: FW: The focal point
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="F1"

--F1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--F1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--F1
Content-Type: message/rfc822

{original}
Subject: The focal point
From: Plenary <plenary@plenary.test>

Hello
--F1--
""".encode()


def outlook(original: str) -> bytes:
    """A complaint as Outlook.com passes it on: the mail itself, and who complained in a header of it."""
    return f"""\
From: staff@provider.example
To: <abuse@plenary.test>
Subject: complaint about message from 192.0.2.1
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="J1"

--J1
Content-Type: message/rfc822
Content-Disposition: inline

X-HmXmrOriginalRecipient: ada@example.org
{original}
Subject: The focal point
From: Plenary <plenary@plenary.test>

Hello
--J1--
""".encode()


def daemon(to: str, words: str) -> bytes:
    """A report in a server's own words that calls itself an automatic reply, as those of large Russian and French
    providers do."""
    return f"""\
Auto-Submitted: auto-replied
Precedence: bulk
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: {to}
Subject: Mail failure.
Content-Type: text/plain; charset="utf-8"

{words}

------ This is a copy of your message, including all the headers.

Subject: user unknown
""".encode()
