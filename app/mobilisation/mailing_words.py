"""What states, reasons and faults of mailings are called in the reader's language."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from app.kernel import i18n

from . import eligibility, mailing_operations, proposals, slots
from .checking import MOST, Fault

STATES = {
    "draft": lazy("Being written"),
    "waiting": lazy("Waits for a second person"),
    "scheduled": lazy("Will start"),
    "running": lazy("Being sent"),
    "paused": lazy("Paused"),
    "finished": lazy("Finished"),
    "cancelled": lazy("Cancelled"),
}
PARTS = {
    "sent": lazy("Sent out"),
    "failed": lazy("Failed"),
    "excluded": lazy("Left out"),
    "cancelled": lazy("Cancelled"),
    "uncertain": lazy("Uncertain"),
    "queued": lazy("Waiting"),
}
VARIANTS = {"plain": lazy("Usual text"), "neutral": lazy("Neutral text")}
FIELDS = {"subject": lazy("Subject"), "preheader": lazy("First line shown beside the subject"), "body": lazy("Text")}
REASONS = {
    **eligibility.REASONS,
    "discreet": lazy("A mail could do harm where they are, and this mailing has no neutral text"),
    "slot": lazy("A slot of the text has no value for them"),
    "moved": lazy("Their state came to support it"),
    "no-such-address": lazy("There is no such address"),
    "mailbox": lazy("Their mailbox takes nothing"),
    "policy": lazy("Their server refuses our mail on principle"),
    "refused": lazy("Their server refused it"),
    "gave-up": lazy("Their server did not take it for two days"),
    "address": lazy("The address cannot be written to"),
    "no-text": lazy("There is no text for them"),
    "headers": lazy("The mail could not be made"),
    mailing_operations.LEFT: lazy("Somebody decided to leave it as it is"),
}
PAUSED = {
    "person": lazy("Somebody paused it."),
    "errors": lazy("It paused by itself: too many addresses failed."),
    "complaints": lazy("It paused by itself: too many reported it as unwanted."),
    "policy": lazy(
        "It paused by itself: the mail server that we send through refuses our mail. Whoever runs this site sees why;"
        " once that is mended, it can go on."
    ),
}
REFUSALS = {
    "state": lazy("This is no longer possible: somebody changed the mailing in the meantime."),
    "faults": lazy("Something in the texts is missing or wrong."),
    "untried": lazy("Please have a dry run first: something was changed since the last one, or there was none."),
    "nobody": lazy("Nobody would get it."),
    "yourself": lazy("Somebody other than who wrote it or asked for it has to say yes."),
    "own": lazy("Whoever was given a role by the one who asks is no second person for it."),
    "segment": lazy("The rule names something that there is no longer."),
    "grown": lazy("It would go to more than was agreed to. Please have a dry run and ask again."),
}
SLOTS = {
    slots.NAME: lazy("The recipient’s name"),
    slots.ORGANISATION: lazy("Their organisation, by its name in the mail’s language where it has one"),
    slots.STATE: lazy("Their state, by its UN name in the mail’s language"),
    slots.POSITION: lazy("Where that state stands on the ask, in words"),
    slots.SIGN_LINK: lazy("The address where they sign the letter for their organisation"),
    slots.MISSION: lazy("The general mailbox of their state’s mission"),
}
_SPELLED = re.compile(r"(\{\{|\}\}|\{[^{}\n]*\}|\[[^\]\n]*\]\([^)\n]*\)|##)")
_FAULTS = {
    "nothing": lazy("There is no text yet."),
    "default": lazy("There is no text in the language of whoever reads none of the others."),
    "missing": lazy("There is a neutral text, and no usual one."),
    "neutral": lazy("A neutral text is missing: somebody is written to in this language where a mail could do harm."),
    "unsubscribe": lazy("How to get no more mails cannot be said in this language yet."),
    "consent": lazy("Why somebody gets this mail cannot be said in this language yet."),
    "empty": lazy("Nothing stands here."),
    "lines": lazy("This has to be one line."),
    "link-in-subject": lazy("An address cannot stand here."),
}
_WITH = {
    "long": lazy("This is too long: %(said)s characters, and %(most)s are the most."),
    "slot-unknown": lazy("There is no slot %(said)s (line %(line)s, character %(column)s)."),
    "slot-brace": lazy("A brace stands alone in line %(line)s, character %(column)s. Write {{ or }} for one."),
    "slot-fallback": lazy(
        "Behind the bar in %(said)s stands nothing that can take its place (line %(line)s, character %(column)s)."
    ),
    "neutral-slot": lazy("%(said)s would tell something in a neutral mail."),
    "neutral-tells": lazy("“%(said)s” would tell what a neutral mail is about."),
    "target": lazy("%(said)s is no address that a link could lead to."),
    "link": lazy("A link cannot lead to %(said)s."),
}


def parts(text: str) -> list[tuple[bool, str]]:
    """Words about a text in parts, each with whether it has to be typed just so: slots with their braces, and Markdown.
    In Arabic their signs would change places with the words around them."""
    return [(place % 2 == 1, type(text)(part)) for place, part in enumerate(_SPELLED.split(text)) if part]


def fault(one: Fault) -> str:
    """What is wrong, in a sentence, with the language and the part of the text before it."""
    language = i18n.EVERY[one.language].autonym if one.language in i18n.EVERY else one.language
    place = [language]
    if one.variant == "neutral":
        place.append(str(VARIANTS["neutral"]))
    if one.field:
        place.append(str(FIELDS[one.field]))
    return _("%(place)s: %(fault)s", place=", ".join(place), fault=fault_alone(one))


def fault_alone(one: Fault) -> str:
    """The same without where."""
    if one.why in _FAULTS:
        return str(_FAULTS[one.why])
    said = {"said": one.said, "line": one.line, "column": one.column, "most": MOST.get(one.field, 0)}
    return str(_WITH[one.why]) % said


def reason(code: str | None) -> str:
    """Why somebody was left out or a mail failed; what has no words here by its code."""
    return str(REASONS.get(code, code)) if code else ""


def paused(code: str | None) -> str:
    """Why a mailing is paused."""
    return str(PAUSED.get(code, PAUSED["person"]))


def refusal(code: str) -> str:
    """Why something is not done."""
    return str(REFUSALS[code])


def proposal(state: str, number: int) -> str:
    """That organisations in a state without a clear view have not been written to; very many are not all counted."""
    if number >= proposals.MOST_COUNTED:
        return _(
            "%(state)s has no clear view, and at least %(count)s organisations of ours there have not been written to",
            state=state,
            count=i18n.plain_number(number),
        )
    return ngettext(
        "%(state)s has no clear view, and %(count)s organisation of ours there has not been written to",
        "%(state)s has no clear view, and %(count)s organisations of ours there have not been written to",
        number,
        state=state,
        count=i18n.plain_number(number),
    )
