"""A mailing's mail as somebody would get it: for the preview and for the test to oneself.

It is made by the engine's own compiler from the pieces that it will go out by, so that what is seen is what is sent.
"""

import email
import email.policy
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from flask import current_app
from markupsafe import Markup

from app.kernel import clock, mail

from . import audience, checking, composing, framing, headers, slots, starting
from .engine import compile as engine
from .models import Mailing

LIGHT, DARK, NARROW = LOOKS = ("light", "dark", "narrow")
_SCHEME = re.compile(r"@media \(prefers-color-scheme: dark\)")


@dataclass(frozen=True)
class Seen:
    """A mail as a mail program shows it; `body` is the HTML of its text alone."""

    subject: str
    preheader: str
    text: str
    html: str
    body: Markup


def mail_of(mailing: Mailing, language: str, variant: str, values: Mapping[str, str | None]) -> Seen | None:
    """The mail that somebody with these values gets; None where there is no such text. Slots without a value and a
    fallback say their name. Raises slots.Bad and composing.Target."""
    texts = {(text.language, text.variant): text for text in starting.words(mailing.id)}
    if (language, variant) not in texts:
        return None
    composed = composing.compose(texts[language, variant])
    # No delivery has this token: the links lead nowhere, as whoever looks is nobody's recipient.
    said = {**framing.own_links(mailing, uuid.uuid4().bytes, language, variant), **values}
    said |= {name: "{" + name + "}" for name in composed.lacking(said)}
    made = engine.Message(b"", framing.framed(composed)).build(b"", said)
    parsed: EmailMessage = email.message_from_bytes(made.replace(b"\r\n..", b"\r\n."), policy=email.policy.default)
    html = parsed.get_body(("html",)).get_content()
    return Seen(
        str(parsed["Subject"]),
        slots.fill(composed.preheader, said),
        parsed.get_body(("plain",)).get_content(),
        html,
        composing.fill_html(composed.html, said),
    )


def lacking(mailing: Mailing, language: str, variant: str, values: Mapping[str, str | None]) -> tuple[str, ...]:
    """The slots of a text that nothing fills for somebody. Raises as `mail_of`."""
    texts = {(text.language, text.variant): text for text in starting.words(mailing.id)}
    composed = composing.compose(texts[language, variant])
    return composed.lacking({slots.SIGN_LINK: "https://", **values})


def in_look(html: str, look: str) -> str:
    """The HTML as somebody with a light or dark screen sees it, whatever this one is, or on a telephone of 320 px."""
    html = _SCHEME.sub("@media all" if look == DARK else "@media not all", html)
    slim = ".sheet { max-width: 280px !important }</style>"
    return html.replace("</style>", slim, 1) if look == NARROW else html


def made_up(language: str) -> dict[str, str | None]:
    """Values of nobody, for a test to oneself."""
    said = {slots.NAME: "Fictional Name", slots.ORGANISATION: "Fictional Organisation", slots.MISSION: None}
    return {name: slots.value(value, language, name) for name, value in said.items()}


def of_row(mailing: Mailing, row, now) -> dict[str, str]:
    """The values of one recipient (audience.one) for the text that they get; none while it cannot be read."""
    texts = {(text.language, text.variant): text for text in starting.words(mailing.id)}
    text = texts.get((row.language, row.variant))
    try:
        return audience.Values(mailing, composing.compose(text).used, now).of(row) if text else {}
    except (slots.Bad, composing.Target):
        return {}


def send_test(mailing: Mailing, language: str, variant: str, to: str) -> None:
    """Send a mailing's text to one address, as single mails go, from whom it will come. Raises what smtplib raises."""
    seen = mail_of(mailing, language, variant, made_up(language))
    if seen is None:
        return
    neutral = variant == checking.NEUTRAL
    about = headers.About(mailing.id, mailing.campaign, language, neutral, mailing.sender_name, mailing.reply_to)
    common = dict(headers.common(about, headers.house(current_app.config, neutral)))
    message = mail.Message(
        subject=f"[TEST] {seen.subject}",
        recipients=[to],
        body=seen.text,
        html=seen.html,
        sender=common["From"],
        reply_to=common.get("Reply-To"),
        date=clock.now().timestamp(),
        extra_headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
    mail.post(message)
