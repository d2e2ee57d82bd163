"""Complaints that mail providers pass on (Abuse Reporting Format, RFC 5965)."""

from email.message import Message

from . import parts

# "not-spam" takes a complaint back; the others are about servers, not about what somebody thinks of a mail.
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list", "virus", "other"})


def fields(message: Message) -> Message | None:
    """The fields of the report; None where the message is none."""
    part = next((p for p in parts.own_parts(message) if p.get_content_type() == "message/feedback-report"), None)
    if part is None:
        return _of_outlook(message)
    found = parts.blocks(part)
    return found[0] if found else Message()


def is_complaint(report: Message) -> bool:
    """Whether these fields say that somebody complained."""
    return parts.header(report, "Feedback-Type").lower() in _COMPLAINTS


def about(report: Message) -> tuple[str, ...]:
    """The addresses that the report names; most providers leave them out."""
    named = report.get_all("Original-Rcpt-To") or []
    return tuple(address for value in named if (address := parts.typed_address(str(value))))


def _of_outlook(message: Message) -> Message | None:
    """Outlook.com's programme for senders sends the mail itself, and writes into its headers who complained."""
    for part in parts.own_parts(message):
        mail = part.get_payload(0) if part.get_content_type() == "message/rfc822" and part.is_multipart() else None
        if mail is not None and "X-HmXmrOriginalRecipient" in mail:
            report = Message()
            report["Feedback-Type"] = "abuse"
            return report
    return None
