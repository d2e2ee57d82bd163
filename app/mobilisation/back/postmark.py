"""Postmark: it signs nothing, and proves itself by the name and password that its webhook was given (HTTP Basic).

The delivery is known by the metadata that a header of ours gave the mail (headers.own): Postmark sets a return path of
its own. Its kinds of bounces are those of "Bounce types" in its developer documentation.
"""

import base64
import binascii
import hmac
import json

from .. import stamps
from . import rules
from .hook import Call, Refused, moment, part, said
from .model import AUTOMATIC, COMPLAINED, HARD, SOFT, UNKNOWN, UNSUBSCRIBED, Event

SETTING = "POSTMARK_HOOK"
_KINDS = {
    "HardBounce": HARD,
    "BadEmailAddress": HARD,
    "SpamComplaint": COMPLAINED,
    "Unsubscribe": UNSUBSCRIBED,
    "AutoResponder": AUTOMATIC,
    "AddressChange": AUTOMATIC,
    "ChallengeVerification": AUTOMATIC,
    "SoftBounce": SOFT,
    "DnsError": SOFT,
    "SpamNotification": SOFT,
    "VirusNotification": SOFT,
    "Blocked": SOFT,
    "DMARCPolicy": SOFT,
    "ManuallyDeactivated": SOFT,
}


def events(call: Call) -> list[Event]:
    """The event of a call. Raises Refused unless name and password are those of the setting."""
    if not _is_postmark(call.authorization, call.setting):
        raise Refused(401)
    try:
        told = json.loads(call.body)
    except (ValueError, RecursionError):
        raise Refused(400) from None
    if not isinstance(told, dict):
        raise Refused(400)
    # Hooks of the older kind are told of bounces and complaints alone, without this field.
    record = said(told, "RecordType") or ("Bounce" if "BouncedAt" in told else "")
    if record in ("Bounce", "SpamComplaint"):
        return [_bounce(told, call)]
    if record == "SubscriptionChange":
        return _change(told, call)
    return []


def _bounce(told: dict, call: Call) -> Event:
    kind = _KINDS.get(said(told, "Type"), UNKNOWN)
    words = f"{said(told, 'Details')}\n{said(told, 'Description')}"
    status = rules.status_in(said(told, "Details"))
    # Postmark calls hard whatever is refused for good, also for a policy: that says nothing about the address.
    if kind == HARD and not rules.vague(status):
        kind, status = rules.failed(status, words)
    if said(told, "RecordType") == "SpamComplaint":
        kind = COMPLAINED
    return _event(told, call, kind, f"{told.get('ID')}", said(told, "BouncedAt"), said(told, "Email"), status)


def _change(told: dict, call: Call) -> list[Event]:
    if told.get("SuppressSending") is not True:
        return []
    kind = {"SpamComplaint": COMPLAINED, "ManualSuppression": UNSUBSCRIBED}.get(said(told, "SuppressionReason"))
    # What an operator did at Postmark by hand was no wish of whoever gets the mail.
    if kind is None or (kind == UNSUBSCRIBED and said(told, "Origin") != "Recipient"):
        return []
    number = f"{said(told, 'MessageID')}/{said(told, 'ChangedAt')}"
    return [_event(told, call, kind, number, said(told, "ChangedAt"), said(told, "Recipient"), None)]


def _event(told: dict, call: Call, kind: str, number: str, at: str, address: str, status: str | None) -> Event:
    return Event(
        source="postmark",
        outside_id=number,
        kind=kind,
        at=moment(at, call.now),
        token=stamps.token_in(said(part(told, "Metadata"), "delivery"), call.keyring),
        status=status,
        about=(address,) if address else (),
        vouched=True,
    )


def _is_postmark(authorization: str, secret: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    return hmac.compare_digest(given, secret.encode()) and scheme.lower() == "basic"
