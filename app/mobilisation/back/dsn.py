"""Delivery status notifications (RFC 3464), and what well-known servers send in their place.

Read are multipart/report with message/delivery-status, qmail's own format (QSBMF), Exim's text with
X-Failed-Recipients, and a text from a mail server that gives a code, or says in known words that nobody has this
address. What is none of these is left for a person; docs/operators.md says so.
"""

import re
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

from . import parts, rules
from .model import DELAYED, DELIVERED, HARD, SOFT, UNKNOWN

_DAEMONS = re.compile(r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mail-?system)\b", re.IGNORECASE)
_POSTMASTERS = re.compile(r"^postmaster\b", re.IGNORECASE)
# The second for addresses that are not ASCII (RFC 6533).
_STATUS = ("message/delivery-status", "message/global-delivery-status")
_QMAIL = re.compile(r"^Hi\. This is the \S.{0,60} (?:program|mailer)|^Hi\. This is the qmail", re.MULTILINE)
_QMAIL_RECIPIENT = re.compile(r"^<([^>\s]+@[^>\s]+)>:\s*\n((?:(?!\n\n|^---)[\s\S])*)", re.MULTILINE)
_DELAYED = re.compile(
    r"\b(?:delayed|will (?:keep trying|retry|be retried)|warning message only|not yet been delivered)\b", re.IGNORECASE
)
# What comes behind is the mail that we sent: its words are ours.
_COPY = re.compile(
    r"^-{3,}.{0,20}(?:below this line|this is a copy|original message|returned message|transcript of the original"
    r"|message header|forwarded message|unsent message).*|^Return-Path:.*|^(?:原邮件|原始邮件).*",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Report:
    """What a report says of one mail: its kind, the code if there was one, the addresses that it names."""

    kind: str
    status: str | None = None
    about: tuple[str, ...] = ()


def report(message: Message) -> Report | None:
    """What a report by the standard says; None where this is none."""
    status = next((part for part in parts.own_parts(message) if part.get_content_type() in _STATUS), None)
    if status is None:
        return None
    found = [_recipient(block, parts.words(message)) for block in parts.blocks(status) if _is_recipient(block)]
    if not found:
        # A server that broke its own report has still said in words what was the matter.
        kind, code = rules.failed(None, before_copy(parts.words(message)))
        return Report(kind, code)
    return _together(found)


def unusual(message: Message) -> Report | None:
    """What a mail server says in a form of its own; None where this is from no mail server."""
    failed = parts.header(message, "X-Failed-Recipients")
    if not failed and not from_a_server(message):
        return None
    said = before_copy(parts.words(message))
    if _QMAIL.search(said):
        found = [Report(*rules.failed(None, words), (address,)) for address, words in _QMAIL_RECIPIENT.findall(said)]
        if found:
            return _together(found)
    kind, code = rules.failed(None, said)
    about = tuple(address for part in failed.split(",") if (address := parts.typed_address(part)))
    if failed and kind == UNKNOWN:
        kind = SOFT
    if not failed and kind != HARD and _DELAYED.search(said):
        kind = DELAYED
    return Report(kind, code, about)


def from_a_server(message: Message) -> bool:
    """Whether a mail server wrote this, by the address or the name it comes from. That it has no return path says
    nothing: answering machines have none, either (RFC 3834, 3.3)."""
    _, address = parseaddr(parts.header(message, "From"))
    if not address:
        return parts.header(message, "Return-Path").strip() == "<>"
    return bool(_POSTMASTERS.match(address)) or from_a_daemon(message)


def from_a_daemon(message: Message) -> bool:
    """Whether it comes from where nobody has an answering machine: a postmaster may be a person, a daemon is none.
    Some of them call what they write an automatic reply."""
    name, address = parseaddr(parts.header(message, "From"))
    return bool(_DAEMONS.match(address) or re.match(r"(?:mail )?delivery (?:sub)?system", name, re.IGNORECASE))


def before_copy(said: str) -> str:
    """A report's own words, without those of the mail that came back."""
    found = _COPY.search(said)
    return said[: found.start()] if found and said[: found.start()].strip() else said


def _is_recipient(block: Message) -> bool:
    return "Final-Recipient" in block or "Action" in block or "Original-Recipient" in block


def _recipient(block: Message, said: str) -> Report:
    action = parts.header(block, "Action").partition(" ")[0].strip(";").lower()
    about = tuple(
        dict.fromkeys(
            address
            for name in ("Original-Recipient", "Final-Recipient")
            if (address := parts.typed_address(parts.header(block, name)))
        )
    )
    status = parts.header(block, "Status")
    if action in ("delivered", "relayed", "expanded"):
        return Report(DELIVERED, rules.status_in(status), about)
    if action == "delayed":
        return Report(DELAYED, rules.status_in(status), about)
    kind, code = rules.failed(status, parts.header(block, "Diagnostic-Code"))
    if kind == UNKNOWN or (kind == SOFT and rules.vague(code)):
        kind, code = rules.failed(code, before_copy(said))
    # Action says that it failed, whatever else is missing.
    return Report(SOFT if kind == UNKNOWN else kind, code, about)


def _together(found: list[Report]) -> Report:
    """One mail went to one address. Where its server tells of several, that was a list behind it: the address is no
    good only if none of them is."""
    kinds = {one.kind for one in found}
    kind = HARD if kinds == {HARD} else next((k for k in (SOFT, HARD, UNKNOWN, DELAYED) if k in kinds), DELIVERED)
    first = next((one for one in found if one.kind == kind), found[0])
    about = tuple(dict.fromkeys(address for one in found for address in one.about))
    return Report(SOFT if kind == HARD and len(kinds) > 1 else kind, first.status, about)
