"""The forms by which an organisation, or a person, signs on. Every message is ours; nothing typed is lost."""

from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.forms import PlainForm
from app.kernel.i18n import CODES
from app.kernel.typed import clean_name, holds_a_link, is_a_formula
from app.people import languages, websites, words
from app.people.addresses import LONGEST_ADDRESS, InvalidAddress, UnwritableAddress, checked_address
from app.people.org_models import ECOSOC
from app.people.rules import discreet
from app.states import queries as states

from . import written
from .models import COUNTED_ONLY, INDIVIDUAL, ORGANISATION, PUBLIC, VISIBILITIES
from .operations import SigningOn
from .record import Record

LONGEST_NAME, LONGEST_PERSON, LONGEST_ACRONYM = 300, 100, 30
OTHER_AREA, UNSAID_AREA = "other", "unsaid"
SUGGESTED = "suggested"
TOO_LONG = lazy("This is too long.")


class Boxes(SelectMultipleField):
    """Boxes to tick, as many as wanted."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


# Choices are made when they are shown; a valid form never shows them.
def _places(form: "SignOnForm", field: SelectField) -> list[SelectChoice]:
    places = [SelectChoice(place.code, place.name) for place in states.area_choices(form.lang)]
    return [SelectChoice("", _("Please choose")), *places, *form.other_places()]


def _areas(form: "SignOnForm", field: SelectMultipleField) -> list[SelectChoice]:
    return [SelectChoice(place.code, place.name) for place in states.area_choices(form.lang)]


def _ways(form: "SignOnForm", field: RadioField) -> list[SelectChoice]:
    return [
        SelectChoice(SUGGESTED, _("As is safest in the country: by name where that is safe, else only counted")),
        *visibility_choices(form.roll),
    ]


def _languages(form: "SignOnForm", field: SelectField) -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in languages.language_names(form.lang).items()]


def _statuses(form: "SignOnForm", field: SelectField) -> list[SelectChoice]:
    return [SelectChoice(code, str(label)) for code, label in words.ECOSOC_WORDS.items()]


def _known_networks(form: "SignOnForm", field: SelectMultipleField) -> list[SelectChoice]:
    return [SelectChoice(network, name) for network, name in form.known_networks.items()]


def a_name(form: PlainForm, field: StringField) -> None:
    """A name has letters, and is no address and no formula. Raises StopValidation."""
    if fault := written.fault(*(field.raw_data or [])[:1]):
        raise StopValidation(fault)
    if not field.data:
        return
    if not any(character.isalpha() for character in field.data):
        raise StopValidation(_("Please write the name in letters."))
    if holds_a_link(field.data) or is_a_formula(field.data):
        raise StopValidation(_("A name cannot hold a web address or begin with a sign. Please write the name only."))


def _an_address(form: "SignOnForm", field: StringField) -> None:
    try:
        form.address = checked_address(field.data or "")
    except UnwritableAddress:
        raise StopValidation(
            _("Our mail reaches only addresses with Latin letters before the @. Please give another one.")
        ) from None
    except InvalidAddress:
        raise StopValidation(_("This is no complete e-mail address. It should look like name@example.org.")) from None


def _a_website(form: "SignOnForm", field: StringField) -> None:
    if field.data:
        try:
            form.website_checked = websites.checked_website(field.data)
        except websites.InvalidWebsite:
            raise StopValidation(_("This is no web address. It should look like www.example.org.")) from None


def _trimmed(text: str | None) -> str:
    return (text or "").strip()


def _person_name() -> StringField:
    missing = lazy("Please write your name.")
    longest = Length(max=LONGEST_PERSON, message=lazy("A name may have at most 100 characters here."))
    return StringField(lazy("Your name"), [a_name, DataRequired(missing), longest], filters=[clean_name])


class SignOnForm(PlainForm):
    """What both forms ask. After `validate()`, `address` holds the checked e-mail address."""

    roll = ORGANISATION

    person = _person_name()
    email = StringField(
        lazy("Your e-mail address"),
        [
            DataRequired(lazy("Please write your e-mail address: we send a mail there to confirm.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
            _an_address,
        ],
        filters=[written.plain],
    )
    country = SelectField(choices=_places, validate_choice=False)
    visibility = RadioField(
        lazy("How should it be shown?"),
        [AnyOf((SUGGESTED, *VISIBILITIES), message=lazy("Please choose how it should be shown."))],
        choices=_ways,
        default=SUGGESTED,
        validate_choice=False,
    )
    delayed = BooleanField(lazy("Show nothing before the letter is handed over."))
    # A program that fills in forms fills this one.
    remark = StringField(lazy("Leave this field empty"))
    token = HiddenField()

    address: str = ""
    website_checked: str | None = None
    forgotten = False

    def __init__(self, formdata=None, *, lang: str, networks: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.lang, self.known_networks = lang, networks
        codes = states.area_codes() | {choice.value for choice in self.other_places()}
        self.country.validators = [AnyOf(codes, message=lazy("Please choose one of the list."))]

    def other_places(self) -> list[SelectChoice]:
        """What may be chosen besides the areas of the world."""
        return [SelectChoice(OTHER_AREA, lazy("Another area"))]

    def chosen(self) -> str:
        """How to be shown: what was chosen, or what is safest where the signatory is."""
        if self.visibility.data != SUGGESTED:
            return self.visibility.data
        return suggested(self.country.data)

    def wordings(self) -> dict[str, str]:
        """The words beside each box that was ticked: what was agreed to."""
        boxes = (field for field in self if isinstance(field, BooleanField) and field.data)
        return {field.name: str(field.label.text) for field in boxes}

    def signing(self) -> SigningOn:
        """The valid form as `operations.sign_on` takes it."""
        record = Record(
            person=self.person.data,
            address=self.address,
            language=self.lang,
            version=0,
            text_language=self.lang,
            digest="",
            moment="",
            country=self.country.data,
            wordings=self.wordings(),
            trapped=bool(_trimmed(self.remark.data)),
        )
        return SigningOn(self._filled(record), self.roll, self.chosen(), bool(self.delayed.data))

    def _filled(self, record: Record) -> Record:
        return record


def suggested(country: str) -> str:
    """How a signatory from a country is shown unless it says otherwise: by name only where civic space is known to be
    open enough (people/rules.discreet)."""
    return COUNTED_ONLY if discreet(states.civic_space(country)) else PUBLIC


def visibility_choices(roll: str) -> list[SelectChoice]:
    """The three ways to be shown, in plain words."""
    if roll == ORGANISATION:
        return [
            SelectChoice("public", _("Public: its name stands on the list")),
            SelectChoice("area", _("Its country or region only: never its name")),
            SelectChoice("counted", _("Counted only: neither its name nor its country")),
        ]
    return [
        SelectChoice("public", _("Public: your name stands on the list")),
        SelectChoice("area", _("Your country or region only: never your name")),
        SelectChoice("counted", _("Counted only: neither your name nor your country")),
    ]


_NAME_LENGTH = Length(max=LONGEST_NAME, message=lazy("A name may have at most 300 characters."))


class OrganisationForm(SignOnForm):
    """An organisation signs, and somebody for it."""

    name = StringField(
        lazy("Name of the organisation"),
        [a_name, DataRequired(lazy("Please write the name of the organisation.")), _NAME_LENGTH],
        filters=[clean_name],
    )
    name_language = SelectField(lazy("Language of this name"), choices=_languages, validate_choice=False)
    name_ar = StringField(lazy("Name in Arabic"), [_NAME_LENGTH, a_name], filters=[clean_name])
    name_zh = StringField(lazy("Name in Chinese"), [_NAME_LENGTH, a_name], filters=[clean_name])
    name_en = StringField(lazy("Name in English"), [_NAME_LENGTH, a_name], filters=[clean_name])
    name_fr = StringField(lazy("Name in French"), [_NAME_LENGTH, a_name], filters=[clean_name])
    name_ru = StringField(lazy("Name in Russian"), [_NAME_LENGTH, a_name], filters=[clean_name])
    name_es = StringField(lazy("Name in Spanish"), [_NAME_LENGTH, a_name], filters=[clean_name])
    acronym = StringField(
        lazy("Acronym"), [Length(max=LONGEST_ACRONYM, message=TOO_LONG), a_name], filters=[clean_name]
    )
    country = SelectField(lazy("Country where it is registered"), choices=_places, validate_choice=False)
    works_in = Boxes(lazy("Where it works"), choices=_areas, validate_choice=False)
    website = StringField(lazy("Website"), [_a_website], filters=[written.plain])
    ecosoc = SelectField(
        lazy("Consultative status with ECOSOC"),
        [AnyOf(ECOSOC, message=lazy("Please choose one of these."))],
        choices=_statuses,
        validate_choice=False,
        default="none",
    )
    networks = Boxes(lazy("Networks it belongs to"), choices=_known_networks, validate_choice=False)
    title = StringField(lazy("Your title"), [Length(max=LONGEST_PERSON, message=TOO_LONG)], filters=[clean_name])
    authorised = BooleanField(
        lazy("I am authorised to sign this letter for the organisation."),
        [DataRequired(lazy("Only who is authorised may sign for an organisation."))],
    )
    consent = BooleanField(
        lazy(
            "I agree that what I wrote here is stored, and that the organisation is counted,"
            " as the privacy notice says. I can take this back at any time."
        ),
        [DataRequired(lazy("We may only count the organisation if you agree to this."))],
    )

    # The token of an invitation, by whose link the form was filled.
    invitation = HiddenField(filters=[_trimmed])

    def __init__(self, formdata=None, *, lang: str, networks: dict[str, str], **kwargs):
        super().__init__(formdata, lang=lang, networks=networks, **kwargs)
        if formdata is None and not self.name_language.data:
            self.name_language.data = lang

    def validate_name_language(self, field) -> None:
        """The language must be one of the list."""
        if not languages.is_language(field.data or ""):
            raise StopValidation(_("Please choose a language."))

    def _filled(self, record: Record) -> Record:
        own = self.name_language.data
        said = {code: self[f"name_{code}"].data for code in CODES if code != own and self[f"name_{code}"].data}
        known, places = self.known_networks, states.area_codes()
        return replace(
            record,
            name=self.name.data,
            name_language=own,
            names=said,
            acronym=self.acronym.data,
            works_in=tuple(sorted(code for code in self.works_in.data or () if code in places)),
            website=self.website_checked or "",
            ecosoc=self.ecosoc.data,
            networks=tuple(sorted(int(network) for network in self.networks.data or () if network in known)),
            title=self.title.data,
        )


class PersonForm(SignOnForm):
    """A person signs for themselves."""

    roll = INDIVIDUAL

    country = SelectField(lazy("Country or area where you live"), choices=_places, validate_choice=False)
    title = StringField(
        lazy("What you are or do (optional)"),
        [Length(max=LONGEST_PERSON, message=TOO_LONG), a_name],
        filters=[clean_name],
    )
    consent = BooleanField(
        lazy(
            "I agree that my signature, which reveals a political opinion, is stored and counted"
            " as the privacy notice says. I can take this back at any time."
        ),
        [DataRequired(lazy("We may only count your signature if you agree to this."))],
    )

    def other_places(self) -> list[SelectChoice]:
        """A person need not say where they live."""
        return [*super().other_places(), SelectChoice(UNSAID_AREA, lazy("I prefer not to say"))]

    def _filled(self, record: Record) -> Record:
        return replace(record, title=self.title.data)
