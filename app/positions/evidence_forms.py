"""Forms about evidence. What is wrong with a piece is said by judging.py alone; here is only what the page asks."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, FileField, Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.kernel.i18n import CODES

from . import desk_queries, desk_words, record, wording
from .exporting import STATUS_WORDS
from .judging import ADOPTION, BY_ANYONE, REPORT, Known
from .models import ROLLS as ROLL_KINDS
from .pieces import ALIGNMENT, FREEING, LISTING, OF_GROUPS, VOTE, WITHDRAWAL

SIGNALS = {code: wording.POSITIONS[code] for code in record.SCALE}
ASKED_FIRST = ("type", "ask", "speaker", "date")
SOURCE = ("forum", "un_symbol", "paragraph", "url", "archive_url", "language", "quote", "translation", "note")
LONG = frozenset(("quote", "translation", "note", "states"))
_CHOICES = {
    "on": desk_words.ON,
    "yes_means": desk_words.YES_MEANS,
    "cast": desk_words.CASTS,
    "signal": SIGNALS,
    "relevance": desk_words.RELEVANCES,
    "confidence": desk_words.CONFIDENCES,
}

_CHOOSE = lazy("Please choose")


def _clean(text: str | None) -> str:
    return (text or "").strip()


def options(words, empty=None) -> list[SelectChoice]:
    """Choices of a field in the reader's language; `empty` is what it says before one is chosen."""
    first = [SelectChoice("", str(empty))] if empty is not None else []
    return [*first, *(SelectChoice(code, str(label)) for code, label in dict(words).items())]


class Plain(Form):
    """A form whose faults come from elsewhere, too."""

    notice: str | None = None

    def blame(self, faults) -> None:
        """Say each fault beside its field, or above the form where it has none there."""
        for fault in faults:
            if fault.column in self:
                field = self[fault.column]
                field.errors = [*field.errors, str(fault.reason)]
            else:
                label = desk_words.FIELDS.get(fault.column, fault.column)
                self.notice = f"{label}: {fault.reason}"


def speaker_choices(states: dict[str, str], groups: dict[str, str]) -> dict[str, list[SelectChoice]]:
    """States and groups apart, as NAM is Namibia, too; what a choice sends says which of both."""
    return {
        "": [SelectChoice("", _("Please choose"))],
        _("States"): [SelectChoice(f"state:{code}", name) for code, name in states.items()],
        _("Groups"): [SelectChoice(f"group:{code}", name) for code, name in groups.items()],
        _("United Nations as a whole"): [
            SelectChoice("un:UN", _("United Nations: adopted without a vote, or a report"))
        ],
    }


class FirstForm(Plain):
    """What kind of act, on which ask, by whom, when."""

    type = SelectField(desk_words.FIELDS["type"], validate_choice=False, filters=[_clean])
    ask = SelectField(desk_words.FIELDS["ask"], validate_choice=False, filters=[_clean])
    speaker = SelectField(desk_words.FIELDS["speaker"], validate_choice=False, filters=[_clean])
    date = StringField(desk_words.FIELDS["date"], filters=[_clean])

    def offer(self, asks: dict[str, str], states: dict[str, str], groups: dict[str, str]) -> None:
        """Say what can be chosen."""
        self.type.choices = options(desk_words.TYPES, _("Please choose"))
        self.ask.choices = options(asks, _("Please choose"))
        self.speaker.choices = speaker_choices(states, groups)

    def cells(self) -> dict[str, str]:
        """As fields of the contract."""
        return {
            "type": self.type.data,
            "ask": self.ask.data,
            "date": self.date.data,
            "speaker": self.speaker.data.partition(":")[2],
        }

    def mixed_up(self) -> str | None:
        """What is wrong where a state was chosen for an act of a group, or a group for one of a state."""
        kind, by = self.type.data, self.speaker.data.partition(":")[0]
        if by == "state" and kind in OF_GROUPS:
            return _("Only a group makes a statement or tables a draft on behalf of a group.")
        if by == "group" and kind not in OF_GROUPS and kind not in BY_ANYONE:
            return _("A group does not act in this way; what it says is a statement on behalf of a group.")
        return None


def speaker_value(speaker: str, kind: str, known: Known) -> str:
    """What the first form sends for the speaker of a piece."""
    if speaker == record.UN:
        return "un:UN"
    group = kind in OF_GROUPS or (speaker not in known.states and speaker in known.groups)
    return f"{'group' if group else 'state'}:{speaker}" if speaker else ""


def _line(name: str, label=None):
    field = TextAreaField if name in LONG else StringField
    return field(label or desk_words.FIELDS[name], filters=[_clean])


def _select(name: str, label=None, empty=_CHOOSE):
    words = _CHOICES[name]
    return SelectField(
        label or desk_words.FIELDS[name],
        choices=lambda: options(words, empty),
        validate_choice=False,
        filters=[_clean],
    )


def fields_of(kind: str) -> list[str]:
    """Which fields a type asks for, in the order of the page."""
    names = ["variant"]
    if kind == VOTE:
        names += ["on", "yes_means", "cast"]
    elif kind not in (ADOPTION, WITHDRAWAL):
        names.append("signal")
    if kind in LISTING:
        names.append("states")
    if kind in (*FREEING, ALIGNMENT, WITHDRAWAL):
        names.append("regards")
    names += ["relevance", "confidence"]
    if kind in LISTING or kind in ("national_statement", REPORT):
        names.append("delivered_by")
    return [*names, *SOURCE]


def details_form(kind: str, variants, given, data=None) -> Plain:
    """The form of the second step for a type: its fields, and whether it is provisional."""
    names = fields_of(kind)
    made: dict[str, object] = {}
    for name in names:
        label = desk_words.REGARDS.get(kind) if name == "regards" else None
        if name == "variant":
            if not variants:
                continue
            made[name] = SelectField(
                desk_words.FIELDS[name],
                choices=[
                    SelectChoice("", _("None in particular")),
                    *(SelectChoice(one, wording.variant(one)) for one in variants),
                ],
                validate_choice=False,
                filters=[_clean],
            )
        elif name in _CHOICES:
            made[name] = _select(name, label)
        else:
            made[name] = _line(name, label)
    made["provisional"] = BooleanField(
        lazy("Provisional: from a press release or a draft, until it is confirmed from the record")
    )
    made["anyway"] = BooleanField(lazy("It is another piece: keep it all the same"))
    return type("DetailsForm", (Plain,), made)(given, data=data)


class SearchForm(Plain):
    """What narrows the list of evidence."""

    q = StringField(lazy("Search"), filters=[lambda text: _clean(text).replace("\0", "")])
    ask = SelectField(desk_words.FIELDS["ask"])
    type = SelectField(desk_words.FIELDS["type"])
    speaker = SelectField(desk_words.FIELDS["speaker"])
    status = SelectField(lazy("Status"))
    relevance = SelectField(desk_words.FIELDS["relevance"])
    confidence = SelectField(desk_words.FIELDS["confidence"])
    needs = SelectField(lazy("Needs"))
    sort = SelectField(lazy("Order"))

    def offer(self, asks: dict[str, str], speakers: dict[str, str]) -> None:
        """Say what can be chosen. What is in no list counts as not chosen."""
        every = _("All")
        self.ask.choices = options(asks, every)
        self.type.choices = options(desk_words.TYPES, every)
        self.speaker.choices = options(speakers, every)
        self.status.choices = options(STATUS_WORDS, every)
        self.relevance.choices = options(desk_words.RELEVANCES, every)
        self.confidence.choices = options(desk_words.CONFIDENCES, every)
        self.needs.choices = options(desk_words.NEEDS, every)
        self.sort.choices = options(desk_words.SORTS)
        for field in self:
            if isinstance(field, SelectField) and field.data not in {choice.value for choice in field.choices}:
                field.data = "date" if field.name == "sort" else ""

    def values(self) -> dict[str, str]:
        """What the address says, without what is as always."""
        found = {field.name: field.data for field in self if field.data}
        return found if found.get("sort") != "date" else {k: v for k, v in found.items() if k != "sort"}

    def search(self) -> desk_queries.Search:
        """As the question."""
        said = {field.name: field.data or "" for field in self if field.name != "q"}
        return desk_queries.Search(words=self.q.data or "", **said)


class ReasonForm(Plain):
    """Why something is withdrawn."""

    reason = TextAreaField(
        lazy("Reason"), [Length(max=1000, message=lazy("At most 1,000 characters, please."))], filters=[_clean]
    )

    def validate(self, extra_validators=None) -> bool:
        """Whether there is a reason of no more than its length."""
        good = super().validate(extra_validators)
        if good and not self.reason.data:
            self.reason.errors = [_("Please say why. Who reads the page will see it.")]
            return False
        return good


class WithholdForm(ReasonForm):
    """Which position is kept back, and why."""

    ask = SelectField(desk_words.FIELDS["ask"])
    state = SelectField(lazy("Which state"))
    language = SelectField(lazy("Language of the reason"), choices=list(CODES))

    def offer(self, asks: dict[str, str], states: dict[str, str], languages: dict[str, str]) -> None:
        """Say what can be chosen."""
        self.ask.choices, self.state.choices = options(asks), options(states)
        self.language.choices = options(languages)
        for field in (self.ask, self.state, self.language):
            field.validate_choice = False


class SourceForm(Plain):
    """A source as a file."""

    file = FileField(lazy("File: PDF or plain text"))


class RollForm(Plain):
    """A vote or a list in one go: what all its pieces share, and the text."""

    kind = SelectField(lazy("What it is"), validate_choice=False)
    ask = SelectField(desk_words.FIELDS["ask"], validate_choice=False)
    speaker = SelectField(lazy("Who made the joint statement for the others"), validate_choice=False)
    date = _line("date")
    on = _select("on", lazy("Voted on (a vote only)"), lazy("Not a vote"))
    yes_means = _select("yes_means", lazy("What yes means (a vote only)"), lazy("Not a vote"))
    signal = _select("signal", lazy("What was said of the ask (not for a vote)"), lazy("Nothing stated"))
    regards = StringField(lazy("The piece it aligns with: its ref (an alignment only)"), filters=[_clean])
    relevance = _select("relevance")
    confidence = _select("confidence")
    forum = _line("forum")
    un_symbol = _line("un_symbol")
    paragraph = _line("paragraph")
    url = _line("url")
    archive_url = _line("archive_url")
    note = _line("note")
    provisional = BooleanField(
        lazy("Provisional: from a press release or a draft, until it is confirmed from the record")
    )
    pasted = TextAreaField(lazy("The vote or list, as it stands in the source"))
    differs = BooleanField(lazy("The numbers differ from what the source states: keep it all the same"))
    anyway = BooleanField(lazy("It is another vote or list: keep it all the same"))

    SHARED = ("ask", "date", "on", "yes_means", "signal", "regards", "relevance", "confidence", *SOURCE)

    def offer(self, asks: dict[str, str], states: dict[str, str]) -> None:
        """Say what can be chosen."""
        self.kind.choices = options({kind: desk_words.TYPES[kind] for kind in ROLL_KINDS}, _("Please choose"))
        self.ask.choices = options(asks, _("Please choose"))
        self.speaker.choices = options(states, _("Nobody in particular"))

    def cells(self) -> dict[str, str]:
        """What all pieces share, as fields of the contract."""
        found = {name: self[name].data or "" for name in self.SHARED if name in self}
        return {**found, "type": self.kind.data or "", "speaker": self.speaker.data or ""}
