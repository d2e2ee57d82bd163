"""What positions, their grounds and their flags are called, in the reader's language. Codes are those of record.py."""

from datetime import date

from babel.units import format_unit
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from app.kernel import i18n
from app.kernel.i18n import format_day, plain_number

from . import record
from .desk_words import CASTS, ON, TYPES, YES_MEANS
from .tallies import Reach, Tally

POSITIONS = {
    record.CHAMPION: lazy("Champion"),
    record.SUPPORT: lazy("Supports"),
    record.PARTIAL: lazy("Supports in part"),
    record.UNDECIDED: lazy("No clear view"),
    record.SCEPTICAL: lazy("Sceptical"),
    record.OPPOSED: lazy("Opposes"),
    record.UNKNOWN: lazy("No position recorded"),
}
DEFINITIONS = {
    record.CHAMPION: lazy("Tabled, co-facilitated or convened others for this ask in its own name"),
    record.SUPPORT: lazy("States support for the ask itself, signs it, co-sponsors it or votes yes on it"),
    record.PARTIAL: lazy("Supports the aim or a weaker form, or supports with a stated reservation on the ask"),
    record.UNDECIDED: lazy("Has spoken on it but neither for nor against; abstained; studying"),
    record.SCEPTICAL: lazy("Questions need, cost or mandate, or asks for delay, without rejecting"),
    record.OPPOSED: lazy("States opposition, votes no, breaks silence on it or dissociates from it"),
    record.UNKNOWN: lazy("No evidence on file – not the same as undecided"),
}
LEVELS = {
    record.OWN: lazy("In its own name"),
    record.NAMED: lazy("In its own name, by joining others"),
    record.GROUP: lazy("Through a group only"),
    record.NONE: lazy("No evidence on file"),
}
FLAGS = {
    record.CONTRADICTED: lazy("A later statement of its group says otherwise"),
    record.CONFLICTING: lazy("Statements of the same day differ; the lower one counts"),
    record.ABSTAINED: lazy("Abstained"),
    record.DATED: lazy("Older than four years"),
    record.NEWER_INFORMAL: lazy("A newer informal statement says otherwise"),
    record.MEMBERSHIP_DATE_UNKNOWN: lazy("Since when it is in the group is not known"),
}

# What wordings of an ask are called here; a campaign may have others, which are then told by their code.
VARIANTS = {
    "": lazy("no wording in particular"),
    "asg": lazy("a post at the rank of Assistant Secretary-General or higher"),
    "usg": lazy("a post at the rank of Under-Secretary-General"),
    "envoy": lazy("an envoy or champion for civil society"),
}


def variant(code: str) -> str:
    """What a wording of an ask is called."""
    return str(VARIANTS.get(code, code))


def act(piece: record.Evidence) -> str:
    """What a piece is, in one line: the kind of act, and of a vote what was cast on what and what yes means."""
    said = [str(TYPES.get(piece.type, piece.type))]
    if piece.cast:
        said.append(str(CASTS[piece.cast]))
    if piece.on:
        said.append(str(ON[piece.on]))
    if piece.yes_means:
        said.append(_("yes means: %(meaning)s", meaning=str(YES_MEANS[piece.yes_means]).lower()))
    if piece.variant:
        said.append(variant(piece.variant))
    return " · ".join(said)


def flags(codes) -> list[str]:
    """What the flags say, in their order."""
    return [str(FLAGS[code]) for code in codes]


def standing(name: str, position: record.Position, withheld: bool = False) -> str:
    """One line about a state: its name, where it stands, on what ground; and that a position is withheld."""
    if withheld:
        return _("%(state)s: position withheld", state=name)
    said = str(POSITIONS[position.position])
    if position.inferred:
        return _("%(state)s: %(position)s, through a group only", state=name, position=said)
    return _("%(state)s: %(position)s", state=name, position=said)


def disclaimer() -> str:
    """What stands under every map."""
    return _(
        "The boundaries and names shown and the designations used on this map do not imply any opinion on the legal"
        " status of any country, territory, city or area, or on the course of its frontiers or boundaries."
    )


def own(count: int) -> str:
    """How many stand there in their own name."""
    return ngettext("%(count)s in their own name", "%(count)s in their own name", count, count=plain_number(count))


def more(count: int) -> str:
    """How many more through a group."""
    return ngettext(
        "%(count)s more through a group", "%(count)s more through a group", count, count=plain_number(count)
    )


def opponents(count: int) -> str:
    """Who is known to oppose."""
    if not count:
        return _("no known opponent")
    return ngettext("%(count)s known opponent", "%(count)s known opponents", count, count=plain_number(count))


def recent(tally: Tally) -> str:
    """How many of those in their own name said so within four years."""
    numbers = {"own": plain_number(tally.own), "recent": plain_number(tally.own_recent)}
    return ngettext(
        "Of the %(own)s in their own name, %(recent)s said so within the last four years.",
        "Of the %(own)s in their own name, %(recent)s said so within the last four years.",
        tally.own,
        **numbers,
    )


def partly(count: int) -> str:
    """How many support it in part only."""
    return ngettext(
        "%(count)s supports it in part, and is not counted.",
        "%(count)s support it in part, and are not counted.",
        count,
        count=plain_number(count),
    )


def headline(tally: Tally) -> str:
    """The two numbers and who opposes, in one plain line."""
    return _(
        "%(own)s, %(more)s; %(opponents)s",
        own=own(tally.own),
        more=more(tally.inferred),
        opponents=opponents(tally.opposed),
    )


def goal(reach: Reach) -> str:
    """What a line across a bar means."""
    number = plain_number(reach.needed)
    if reach.code.endswith("two_thirds"):
        return _("two thirds: %(count)s", count=number)
    return _("majority: %(count)s", count=number)


def since_found(since: date | None, found: date) -> str:
    """From which day on a state stands where it moved to, and when we found that, in one plain line."""
    if since is None:
        return _("found %(found)s", found=format_day(found))
    return _("since %(since)s; found %(found)s", since=format_day(since), found=format_day(found))


def disputed(state: str, day: date, said: str = "") -> str:
    """That a state disputes a claim, since when and in which words, which follow where they are not given."""
    about = _("Disputed by %(state)s on %(date)s, not decided yet.", state=state, date=format_day(day))
    # The words may run the other way than the line.
    return f"{about} {_('In its words:')}" + (f" \u2068{said}\u2069" if said else "")


def disputed_key(count: int) -> str:
    """What the sign of a dispute means in a legend, with how many states have it."""
    number = plain_number(count)
    return _("Disputed by a state, not decided yet: %(count)s", count=number)


def file_words(media_type: str, size: int) -> str:
    """What a kept file is and how large, in one plain line: PDF, 1.2 MB."""
    lang = i18n.current_language()
    kind = "PDF" if media_type == "application/pdf" else _("plain text")
    unit, number = next(
        (unit, size / least) for unit, least in (("megabyte", 10**6), ("kilobyte", 1000), ("byte", 1)) if size >= least
    )
    number = round(number, 1) if number < 10 and unit == "megabyte" else round(number)
    told = format_unit(number, f"digital-{unit}", length="short", locale=lang)
    return _("%(kind)s, %(size)s", kind=kind, size=i18n.isolated(told, lang))


def citation(campaign: str, ask: str, as_of: date, read_on: date, address: str) -> str:
    """A page as it is cited, one plain line."""
    return _(
        "Plenary, %(campaign)s: %(ask)s. Where states stand as of %(date)s (method, version %(version)s)."
        " %(address)s, read on %(today)s.",
        campaign=campaign,
        ask=ask,
        date=format_day(as_of),
        version=record.METHOD,
        address=address,
        today=format_day(read_on),
    )
