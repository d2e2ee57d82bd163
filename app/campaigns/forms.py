"""Forms of the desk's pages about what a campaign says."""

from datetime import datetime
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as lazy
from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from . import wording
from .kinds import KINDS

SLUG_WRONG = {
    "form": lazy("Use small letters a to z, digits and hyphens only, at most 60."),
    "taken": lazy("This is taken. Please choose another."),
    "reserved": lazy("The site needs this address itself. Please choose another."),
}
MOMENT_WRONG = {
    "zone": lazy("There is no such time zone."),
    "twice": lazy("On this day clocks there show this hour twice. Please choose another."),
    "never": lazy("On this day clocks there never show this hour. Please choose another."),
    "past": lazy("This moment has passed. Please choose one to come."),
}


class DeskForm(Form):
    """A form whose summary may say something that belongs to no field."""

    notice = None

    def put_fault(self, name: str, message) -> None:
        """Say under a field what is wrong with it."""
        self[name].errors = [*self[name].errors, message]


class TextForm(DeskForm):
    """The words of one block. `seen` is the digest of those that the editor started from."""

    text = TextAreaField(lazy("Text, in Markdown"))
    seen = HiddenField()


def head_form(kind: str, formdata=None, data=None) -> DeskForm:
    """The front matter of a document of a kind."""
    names = KINDS[kind].fields
    fields = {name: StringField(wording.FIELDS[name]) for name in names}
    made = type("HeadForm", (DeskForm,), {**fields, "seen": HiddenField()})
    return made(formdata, data=data)


def new_form(kind: str, formdata=None) -> DeskForm:
    """A document to begin: its slug, its front matter and its first block; the day of an update."""
    fields = {"slug": StringField(lazy("Name in its address"))}
    fields |= {name: StringField(wording.FIELDS[name]) for name in KINDS[kind].fields}
    if kind == "updates":
        fields["day"] = StringField(lazy("Day"), validators=[_day])
    return type("NewForm", (DeskForm,), {**fields, "text": TextAreaField(lazy("Text, in Markdown"))})(formdata)


def _day(form, field) -> None:
    try:
        form.on_day = datetime.strptime(field.data or "", "%Y-%m-%d").date()  # noqa: DTZ007 a day has no zone
    except ValueError as error:
        raise ValidationError(lazy("Please give a day, such as 2026-11-23.")) from error


class PartForm(DeskForm):
    """A block to add."""

    key = StringField(lazy("Name of the part"))
    after = SelectField(lazy("Behind"), validate_choice=False)
    text = TextAreaField(lazy("Text, in Markdown"))


class ScheduleForm(DeskForm):
    """An hour at which a document is published, or taken back."""

    action = RadioField(
        lazy("What is to happen"),
        choices=[
            SelectChoice("publish", lazy("Publish what it says then")),
            SelectChoice("unpublish", lazy("Take it back")),
        ],
        default="publish",
        validators=[InputRequired(lazy("Please choose one."))],
    )
    at = StringField(lazy("Day and time"))
    zone = SelectField(lazy("Time zone"), validate_choice=False, default="Etc/UTC")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone.choices = zones()
        self.local: datetime | None = None

    def validate_at(self, field) -> None:
        """Sets `local`, the time as it is shown by clocks there."""
        self.local = read_local(field.data)


def zones() -> list[SelectChoice]:
    """Every named time zone there is."""
    return [SelectChoice(name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


def read_local(said: str | None) -> datetime:
    """A day and a time without a zone, as browsers send them. Raises ValidationError."""
    for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime((said or "").strip(), form)  # noqa: DTZ007 its zone is said beside it
        except ValueError:
            continue
    raise ValidationError(lazy("Please give a day and a time, such as 2026-11-23 18:00."))
