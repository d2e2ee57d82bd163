"""Forms about people in organisations and what they agreed to. Every message is ours; nothing typed is lost."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, StopValidation

from . import words
from .addresses import LONGEST_ADDRESS, InvalidAddress, UnwritableAddress, checked_address
from .languages import is_language, language_names
from .models import CONSENT_WAYS, NETWORK_PURPOSES
from .org_forms import LONGEST_NAME, TOO_LONG, Boxes, PlainForm, a_name, choices
from .org_models import ROLES
from .positions import LONGEST_TITLE, PersonData
from .texts import clean, clean_lines

LONGEST_PLACE = 300
WHERE = lazy("Where: the address of a page, a meeting, a list on paper")
LONGEST_WORDING = 2000


class DayField(DateField):
    """A day, as browsers send it; what is none gets our own message."""

    def process_formdata(self, valuelist):
        """Take the day that was sent. Raises ValueError with our message."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is no date. It should look like 2026-11-28.")) from None


def _an_address(form: "PersonForm", field: StringField) -> None:
    try:
        form.checked = checked_address(field.data or "")
    except UnwritableAddress:
        raise StopValidation(
            _("Our mail reaches only addresses with Latin letters before the @. Please give another one.")
        ) from None
    except InvalidAddress:
        raise StopValidation(_("This is no complete e-mail address. It should look like name@example.org.")) from None


class PersonForm(PlainForm):
    """Somebody in an organisation. After `validate()`, `checked` is the address."""

    name = StringField(
        lazy("Name of the person"),
        [DataRequired(lazy("Please write the person's name.")), Length(max=LONGEST_NAME, message=TOO_LONG), a_name],
        filters=[clean],
    )
    address = StringField(
        lazy("E-mail address"),
        [
            DataRequired(lazy("Please write the person's e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
            _an_address,
        ],
        filters=[lambda text: (text or "").strip()],
    )
    title = StringField(
        lazy("What they are called there"), [Length(max=LONGEST_TITLE, message=TOO_LONG)], filters=[clean]
    )
    roles = Boxes(lazy("What they do there"), validate_choice=False)
    language = SelectField(lazy("Language to write to them in"), validate_choice=False, default="")
    second_language = SelectField(lazy("Second language"), validate_choice=False, default="")

    checked: str = ""

    def __init__(self, formdata=None, *, lang: str, **kwargs):
        super().__init__(formdata, **kwargs)
        self.roles.choices = choices(words.ROLE_WORDS)
        self.language.choices = self.second_language.choices = choices(language_names(lang), _("Not known"))

    def validate_roles(self, field) -> None:
        """Each role must be one of the list."""
        if set(field.data or ()) - set(ROLES):
            raise StopValidation(_("Please choose roles from the list."))

    def validate_language(self, field) -> None:
        """The language must be one of the list, or not known."""
        if field.data and not is_language(field.data):
            raise StopValidation(_("Please choose a language from the list."))

    validate_second_language = validate_language

    def person(self) -> PersonData:
        """The valid form as operations take it."""
        return PersonData(
            name=self.name.data,
            address=self.checked,
            title=self.title.data or None,
            roles=tuple(self.roles.data or ()),
            language=self.language.data or None,
            second_language=self.second_language.data or None,
        )


class MembershipForm(PlainForm):
    """An organisation becomes a member of a network."""

    network = SelectField(lazy("Network"), validate_choice=False)
    since = DayField(lazy("Member since"), [InputRequired(lazy("Please give a date."))])

    def __init__(self, formdata=None, *, networks: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.network.choices = choices(networks)

    def validate_network(self, field) -> None:
        """The network must be one that the reader may see."""
        if field.data not in {choice.value for choice in field.choices}:
            raise StopValidation(_("Please choose a network from the list."))


class AgreementForm(PlainForm):
    """What somebody agreed to towards a network, with the proof of it."""

    network = SelectField(lazy("Towards which network"), validate_choice=False)
    act = RadioField(
        lazy("What happened"),
        [AnyOf(("given", "withdrawn"), message=lazy("Please say whether they agreed or withdrew."))],
        validate_choice=False,
    )
    purposes = Boxes(lazy("What it is about"), validate_choice=False)
    wording = TextAreaField(
        lazy("The words they agreed to, or withdrew with"),
        [
            DataRequired(lazy("Please write the words: they are the proof.")),
            Length(max=LONGEST_WORDING, message=TOO_LONG),
        ],
        filters=[clean_lines],
    )
    language = SelectField(lazy("Language of these words"), validate_choice=False)
    way = SelectField(
        lazy("How they said so"),
        [AnyOf(CONSENT_WAYS, message=lazy("Please choose one of these."))],
        validate_choice=False,
    )
    place = StringField(WHERE, [Length(max=LONGEST_PLACE, message=TOO_LONG)], filters=[clean])
    on = DayField(lazy("On which day"), [InputRequired(lazy("Please give a date."))])

    def __init__(self, formdata=None, *, lang: str, networks: dict[str, str], today: date, **kwargs):
        # It stands on one page with PersonForm, whose fields have the same names.
        super().__init__(formdata, prefix="agreement-", **kwargs)
        self.today = today
        self.network.choices = choices(networks)
        self.act.choices = choices(words.ACT_WORDS)
        self.purposes.choices = choices(words.PURPOSE_WORDS)
        self.language.choices = choices(language_names(lang))
        self.way.choices = choices(words.WAY_WORDS)

    def validate_network(self, field) -> None:
        """The network must be one that the reader may see, and that the organisation belongs to."""
        if field.data not in {choice.value for choice in field.choices}:
            raise StopValidation(_("Please choose a network from the list."))

    def validate_purposes(self, field) -> None:
        """At least one purpose, each of the list."""
        if not field.data or set(field.data) - set(NETWORK_PURPOSES):
            raise StopValidation(_("Please choose what it is about."))

    def validate_language(self, field) -> None:
        """The language must be one of the list."""
        if not is_language(field.data or ""):
            raise StopValidation(_("Please choose a language."))

    def validate_on(self, field) -> None:
        """Nobody agreed in the future."""
        if field.data and field.data > self.today:
            raise StopValidation(_("This day is still to come."))
