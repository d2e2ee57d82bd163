"""Which of a letter's signatories a document may name. Renderers are given what comes out of here, and no more.

Nobody who chose to be hidden is named in either view: who wanted only their country or region told, or only to be
counted, is in no document, whoever asks for it.
"""

from dataclasses import replace

from .records import PUBLIC, Handover, Signatory, figures


def safe(handover: Handover) -> Handover:
    """What may be public: names that are public today, and the person beside one only where they agreed to it.

    Who wants to be named at the handover only is among the counted until then, and in no country's line.
    """
    public = (one for one in handover.signatories if one.visibility == PUBLIC and not one.delayed)
    return _showing(handover, tuple(map(_without_person, public)), handover.figures.counted, full=False)


def full(handover: Handover) -> Handover:
    """What those may see who hand the letter over: besides, who is to be named at the handover, and who signed for each
    organisation. The document says on every page that it is not for publication."""
    named = tuple(one for one in handover.signatories if one.visibility == PUBLIC)
    counted = max(0, handover.figures.counted - sum(one.delayed for one in named))
    return _showing(handover, named, counted, full=True)


def check(handover: Handover) -> None:
    """Raises ValueError where a document would name somebody who is hidden, or not named yet, or a person who did not
    agree to it."""
    for one in handover.signatories:
        if one.visibility != PUBLIC:
            raise ValueError("a hidden signatory in a handover document")
        if not handover.full and (one.delayed or (one.person and not one.person_public)):
            raise ValueError("what is not public in a public handover document")


def _showing(handover: Handover, named: tuple[Signatory, ...], counted: int, *, full: bool) -> Handover:
    given = handover.figures
    told = figures(named, handover.unnamed, by_area=given.by_area, counted=counted, at_least=given.at_least)
    return replace(handover, signatories=named, figures=told, full=full)


def _without_person(one: Signatory) -> Signatory:
    if one.person_public or not (one.person or one.title):
        return one
    return replace(one, person="", title="")
