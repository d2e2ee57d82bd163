"""Forms of the right of reply: what a reader fills in, what the desk enters and decides. Every message is ours."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as lazy
from wtforms import DateField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, AnyOf, DataRequired, InputRequired, Length, Optional, StopValidation

from app.kernel import clock
from app.kernel.i18n import CODES, LANGUAGES
from app.people.addresses import LONGEST_ADDRESS, InvalidAddress, UnwritableAddress, checked_address

LONGEST = 2000
OLDEST_NOTE = timedelta(days=365)
_TOO_LONG = lazy("At most 2000 characters, please.")
_A_URL = lazy("Please write a whole web address, such as https://www.example.org/statement.pdf.")


def _stripped(text):
    return (text or "").replace("\0", "").strip()


def _an_address(form, field):
    try:
        form.address = checked_address(field.data)
    except UnwritableAddress:
        raise StopValidation(
            lazy("We cannot write to this address: before the @ it has letters that mail cannot carry.")
        ) from None
    except InvalidAddress:
        raise StopValidation(lazy("This is no e-mail address. One looks like name@example.org.")) from None


def _words(label, missing) -> TextAreaField:
    return TextAreaField(label, [DataRequired(missing), Length(max=LONGEST, message=_TOO_LONG)], filters=[_stripped])


def _address(label) -> StringField:
    return StringField(
        label,
        [
            DataRequired(lazy("Please write an e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
            _an_address,
        ],
        filters=[_stripped],
    )


def _link(label, *validators) -> StringField:
    return StringField(
        label,
        [*validators, Length(max=LONGEST, message=_TOO_LONG), URL(require_tld=True, message=_A_URL)],
        filters=[_stripped],
    )


class Day(DateField):
    """A day, with our own words for what is none."""

    def process_formdata(self, valuelist):
        """Read the day. Raises ValueError for what is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(lazy("Please write a day as year-month-day, such as 2026-05-01.")) from None


class _Plain(Form):
    notice: str | None = None

    def __init__(self, formdata=None, **kwargs):
        super().__init__(formdata, meta={"locales": False}, **kwargs)


class AskForm(_Plain):
    """A request to correct a claim. After `validate()`, `address` holds the checked e-mail address. `remark` is a field
    that nobody sees: whoever fills it is a machine."""

    wrong = _words(lazy("What is wrong"), lazy("Please write what is wrong."))
    source = _link(
        lazy("A source that shows it"), DataRequired(lazy("Please give a source: a web address that shows it."))
    )
    name = StringField(
        lazy("Your name, and for whom you ask"),
        [
            DataRequired(lazy("Please write your name.")),
            Length(max=200, message=lazy("At most 200 characters, please.")),
        ],
        filters=[_stripped],
    )
    email = _address(lazy("Your e-mail address"))
    remark = StringField(lazy("Leave this empty"))
    address: str = ""


class MissionForm(_Plain):
    """An official address of a mission."""

    state = SelectField(lazy("Which state"), validate_choice=False, default="")
    email = _address(lazy("Official e-mail address of the mission"))
    source = _link(lazy("Where it is published"), DataRequired(lazy("Please say where the address is published.")))
    address: str = ""

    def __init__(self, formdata=None, *, states: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        _offer(self.state, states)


class NoteForm(_Plain):
    """A note verbale by which a state disputes a claim."""

    evidence = StringField(
        lazy("Ref of the claim"), [DataRequired(lazy("Please write which claim it is about."))], filters=[_stripped]
    )
    state = SelectField(lazy("Which state"), validate_choice=False, default="")
    number = StringField(
        lazy("Number of the note verbale"),
        [
            DataRequired(lazy("Please write its number.")),
            Length(max=200, message=lazy("At most 200 characters, please.")),
        ],
        filters=[_stripped],
    )
    received = Day(lazy("The day on which it came"), [InputRequired(lazy("Please write the day on which it came."))])
    words = _words(lazy("In the state's words"), lazy("Please write what the state says."))
    language = SelectField(
        lazy("Language of these words"),
        [AnyOf(CODES, message=lazy("Please choose a language."))],
        choices=lambda: [SelectChoice(one.code, one.autonym) for one in LANGUAGES],
        validate_choice=False,
        default="en",
    )

    def __init__(self, formdata=None, *, states: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        _offer(self.state, states)

    def validate_received(self, field):
        """Whether the day can be: today or before, within a year. Raises StopValidation."""
        today: date = clock.today()
        if field.data is not None and not today - OLDEST_NOTE <= field.data <= today:
            raise StopValidation(lazy("Please write the day on which it came: today or before, within a year."))


class DecisionForm(_Plain):
    """What is decided, and why; the reason is public."""

    decision = RadioField(
        lazy("Decision"),
        [AnyOf(("upheld", "declined"), message=lazy("Please choose one of these."))],
        choices=lambda: [
            SelectChoice("upheld", lazy("Upheld: the claim is withdrawn, or stands corrected as a new piece")),
            SelectChoice("declined", lazy("Declined: the claim stands")),
        ],
        validate_choice=False,
    )
    replaced_by = StringField(
        lazy("Ref of the corrected piece, if there is one"), [Optional()], filters=[_stripped], default=""
    )
    reason = _words(lazy("Reason"), lazy("Please write the reason: it is public."))


def _offer(field, names: dict[str, str]) -> None:
    field.choices = [
        SelectChoice("", lazy("Please choose")),
        *(SelectChoice(code, name) for code, name in names.items()),
    ]
    field.validators = [AnyOf(list(names), message=lazy("Please choose a state from the list."))]
