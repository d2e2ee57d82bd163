"""Whether a mailing may start: every text in every language and variant read, rendered and looked through. Pure.

A mailing is refused while anything is here. What each fault is called in the reader's language says mailing_words.py.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from app.campaigns import markdown

from . import composing, slots
from .composing import Composed, Words

PLAIN, NEUTRAL = VARIANTS = ("plain", "neutral")
SUBJECT, PREHEADER, BODY = FIELDS = ("subject", "preheader", "body")
# What mail programs show of a subject and a preheader (counters warn), and what is refused.
SHOWN = {SUBJECT: 60, PREHEADER: 100}
MOST = {SUBJECT: 200, PREHEADER: 250, BODY: 40_000}
_SAMPLE = {
    slots.NAME: "Fictional Name",
    slots.ORGANISATION: "Fictional Organisation",
    slots.STATE: "Fictional State",
    slots.POSITION: "Fictional Position",
    slots.SIGN_LINK: "https://example.org/",
    slots.MISSION: "mission@example.org",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a text: `why` is a code, `field` of FIELDS or empty, `said` the words meant, `line`, `column`
    their place where there is one."""

    language: str
    variant: str
    field: str
    why: str
    said: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Frame:
    """What stands around a text in a language: how to get no more, and why it came; empty where it is not there."""

    unsubscribe: str
    consent: str


def check(
    texts: Iterable[Words],
    *,
    default: str,
    frames: Callable[[str], Frame],
    neutral_for: Collection[str] = (),
    telling: Callable[[str], Collection[str]] = lambda language: (),
) -> list[Fault]:
    """Everything that keeps a mailing from starting.

    `neutral_for` are the languages in which somebody in a repressed or closed country is written to: each needs a
    neutral text. `telling(language)` are names that a neutral text must not hold: the campaign's, the sender's.
    `frames(language)` is what stands around.
    """
    texts = sorted(texts, key=lambda text: (text.language, text.variant != PLAIN))
    there = {(text.language, text.variant) for text in texts}
    faults: list[Fault] = []
    if not texts:
        faults.append(Fault(default, PLAIN, "", "nothing"))
    elif (default, PLAIN) not in there:
        faults.append(Fault(default, PLAIN, "", "default"))
    for language in sorted({language for language, _ in there}):
        if (language, PLAIN) not in there:
            faults.append(Fault(language, PLAIN, "", "missing"))
        around = frames(language)
        faults += [Fault(language, "", "", why) for why in ("unsubscribe", "consent") if not getattr(around, why)]
    for language in sorted(neutral_for):
        if (language, NEUTRAL) not in there:
            faults.append(Fault(language, NEUTRAL, "", "neutral"))
    for text in texts:
        faults += of_text(text, telling(text.language))
    return faults


def of_text(text: Words, telling: Collection[str] = ()) -> list[Fault]:
    """What is wrong with one text by itself."""
    faults: list[Fault] = []

    def fault(field: str, why: str, said: str = "", line: int = 0, column: int = 0) -> None:
        faults.append(Fault(text.language, text.variant, field, why, said, line, column))

    for field in FIELDS:
        said = getattr(text, field)
        if not said.strip() and field != PREHEADER:
            fault(field, "empty")
        if len(said) > MOST[field]:
            fault(field, "long", str(len(said)))
        if field != BODY and any(letter in said for letter in "\r\n"):
            fault(field, "lines")
        pieces, wrong = slots.read(said)
        for one in wrong:
            fault(field, f"slot-{one.why}", one.said, one.line, one.column)
        used = slots.used(pieces)
        if field == SUBJECT and slots.SIGN_LINK in used:
            fault(field, "link-in-subject", "{sign_link}")
        if text.variant == NEUTRAL:
            for name in sorted(used - (slots.NEUTRAL if field == BODY else frozenset())):
                fault(field, "neutral-slot", "{" + name + "}")
            folded = said.casefold()
            for name in sorted({name for name in telling if _holds(folded, name.casefold())}):
                fault(field, "neutral-tells", name)
    if not any(one.field == BODY for one in faults):
        faults += _of_body(text)
    return faults


def _holds(folded: str, name: str) -> bool:
    # Three letters stand within many a word that tells nothing.
    return bool(name) and (name in folded if len(name) > 3 else bool(re.search(rf"\b{re.escape(name)}\b", folded)))


def _of_body(text: Words) -> list[Fault]:
    try:
        composed = composing.compose(Words(text.language, text.variant, "", "", text.body))
    except composing.Target as error:
        return [Fault(text.language, text.variant, BODY, "target", "{" + name + "}") for name in error.names]
    wrong = [link for link in markdown.links(_without_slots(text.body)) if not link.startswith(_ALLOWED)]
    faults = [Fault(text.language, text.variant, BODY, "link", link) for link in wrong]
    if faults:
        return faults
    # Thousands of slots make a long mail of a short text.
    filled = composing.fill(composed, _SAMPLE).text.strip()
    if not filled:
        faults.append(Fault(text.language, text.variant, BODY, "empty"))
    elif len(filled) > 2 * MOST[BODY]:
        faults.append(Fault(text.language, text.variant, BODY, "long", str(len(filled))))
    return faults


_ALLOWED = ("https://", "http://", "mailto:")


def _without_slots(body: str) -> str:
    return "".join(p if isinstance(p, str) else "https://example.org/" for p in slots.parse(body))


def composed(texts: Iterable[Words]) -> Mapping[tuple[str, str], Composed]:
    """Every text in pieces, by language and variant. Raises slots.Bad and composing.Target: `check` first."""
    return {(text.language, text.variant): composing.compose(text) for text in texts}
