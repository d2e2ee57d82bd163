"""The words in which the desk tells of signatures, in the reader's language."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.states import queries as states

from . import bulk
from .forms import OTHER_AREA, UNSAID_AREA
from .selecting import Chosen


def state_words() -> dict[str, str]:
    """What a state is called; `held` is one that is not confirmed and is held."""
    return {
        "pending": _("not confirmed"),
        "held": _("held"),
        "confirmed": _("counts"),
        "fraudulent": _("called false"),
    }


def held_words() -> dict[str, str]:
    """What can hold a signature."""
    return {
        "network": _("many from one network"),
        "domain": _("many from one mail domain"),
        "trap": _("the field that people leave empty was filled in"),
    }


def shown_words() -> dict[str, str]:
    """How a signatory can be shown."""
    return {
        "name": _("with name and country or area"),
        "area": _("with country or area only"),
        "none": _("not at all"),
    }


def comment_words() -> dict[str, str]:
    """What can have become of a comment."""
    return {"waiting": _("waits to be read"), "let": _("shown"), "refused": _("refused")}


def area_words(lang: str) -> dict[str, str]:
    """The names of areas, and of the two that are none, by code."""
    return {**states.area_names(lang), OTHER_AREA: _("Another area"), UNSAID_AREA: _("Not said")}


def bulk_words() -> dict[str, str]:
    """What can have become of a bulk action."""
    return {
        "waiting": _("waits to be checked"),
        "running": _("under way"),
        "done": _("done"),
        "undoing": _("being undone"),
        "undone": _("undone"),
        "cancelled": _("stopped"),
    }


def checked_words() -> dict[str, str]:
    """How a bulk action was checked."""
    return {
        bulk.NONE: _("few enough for one person"),
        bulk.ONE: _("checked by one"),
        bulk.TWO: _("checked by two"),
    }


def conditions(wanted: Chosen, lang: str) -> list[tuple[str, str, str]]:
    """Each condition as its name in an address, its label, and its value in words."""
    said = wanted.said
    words = {
        "state": (_("State"), state_words()),
        "area": (_("Country or area"), area_words(lang)),
        "network": (_("Network"), {}),
        "domain": (_("Mail domain"), {}),
        "source": (_("Came by"), {}),
        "held": (_("Held because"), held_words()),
        "name": (_("Name shown"), {said.get("name", ""): _("the one that was searched for")}),
        "since": (_("From"), {}),
        "until": (_("Before"), {}),
    }
    return [
        (
            key,
            label,
            f"{said[key].replace('T', ' ')} UTC" if key in ("since", "until") else values.get(said[key], said[key]),
        )
        for key, (label, values) in words.items()
        if key in said
    ]


def refusal(why: str, most: int) -> str:
    """Why a bulk action was refused."""
    return {
        "empty": _("Choose at least one condition first: without one, all signatures would be meant."),
        "all": _("All signatures of the petition are meant. Please narrow the conditions."),
        "reason": _("Please give a reason. It should name nobody."),
        "none": _("No signature is meant that is not called false already."),
        "many": ngettext(
            "More than %(count)s signature is meant. Please narrow the conditions.",
            "More than %(count)s signatures are meant. Please narrow the conditions.",
            most,
            count=most,
        ),
        "yourself": _("Somebody else has to check this: you asked for it yourself."),
        "own": _("Somebody else has to check this: whoever asked for it gave you your role since."),
        "state": _("This has been decided meanwhile."),
    }[why]


def event_words() -> dict[str, str]:
    """What can befall a signature: history.Event.what, and a mail's kind."""
    return {
        "signed": _("Signed"),
        "confirm": _("Mail: please confirm"),
        "reminder": _("Mail: reminder"),
        "repeat": _("Mail: your signature stands already"),
        "confirmed": _("Confirmed by its person"),
        "false": _("Called false"),
        "signatures.look": _("Name and address looked at"),
        "signatures.restore": _("Restored"),
        "signatures.release": _("Held no more"),
        "comments.let": _("Comment let"),
        "comments.refuse": _("Comment refused"),
    }
