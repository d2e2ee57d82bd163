"""Amazon SES: notifications and events that come through topics of Amazon SNS.

The delivery is known by `mail.source`, the envelope's sender that we gave. Field names are those of "Contents of Amazon
SNS notifications for Amazon SES" and of "event data that Amazon SES publishes to Amazon SNS": they differ in one.
"""

import json

from .. import stamps
from . import rules, sns
from .hook import Call, listed, moment, part, said
from .model import AUTOMATIC, COMPLAINED, HARD, SOFT, UNKNOWN, UNSUBSCRIBED, Event

SETTING = "SES_TOPICS"
# What SES itself knows to be no good; its code, if any, beats this.
_NOBODY = frozenset({"General", "NoEmail", "Suppressed", "OnAccountSuppressionList"})


def events(call: Call) -> list[Event]:
    """The events of a call; a topic's first call is answered with our yes. Raises Refused unless it is Amazon's."""
    fields = sns.opened(call.body, call.setting, call.now)
    sns.prove(fields, call.fetch(sns.certificate_url(fields)), call.now)
    if fields["Type"] == sns.CONFIRMATION:
        call.fetch(sns.subscribe_url(fields))
        return []
    if fields["Type"] != sns.NOTIFICATION:
        return []
    try:
        told = json.loads(said(fields, "Message"))
    except (ValueError, RecursionError):
        # Such as the line by which SES tries out a topic.
        return []
    return _events(told, said(fields, "MessageId"), call) if isinstance(told, dict) else []


def _events(told: dict, number: str, call: Call) -> list[Event]:
    kind = said(told, "eventType") or said(told, "notificationType")
    token = _token(part(told, "mail"), call)

    def event(kind: str, at: str, address: str, outside_id: str, status: str | None = None) -> Event:
        return Event(
            source="ses",
            outside_id=outside_id,
            kind=kind,
            at=moment(at, call.now),
            token=token,
            status=status,
            about=(address,) if address else (),
            vouched=True,
        )

    if kind == "Bounce":
        bounce = part(told, "bounce")
        number = said(bounce, "feedbackId") or number
        return [
            event(*_bounce(bounce, one), outside_id=f"{number}/{place}", status=rules.status_in(said(one, "status")))
            for place, one in enumerate(listed(bounce, "bouncedRecipients"))
        ]
    if kind == "Complaint":
        complaint = part(told, "complaint")
        if said(complaint, "complaintFeedbackType") == "not-spam":
            return []
        number, at = said(complaint, "feedbackId") or number, said(complaint, "timestamp")
        complained = listed(complaint, "complainedRecipients")
        # SES names everybody the mail went to, where the complaint does not say who made it: with us that is one.
        if len(complained) > 1:
            return []
        return [event(COMPLAINED, at, said(one, "emailAddress"), f"{number}/0") for one in complained]
    if kind == "Subscription":
        return [event(UNSUBSCRIBED, said(part(told, "subscription"), "timestamp"), "", number)]
    return []


def _bounce(bounce: dict, recipient: dict) -> tuple[str, str, str]:
    words = said(recipient, "diagnosticCode")
    kind, code = rules.failed(said(recipient, "status"), words)
    permanent = said(bounce, "bounceType") == "Permanent"
    if permanent and rules.vague(code):
        kind = HARD if said(bounce, "bounceSubType") in _NOBODY else SOFT
    elif said(bounce, "bounceType") == "Transient":
        # Answering machines come as Transient and General, with nothing that a server said.
        machine = said(bounce, "bounceSubType") == "General" and not words and code is None
        kind = AUTOMATIC if machine else SOFT
    return (SOFT if kind == UNKNOWN else kind), said(bounce, "timestamp"), said(recipient, "emailAddress")


def _token(mail: dict, call: Call) -> bytes | None:
    token = stamps.token_in(said(mail, "source"), call.keyring)
    if token:
        return token
    links = [said(one, "value") for one in listed(mail, "headers") if said(one, "name").lower() == "list-unsubscribe"]
    return stamps.token_in_link(links[0]) if links else None
