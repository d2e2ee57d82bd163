"""The desk's forms about work with missions. Every message is ours; nothing typed is lost but a file."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as lazy
from wtforms import FileField, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional, Regexp, StopValidation

from app.kernel import clock, images

from . import contact_rules
from .contacts import Told
from .correction_forms import Day

LONGEST = 1000
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_SIDE = 10_000
_TOO_LONG = lazy("At most 1000 characters, please.")
_NOT_ONE = lazy("Please choose one of these.")
ACT_WORDS = {
    contact_rules.TABLE: lazy("would table it"),
    contact_rules.COSPONSOR: lazy("would co-sponsor"),
    contact_rules.YES: lazy("would vote yes"),
    contact_rules.ABSTAIN: lazy("would abstain"),
    contact_rules.NO: lazy("would vote no"),
    contact_rules.BREAK: lazy("would break silence"),
}
SURE_WORDS = {"high": lazy("very sure"), "medium": lazy("rather sure"), "low": lazy("hearsay")}
RECORD_WORDS = {contact_rules.OFF_RECORD: lazy("off the record"), contact_rules.ON_RECORD: lazy("on the record")}


def _stripped(text):
    return (text or "").replace("\0", "").strip()


def _line(label, *validators, longest: int = 300) -> StringField:
    return StringField(label, [*validators, Length(max=longest, message=_TOO_LONG)], filters=[_stripped])


def _choice(label, words: dict, **kwargs) -> SelectField:
    return SelectField(
        label,
        [AnyOf(list(words), message=_NOT_ONE)],
        choices=lambda: [SelectChoice(code, said) for code, said in words.items()],
        validate_choice=False,
        **kwargs,
    )


class _Plain(Form):
    notice: str | None = None

    def __init__(self, formdata=None, **kwargs):
        super().__init__(formdata, meta={"locales": False}, **kwargs)


def _until() -> date:
    return clock.today() + contact_rules.GOOD_FOR


class _Reading(_Plain):
    ask = SelectField(lazy("Ask"), validate_choice=False)
    act = SelectField(
        lazy("Likely act"),
        [AnyOf(list(contact_rules.ACTS), message=lazy("Please choose what the state would do."))],
        choices=lambda: [
            SelectChoice("", lazy("Please choose")),
            *(SelectChoice(code, said) for code, said in ACT_WORDS.items()),
        ],
        validate_choice=False,
        default="",
    )
    sure = _choice(lazy("How sure we are"), SURE_WORDS, default="medium")
    record = _choice(lazy("On or off the record"), RECORD_WORDS, default=contact_rules.OFF_RECORD)

    def __init__(self, formdata=None, *, asks: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.ask.choices = [SelectChoice(slug, title) for slug, title in asks.items()]
        self.ask.validators = [AnyOf(list(asks), message=_NOT_ONE)]


class ReadingForm(_Reading):
    """What we were told about a state."""

    told = TextAreaField(
        lazy("What we were told"),
        [DataRequired(lazy("Please write what you were told.")), Length(max=LONGEST, message=_TOO_LONG)],
        filters=[_stripped],
    )
    by_whom = _line(lazy("By whom"))
    until = Day(lazy("Good until"), [InputRequired(lazy("Please write until when it is good."))], default=_until)

    def validate_until(self, field):
        """Whether the day can be: today or later, within a year. Raises StopValidation."""
        today = clock.today()
        if field.data is not None and not today <= field.data <= today + contact_rules.LONGEST_GOOD:
            raise StopValidation(lazy("Please write a day from today on, within a year: then it is deleted."))

    def told_of(self, state: str) -> Told:
        """The reading that it says."""
        return Told(
            ask=self.ask.data,
            state=state,
            told=self.told.data,
            act=self.act.data,
            sure=self.sure.data,
            record=self.record.data,
            by_whom=self.by_whom.data,
            until=self.until.data,
        )


class QuickForm(_Reading):
    """A reading from a corridor. `client_id` tells a form that is sent twice; `image` is the photo, checked."""

    state = SelectField(lazy("Which state"), validate_choice=False, default="")
    told = _line(lazy("In one line"), DataRequired(lazy("Please write a line.")))
    photo = FileField(lazy("Photo"))
    client_id = HiddenField(validators=[Optional(), Regexp(r"^[A-Za-z0-9_-]{16,64}$", message=_NOT_ONE)])
    image: images.Image | None = None

    def __init__(self, formdata=None, *, states: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.state.choices = [
            SelectChoice("", lazy("Please choose")),
            *(SelectChoice(code, name) for code, name in states.items()),
        ]
        self.state.validators = [AnyOf(list(states), message=lazy("Please choose a state from the list."))]

    def validate_photo(self, field):
        """Whether the file is a picture that we take. Raises StopValidation."""
        content = field.data.read(LARGEST_PHOTO + 1) if getattr(field.data, "filename", None) else b""
        if not content:
            return
        if len(content) > LARGEST_PHOTO:
            raise StopValidation(lazy("This photo is too large: at most 10 MB, please."))
        try:
            self.image = images.read(content, LARGEST_SIDE)
        except images.WrongImage:
            raise StopValidation(lazy("This is no picture that we can take: a JPEG, PNG or WebP, please.")) from None

    def told_of(self) -> Told:
        """The reading that it says, good for three months."""
        return Told(
            ask=self.ask.data,
            state=self.state.data,
            told=self.told.data,
            act=self.act.data,
            sure=self.sure.data,
            record=self.record.data,
            by_whom="",
            until=_until(),
        )


class OwnerForm(_Plain):
    """Who looks after a state: a colleague, or a partner organisation by its name."""

    staff = SelectField(lazy("A colleague"), validate_choice=False, default="")
    organisation = _line(lazy("Or a partner organisation, by its name as it stands here"))

    def __init__(self, formdata=None, *, colleagues: dict[int, str], **kwargs):
        super().__init__(formdata, **kwargs)
        named = {str(number): name for number, name in colleagues.items()}
        self.staff.choices = [
            SelectChoice("", lazy("Nobody")),
            *(SelectChoice(number, name) for number, name in named.items()),
        ]
        self.staff.validators = [AnyOf(["", *named], message=_NOT_ONE)]

    def validate_organisation(self, field):
        """One owner, not two. Raises StopValidation."""
        if field.data and self.staff.data:
            raise StopValidation(lazy("Please choose a colleague or write an organisation, not both."))


class ContactForm(_Plain):
    """That a mission was spoken to."""

    met_on = Day(lazy("Day"), [InputRequired(lazy("Please write the day."))], default=clock.today)
    note = TextAreaField(lazy("With whom, about what"), [Length(max=LONGEST, message=_TOO_LONG)], filters=[_stripped])

    def validate_met_on(self, field):
        """Whether the day can be: today or before, within a year. Raises StopValidation."""
        today = clock.today()
        if field.data is not None and not today - contact_rules.CONTACTS_KEPT <= field.data <= today:
            raise StopValidation(lazy("Please write a day that has been, within a year."))


class NextForm(_Plain):
    """What comes next; both empty: nothing does."""

    step = _line(lazy("Next step"))
    on = Day(lazy("On which day"), [Optional()])

    def validate_step(self, field):
        """A step has a day, and a day a step. Raises StopValidation."""
        if bool(field.data) != bool(self.on.raw_data and self.on.raw_data[0]):
            raise StopValidation(lazy("Please write both: the step and its day. Or neither, if nothing is planned."))

    def validate_on(self, field):
        """Whether the day can be: within a year either way. Raises StopValidation."""
        if field.data is not None and abs(field.data - clock.today()) > timedelta(days=365):
            raise StopValidation(lazy("Please write a day within a year."))
