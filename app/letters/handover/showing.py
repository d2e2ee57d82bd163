"""Which of a letter's signatories a document may name. Renderers are given what comes out of here, and no more.

Nobody who chose to be hidden is named in either view: who wanted only their country or region told, or only to be
counted, is in no document, whoever asks for it.
"""

from dataclasses import replace

from .records import PUBLIC, Handover, Signatory, figures


def safe(handover: Handover) -> Handover:
    """What may be public: names that are public today, and the person beside one only where they agreed to it.

    Who wants to be named at the handover only is counted meanwhile, and in no country's line.
    """
    named = [one for one in handover.signatories if one.visibility == PUBLIC]
    public = tuple(_without_person(one) for one in named if not one.delayed)
    return _showing(handover, public, handover.figures.counted + len(named) - len(public), full=False)


def full(handover: Handover) -> Handover:
    """What those may see who hand the letter over: besides, who is to be named at the handover, and who signed for each
    organisation. The document says on every page that it is not for publication."""
    named = tuple(one for one in handover.signatories if one.visibility == PUBLIC)
    return _showing(handover, named, handover.figures.counted, full=True)


def check(handover: Handover) -> None:
    """Raises ValueError where a document would name somebody who is hidden, or not named yet, or a person who did not
    agree to it."""
    for one in handover.signatories:
        if one.visibility != PUBLIC:
            raise ValueError("a hidden signatory in a handover document")
        if not handover.full and (one.delayed or (one.person and not one.person_public)):
            raise ValueError("what is not public in a public handover document")


def _showing(handover: Handover, named: tuple[Signatory, ...], counted: int, *, full: bool) -> Handover:
    told = figures(named, handover.unnamed, by_area=handover.figures.by_area, counted=counted)
    return replace(handover, signatories=named, figures=told, full=full)


def _without_person(one: Signatory) -> Signatory:
    if one.person_public or not (one.person or one.title):
        return one
    return replace(one, person="", title="")
