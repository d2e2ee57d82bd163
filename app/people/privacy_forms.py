"""The forms of a request about somebody's own data, as the desk fills them in."""

from datetime import timedelta

from flask_babel import lazy_gettext as lazy
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, StopValidation

from app.kernel import clock
from app.kernel.forms import PlainForm, stripped
from app.kernel.i18n import CODES, LANGUAGES

from .addresses import LONGEST_ADDRESS, InvalidAddress, UnwritableAddress, checked_address
from .holdings import Change
from .privacy_rules import KINDS

LONGEST_NOTE = 1000
# A letter may have lain for a while; what came a year ago is a slip of the pen.
OLDEST = timedelta(days=365)


def _kinds():
    return [
        SelectChoice("access", lazy("Give them everything that we hold")),
        SelectChoice("correct", lazy("Correct what we hold")),
        SelectChoice("erase", lazy("Erase what we hold")),
        SelectChoice("restrict", lazy("Keep what we hold, and use it no more")),
        SelectChoice("lift", lazy("Use again what was restricted")),
        SelectChoice("object", lazy("Write to them no more")),
    ]


def _languages(first):
    return lambda: [SelectChoice("", first), *(SelectChoice(one.code, one.autonym) for one in LANGUAGES)]


def _an_address(form, field):
    try:
        form.address = checked_address(field.data)
    except UnwritableAddress:
        raise StopValidation(
            lazy("We cannot write to this address: before the @ it has letters that mail cannot carry.")
        ) from None
    except InvalidAddress:
        raise StopValidation(lazy("This is no e-mail address. One looks like name@example.org.")) from None


def _a_possible_day(form, field):
    if field.data is not None and not clock.today() - OLDEST <= field.data <= clock.today():
        raise StopValidation(lazy("Please write the day on which it came: today or before, within a year."))


class _Day(DateField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(lazy("Please write a day as year-month-day, such as 2026-05-01.")) from None


class RequestForm(PlainForm):
    """A request that came in. After `validate()`, `address` holds the checked e-mail address."""

    email = StringField(
        lazy("E-mail address of the person"),
        [
            DataRequired(lazy("Please write the address that the request is about.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
            _an_address,
        ],
        filters=[stripped],
    )
    kind = RadioField(
        lazy("What they ask for"),
        [AnyOf(KINDS, message=lazy("Please choose what they ask for."))],
        choices=_kinds,
        validate_choice=False,
    )
    name = StringField(
        lazy("Their name as it should be"),
        [Length(max=100, message=lazy("A name may have at most 100 characters here."))],
        filters=[stripped],
    )
    new_language = SelectField(
        lazy("Language we should write to them in"), choices=_languages(lazy("as it is")), validate_choice=False
    )
    received_on = _Day(
        lazy("The day on which it came"),
        [
            InputRequired(lazy("Please write the day on which it came: the month to answer begins then.")),
            _a_possible_day,
        ],
    )
    language = SelectField(
        lazy("Language of our mails about it"),
        [AnyOf(("", *CODES), message=lazy("Please choose a language."))],
        choices=_languages(lazy("as we know it, else English")),
        validate_choice=False,
    )
    note = TextAreaField(
        lazy("How it came"),
        [Length(max=LONGEST_NOTE, message=lazy("At most 1000 characters, please."))],
        filters=[stripped],
    )
    address: str = ""

    def validate(self, extra_validators=None):
        """Whether all is well; to correct nothing is no request."""
        valid = super().validate(extra_validators)
        if self.new_language.data not in ("", None, *CODES):
            self.new_language.errors = [lazy("Please choose a language.")]
            return False
        if self.kind.data == "correct" and not self.name.data and not self.new_language.data:
            self.name.errors = [lazy("Please write what is to be corrected: the name, the language, or both.")]
            return False
        return valid

    def change(self) -> Change | None:
        """What is to be corrected; None where something else is asked for."""
        if self.kind.data != "correct":
            return None
        return Change(self.name.data or None, self.new_language.data or None)


class StepForm(PlainForm):
    """What a step of a request says besides: how somebody proved who they are, or why it is not done."""

    proof_note = TextAreaField(
        lazy("How they proved who they are"),
        [Length(max=LONGEST_NOTE, message=lazy("At most 1000 characters, please."))],
        filters=[stripped],
    )
    answer = TextAreaField(
        lazy("Why we do not do it, in their language"),
        [Length(max=LONGEST_NOTE, message=lazy("At most 1000 characters, please."))],
        filters=[stripped],
    )
