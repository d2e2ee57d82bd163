"""The report's section about where states stand. It follows from evidence, which is public: no number is held back."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from app.campaigns import queries as campaigns
from app.kernel import i18n
from app.positions import desk_words, record, reporting
from app.positions import wording as words
from app.positions.blocks import title
from app.positions.moving import Move
from app.positions.names import Names
from app.positions.record import Position
from app.states import members

from . import report
from .report import Asked, Row, Section, Source, Table

AMONG = (record.PARTIAL, record.UNDECIDED, record.SCEPTICAL, record.OPPOSED, record.UNKNOWN)
# What is told even where nobody stands there.
ALWAYS = ("own", "group", record.OPPOSED, record.UNKNOWN)


def positions(asked: Asked) -> Section | None:
    """Each ask: where the members stood before the period and on its last day; each state that moved, and by what."""
    view = campaigns.campaign_view(asked.campaign, asked.language)
    titles = {ask.slug: title(ask, asked.language)[0] for ask in campaigns.asks(view.id)} if view else {}
    if not titles:
        return None
    found = reporting.report(view.id, titles, asked.period.first, asked.period.last)
    days = (found.eve, asked.period.last)
    tables = [_stood(line, titles[line.slug], days, asked.language) for line in found.asks]
    names = _Names(view)
    tables += [_moved(line, titles[line.slug], found, names) for line in found.asks if line.moves]
    return Section(_("Where states stand"), tuple(tables), (" ".join(_notes(found)),))


def _stood(line: reporting.AskLine, ask: str, days: tuple[date, date], lang: str) -> Table:
    columns = tuple((code, i18n.format_day(day, lang)) for code, day in zip(("before", "after"), days, strict=True))
    figures = (
        ("own", _("For it in their own name"), "own"),
        ("group", _("For it through a group"), "inferred"),
        *((code, str(words.POSITIONS[code]), code) for code in AMONG),
    )
    rows = []
    for code, label, name in figures:
        numbers = getattr(line.before, name), getattr(line.after, name)
        if any(numbers) or code in ALWAYS:
            rows.append(Row(code, label, numbers))
    return Table(f"positions-{line.slug}", ask, _("Members"), columns, tuple(rows))


class _Names(Names):
    """Names on paper, which say of a state that it is not counted."""

    def __init__(self, view: campaigns.CampaignView):
        super().__init__(view.world, view.language, plain=True)
        self._observers = {code for code, state in members.states(view.world).items() if not state.member}

    def state(self, code: str) -> str:
        """A state, and that it is not counted."""
        name = self.get(code, code)
        return _("%(state)s (observer State)", state=name) if code in self._observers else name


def _moved(line: reporting.AskLine, ask: str, found: reporting.Report, names: _Names) -> Table:
    columns = (
        ("since", _("Date")),
        ("from", _("From")),
        ("to", _("To")),
        ("speaker", _("Who spoke or acted")),
        ("kind", _("What was done")),
        ("source", _("Source")),
    )
    moves = sorted(line.moves, key=lambda move: (names.state(move.at.state), move.day))
    rows = tuple(_row(move, found, names) for move in moves)
    return Table(f"moved-{line.slug}", _("Who moved: %(ask)s", ask=ask), _("States"), columns, rows, worded=True)


def _row(move: Move, found: reporting.Report, names: _Names) -> Row:
    # The day is also that of the piece: what moves a state moves it on its own day.
    moved = (i18n.format_day(move.day), _stands(move.was), _stands(move.at))
    code = f"{move.at.state}@{move.day.isoformat()}"
    piece = found.pieces.get(move.by[0].ref) if move.by else None
    if piece is None:
        return Row(code, names.state(move.at.state), (*moved, "–", _("A membership ended"), "–"))
    kind = str(desk_words.TYPES[piece.type])
    for dispute in found.disputes[piece.ref].all if piece.ref in found.disputes else ():
        kind += " · " + words.disputed(names.get(dispute.state, dispute.state), dispute.date, dispute.words)
    source = Source(piece.un_symbol or piece.forum or piece.ref, piece.url)
    return Row(code, names.state(move.at.state), (*moved, names.speaker(piece), kind, source))


def _stands(position: Position) -> str:
    said = str(words.POSITIONS[position.position])
    return _("%(position)s, through a group only", position=said) if position.inferred else said


def _notes(found: reporting.Report) -> list[str]:
    notes = []
    if not any(line.moves for line in found.asks):
        notes.append(_("No state moved in this period."))
    if withheld := sum(line.withheld for line in found.asks):
        notes.append(
            ngettext(
                "%(count)s position is withheld, and counted as not recorded.",
                "%(count)s positions are withheld, and counted as not recorded.",
                withheld,
                count=i18n.plain_number(withheld),
            )
        )
    notes.append(
        _(
            "Positions follow from the evidence that is on file when the report is made: what is entered or withdrawn"
            " later changes these figures, for past days, too."
        )
    )
    return notes


def register() -> None:
    """Have it stand in every report."""
    report.register("positions", 250, positions)
