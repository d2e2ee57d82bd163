"""The forms of the desk's page of a letter."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length

from app.campaigns.forms import DeskForm, read_local, zones
from app.campaigns.letter_head import MISSIONS, is_addressed
from app.kernel import clock, i18n
from app.kernel.forms import stripped
from app.people.texts import clean
from app.states import members
from app.states.models import UN_WORLD

from .blocks import HOW
from .models import EDITORIAL, MATERIAL, Letter
from .settling import Settings

MOST_MILESTONES, HIGHEST = 50, 2_000_000_000


class LetterForm(DeskForm):
    """What is settled of a letter."""

    negotiated = SelectField(lazy("Language in which the text was negotiated"), validate_choice=False)
    addressees = StringField(
        lazy("Addressed to"),
        [DataRequired(lazy("Please say to whom it is addressed."))],
        filters=[stripped],
    )
    individuals = BooleanField(lazy("People may sign, too, in a list of their own"))
    closes = StringField(lazy("Nobody can sign from"))
    zone = SelectField(lazy("Time zone"), validate_choice=False, default="Etc/UTC")
    milestones = StringField(lazy("Milestones"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.negotiated.choices = [SelectChoice(code, i18n.EVERY[code].autonym) for code in i18n.CODES]
        self.zone.choices = zones()
        self.local: datetime | None = None
        self.numbers: list[int] = []
        self.codes: list[str] = []

    def validate_negotiated(self, field) -> None:
        """One of the six."""
        if field.data not in i18n.CODES:
            raise ValidationError(_("Please choose a language."))

    def validate_addressees(self, field) -> None:
        """Sets `codes`: all permanent missions, or states by their code."""
        said = field.data.replace(",", " ").split()
        self.codes = [MISSIONS] if [word.lower() for word in said] == [MISSIONS] else [word.upper() for word in said]
        known = set(members.member_codes(UN_WORLD)) | {"PSE", "VAT"}
        if not is_addressed(self.codes) or (self.codes != [MISSIONS] and not known.issuperset(self.codes)):
            raise ValidationError(_("Write missions, for all permanent missions, or codes of states: KEN NOR"))

    def validate_closes(self, field) -> None:
        """Sets `local`; left empty, the letter has no end."""
        self.local = read_local(field.data) if (field.data or "").strip() else None

    def validate_milestones(self, field) -> None:
        """Sets `numbers`."""
        said = (field.data or "").replace(",", " ").split()
        whole = all(each.isascii() and each.isdigit() and len(each) < 11 for each in said)
        self.numbers = [int(each) for each in said] if whole else []
        rising = self.numbers == sorted(set(self.numbers)) and all(0 < n < HIGHEST for n in self.numbers)
        if not whole or not rising or len(said) > MOST_MILESTONES:
            raise ValidationError(_("Please give whole numbers, each larger than the one before: 100 250 500"))

    @property
    def settings(self) -> Settings:
        """What the valid form says."""
        end = (self.local, self.zone.data or "")
        return Settings(self.negotiated.data, bool(self.individuals.data), tuple(self.codes), *end, tuple(self.numbers))


def settled(letter: Letter) -> dict:
    """What stands, as the form shows it."""
    closes = letter.closes_at and letter.closes_at.astimezone(ZoneInfo(letter.time_zone))
    return {
        "negotiated": letter.negotiated,
        "addressees": " ".join(letter.addressees),
        "individuals": letter.individuals,
        "closes": closes.strftime("%Y-%m-%dT%H:%M") if closes else "",
        "zone": letter.time_zone or "Etc/UTC",
        "milestones": " ".join(map(str, letter.milestones)),
    }


class FreezeForm(DeskForm):
    """Whether a new version changes the substance."""

    kind = RadioField(
        lazy("What has changed?"),
        [AnyOf((EDITORIAL, MATERIAL), message=lazy("Please say what has changed."))],
        validate_choice=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            SelectChoice(EDITORIAL, _("The wording only: the change is shown, and signatures carry over")),
            SelectChoice(MATERIAL, _("The substance: everybody is asked to sign the new version, too")),
        ]


class DeliveryForm(DeskForm):
    """To whom a letter was handed over."""

    addressee = StringField(
        lazy("To which office"),
        [
            DataRequired(lazy("Please say to which office it was handed over.")),
            Length(max=200, message=lazy("This is too long.")),
        ],
        filters=[clean],
    )
    state = StringField(lazy("State, where it is a mission"), filters=[stripped])
    day = StringField(lazy("Day"))
    how = SelectField(lazy("How"), validate_choice=False)
    receipt = StringField(
        lazy("How it was acknowledged"), [Length(max=300, message=lazy("This is too long."))], filters=[clean]
    )
    handover = BooleanField(lazy("This is the handover: names that waited for it are shown from now on, for good"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.how.choices = [SelectChoice(code, str(label)) for code, label in HOW.items()]
        self.on: date | None = None

    def validate_state(self, field) -> None:
        """A code of a state, or nothing."""
        field.data = field.data.upper()
        if field.data and field.data not in set(members.member_codes(UN_WORLD)) | {"PSE", "VAT"}:
            raise ValidationError(_("Please give the code of a state, such as KEN, or nothing."))

    def validate_how(self, field) -> None:
        """One of the list."""
        if field.data not in HOW:
            raise ValidationError(_("Please choose one of these."))

    def validate_day(self, field) -> None:
        """Sets `on`."""
        try:
            self.on = date.fromisoformat((field.data or "").strip())
        except ValueError as error:
            raise ValidationError(_("Please give a day, such as 2026-11-23.")) from error
        if self.on > clock.today():
            raise ValidationError(_("This day has not come yet."))
