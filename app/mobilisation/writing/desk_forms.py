"""The desk's forms about letters to missions: an entry of the directory, a file, an organisation, limits, a reply."""

from datetime import timedelta

from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation

from app.kernel import clock
from app.kernel.forms import PlainForm, stripped
from app.kernel.i18n import CODES, LANGUAGES
from app.people.addresses import LONGEST_ADDRESS, InvalidAddress, checked_address
from app.positions.contact_forms import ReadingForm
from app.positions.contact_rules import ON_RECORD
from app.positions.correction_forms import Day

from . import rules, words
from .directory import Said
from .forms import lines

_A_URL = lazy("Please write a whole web address, such as https://www.example.org/statement.pdf.")
_NOT_ONE = lazy("Please choose one of these.")
_NO_ADDRESS = lazy("This is no e-mail address. One looks like name@example.org.")


def _choice(label, said: dict, **kwargs) -> SelectField:
    return SelectField(
        label,
        [AnyOf(list(said), message=_NOT_ONE)],
        choices=lambda: [SelectChoice(code, name) for code, name in said.items()],
        validate_choice=False,
        **kwargs,
    )


def _language(label) -> SelectField:
    return SelectField(
        label,
        [AnyOf(CODES, message=lazy("Please choose a language."))],
        choices=lambda: [SelectChoice(one.code, one.autonym) for one in LANGUAGES],
        validate_choice=False,
        default="en",
    )


def _address(label, *validators) -> StringField:
    long = Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long."))
    return StringField(label, [*validators, long], filters=[stripped])


def _web(label, *validators) -> StringField:
    long = Length(max=2000, message=lazy("At most 2000 characters, please."))
    return StringField(label, [*validators, long, URL(require_tld=True, message=_A_URL)], filters=[stripped])


def _checked(field) -> str:
    try:
        return checked_address(field.data)
    except InvalidAddress:
        raise StopValidation(_NO_ADDRESS) from None


class TargetForm(PlainForm):
    """An entry of the directory. After `validate()`, `said()` is what it says."""

    state = SelectField(lazy("Which state"), validate_choice=False, default="")
    place = _choice(lazy("Which of its offices"), words.PLACES)
    email = _address(lazy("General mailbox"), DataRequired(lazy("Please write an e-mail address.")))
    general = BooleanField(
        lazy("It is a general mailbox, and nobody's own"),
        [InputRequired(lazy("Only general mailboxes, please: a named diplomat is never shown in public."))],
    )
    again = BooleanField(lazy("I have looked again: it is nobody's own"))
    language = _language(lazy("Language in which it corresponds"))
    source = _web(lazy("Where it is published"), DataRequired(lazy("Please say where the address is published.")))
    checked_on = Day(
        lazy("The day on which you looked there"),
        [InputRequired(lazy("Please write the day on which you looked there."))],
        default=clock.today,
    )
    policy = _choice(lazy("What it may be sent"), words.POLICIES, default=rules.OPEN)
    address: str = ""

    def __init__(self, formdata=None, *, states: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.state.choices = [
            SelectChoice("", lazy("Please choose")),
            *(SelectChoice(code, name) for code, name in states.items()),
        ]
        self.state.validators = [AnyOf(list(states), message=lazy("Please choose a state from the list."))]

    def validate_email(self, field):
        """Whether mail can go there, and whether what looks like somebody's own was looked at twice: it is public as
        soon as it is on file. Raises StopValidation."""
        self.address = _checked(field)
        if self.personal and not self.again.data:
            raise StopValidation(words.PERSONAL)

    @property
    def personal(self) -> bool:
        """Whether the mailbox looks like somebody's own."""
        return rules.personal(self.email.data or "")

    def validate_checked_on(self, field):
        """Whether the day has been. Raises StopValidation."""
        if field.data is not None and field.data > clock.today():
            raise StopValidation(lazy("Please write a day that has been."))

    def said(self) -> Said:
        """What it says of a target."""
        return Said(
            self.state.data,
            self.place.data,
            self.address,
            self.language.data,
            self.source.data,
            self.checked_on.data,
            self.policy.data,
        )


class FileForm(PlainForm):
    """A directory as a file, or pasted; what was tried out is posted as text again."""

    content = TextAreaField(
        lazy("Or its rows, pasted"),
        [Length(max=512 * 1024, message=lazy("The file is larger than half a megabyte."))],
        default="",
    )


class TrustedForm(PlainForm):
    """An organisation that takes letters on. After `validate()`, `address` holds its checked contact, or ""."""

    name = StringField(
        lazy("Name of the organisation"),
        [
            DataRequired(lazy("Please write the name of the organisation.")),
            Length(max=200, message=lazy("At most 200 characters, please.")),
        ],
        filters=[stripped],
    )
    website = _web(lazy("Its website"), Optional())
    contact = _address(lazy("Mailbox to which letters go once a day"), Optional())
    address: str = ""

    def validate_contact(self, field):
        """Whether mail can go there. Raises StopValidation."""
        self.address = _checked(field) if field.data else ""


def _number(label, most: int) -> IntegerField:
    wrong = lazy("Please write a whole number from 1 to %(most)s.", most=most)

    class Whole(IntegerField):
        """A whole number, with our own words for what is none."""

        def process_formdata(self, valuelist):
            """Read the number. Raises ValueError for what is none."""
            try:
                super().process_formdata(valuelist)
            except ValueError:
                raise ValueError(wrong) from None

    return Whole(label, [InputRequired(wrong), NumberRange(1, most, message=wrong)])


class SettingsForm(PlainForm):
    """How many mails a mission is sent, who may write, how long letters are kept."""

    per_hour = _number(lazy("Mails to one mailbox in an hour, at most"), rules.MOST_PER_HOUR)
    per_day = _number(lazy("Mails to one mailbox in a day, at most"), rules.MOST_PER_DAY)
    kept_days = _number(lazy("Days after which a letter that was sent is deleted"), rules.MOST_KEPT_DAYS)
    residents_only = BooleanField(lazy("Only people who say that they live there may write"))


class ReplyForm(ReadingForm):
    """That a mission answered: on the record, its words are public; off it, they are kept as what we were told."""

    target = SelectField(lazy("Who answered"), validate_choice=False)
    received = Day(lazy("The day on which it came"), [InputRequired(lazy("Please write the day on which it came."))])
    language = _language(lazy("Language of these words"))

    def __init__(self, formdata=None, *, targets: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.told.label.text = lazy("What it answered")
        self.told.filters = [lines]
        self.target.choices = [
            SelectChoice("", lazy("Please choose")),
            *(SelectChoice(number, name) for number, name in targets.items()),
        ]
        self.target.validators = [AnyOf(list(targets), message=_NOT_ONE)]
        if self.on_record:
            # Of what is said openly nobody need guess what it means.
            self.act.validators = [Optional()]

    @property
    def on_record(self) -> bool:
        """Whether the answer may be shown."""
        return self.record.data == ON_RECORD

    def validate_received(self, field):
        """Whether the day can be: today or before, within a year. Raises StopValidation."""
        today = clock.today()
        if field.data is not None and not today - timedelta(days=365) <= field.data <= today:
            raise StopValidation(lazy("Please write the day on which it came: today or before, within a year."))
