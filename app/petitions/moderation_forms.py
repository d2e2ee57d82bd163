"""The forms of moderation. Every message is ours; nothing typed is lost."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import FileField, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from app.people.addresses import InvalidAddress, checked_address

from . import desk_words, limits, names, paper_batches, selecting
from .selecting import Chosen

LONGEST_REASON = 500
MOST_ON_PAPER = 1_000_000


def _text(value: str | None) -> str:
    return (value or "").strip()


def _choices(words: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice("", _("Any")), *(SelectChoice(key, value) for key, value in words.items())]


def _an_address(form: Form, field: StringField) -> None:
    try:
        form.checked_address = checked_address(field.data)
    except InvalidAddress:
        raise StopValidation(_("This is no complete e-mail address. It should look like name@example.org.")) from None


def _a_place(scope: str, message):
    def check(form: Form, field: StringField) -> None:
        try:
            form.found[scope] = selecting.network_or_domain(scope, field.data)
        except limits.WrongKey:
            raise StopValidation(str(message)) from None

    return check


def _a_moment(form: Form, field: StringField) -> None:
    try:
        form.found[field.name] = selecting.parsed_moment(field.data, end=field.name == "until")
    except ValueError:
        raise StopValidation(_("Please write a day and a time, such as 2026-12-24T18:00.")) from None


def _one_of(words):
    def check(form: Form, field: SelectField) -> None:
        if field.data not in words(form):
            raise StopValidation(_("Please choose one of the list."))

    return check


class SearchForm(Form):
    """Which signatures to list. After `validate()`, `chosen` holds the conditions and `checked_address` the address."""

    address = StringField(lazy("E-mail address, exactly"), [Optional(), _an_address], filters=[_text])
    name = StringField(
        lazy("Name shown in public"),
        [Optional(), Length(max=100, message=lazy("A name may have at most 100 characters here."))],
        filters=[_text],
    )
    state = SelectField(
        lazy("State"),
        [Optional(), _one_of(lambda form: desk_words.state_words())],
        choices=lambda form, field: _choices(desk_words.state_words()),
        validate_choice=False,
    )
    area = SelectField(
        lazy("Country or area"),
        [Optional(), _one_of(lambda form: desk_words.area_words(form.lang))],
        choices=lambda form, field: _choices(desk_words.area_words(form.lang)),
        validate_choice=False,
    )
    network = StringField(
        lazy("Network"),
        [
            Optional(),
            _a_place(limits.NETWORK, lazy("Please write a network such as 192.0.2.0/24, or the eight digits of one.")),
        ],
        filters=[_text],
    )
    domain = StringField(
        lazy("Mail domain"),
        [
            Optional(),
            _a_place(limits.DOMAIN, lazy("Please write a domain such as example.org, or the eight digits of one.")),
        ],
        filters=[_text],
    )
    source = StringField(lazy("Came by"), [Optional()], filters=[_text])
    held = SelectField(
        lazy("Held because"),
        [Optional(), _one_of(lambda form: desk_words.held_words())],
        choices=lambda form, field: _choices(desk_words.held_words()),
        validate_choice=False,
    )
    since = StringField(lazy("From (UTC)"), [Optional(), _a_moment], filters=[_text])
    until = StringField(lazy("Before (UTC)"), [Optional(), _a_moment], filters=[_text])
    # The digests of a name that was searched for before: the name itself is in no address.
    kept_name = HiddenField()

    notice: str | None = None
    checked_address: str | None = None

    def __init__(self, formdata=None, *, lang: str, **kwargs):
        self.lang = lang
        self.found: dict = {}
        super().__init__(formdata, meta={"locales": False}, **kwargs)

    def validate_source(self, field) -> None:
        """A channel or a partner, as `?from=` names it."""
        if field.data and selecting.sources.checked(field.data) is None:
            raise StopValidation(_("Please write the name as it stands in the address, such as newsletter."))

    @classmethod
    def of(cls, wanted: Chosen, lang: str) -> "SearchForm":
        """The form with conditions filled in."""
        said = wanted.said
        return cls(lang=lang, data={**said, "name": "", "kept_name": said.get("name", "")})

    @property
    def chosen(self) -> Chosen:
        """The conditions of the valid form, but for the address. Raises selecting.WrongCondition."""
        said = {key: self[key].data for key in ("state", "area", "source", "held")}
        name = ".".join(digest.hex() for digest in names.digests(self.name.data)) if self.name.data else None
        return selecting.chosen({**said, "name": name or self.kept_name.data}).but(**self.found)


class ReasonForm(Form):
    """A reason, which is kept and should name nobody."""

    reason = StringField(
        lazy("Reason"),
        [
            DataRequired(lazy("Please give a reason. It should name nobody.")),
            Length(max=LONGEST_REASON, message=lazy("A reason may have at most 500 characters.")),
        ],
        filters=[_text],
    )
    notice: str | None = None

    def __init__(self, formdata=None, **kwargs):
        super().__init__(formdata, meta={"locales": False}, **kwargs)


class PaperForm(Form):
    """A batch of signatures on paper. `petition` and `today` bound the day; `changes` asks for a reason.

    After `validate()`, `collected_on`, `signatures` and `content` (the scan, or None) hold what was read.
    """

    place = StringField(
        lazy("Place where they were collected"),
        [
            DataRequired(lazy("Please write the place.")),
            Length(max=200, message=lazy("A place may have at most 200 characters.")),
        ],
        filters=[_text],
    )
    day = StringField(lazy("Day on which the last of them signed"), filters=[_text])
    number = StringField(lazy("Number of signatures"), filters=[_text])
    scan = FileField(lazy("Scan (PDF, JPEG or PNG, at most 10 MB)"))
    reason = TextAreaField(lazy("Reason for the correction"), filters=[_text])
    notice: str | None = None

    def __init__(self, formdata=None, *, petition, today: date, changes: bool = False, **kwargs):
        self.petition, self.today, self.changes = petition, today, changes
        self.content: bytes | None = None
        self.collected_on, self.signatures = today, 0
        super().__init__(formdata, meta={"locales": False}, **kwargs)

    def validate_day(self, field) -> None:
        """A day that was, within the petition's time; `collected_on` then holds it."""
        words = {
            "future": _("This day has not come yet."),
            "early": _("This is more than a year before the petition opened. Please check the year."),
            "after": _("The petition had ended by this day: only what was signed before its end counts."),
        }
        try:
            self.collected_on = date.fromisoformat(field.data)
        except ValueError:
            raise StopValidation(_("Please write the day, such as 2026-12-24.")) from None
        if fault := paper_batches.day_fault(self.collected_on, self.petition, self.today):
            raise StopValidation(words[fault])

    def validate_number(self, field) -> None:
        """A whole number; `signatures` then holds it."""
        digits = field.data if field.data.isdecimal() and len(field.data) <= 7 else "0"
        self.signatures = int(digits)
        if not 1 <= self.signatures <= MOST_ON_PAPER:
            raise StopValidation(_("Please write a number between 1 and 1,000,000."))

    def validate_scan(self, field) -> None:
        """A file of a kind and size that is taken; `content` then holds it."""
        content = field.data.read(paper_batches.LARGEST_SCAN + 1) if field.data and field.data.filename else b""
        if len(content) > paper_batches.LARGEST_SCAN:
            raise StopValidation(_("This file is larger than 10 MB."))
        if content and paper_batches.kind_of(content) is None:
            raise StopValidation(_("This file is no PDF, JPEG or PNG."))
        self.content = content or None

    def validate_reason(self, field) -> None:
        """Needed for a correction."""
        if self.changes and not field.data:
            raise StopValidation(_("Please give a reason. It should name nobody."))
        if len(field.data) > LONGEST_REASON:
            raise StopValidation(_("A reason may have at most 500 characters."))
