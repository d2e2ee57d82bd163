"""Forms of an import: the file, and what its columns are."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, StopValidation

from . import words
from .importing.columns import COLUMNS
from .languages import is_language, language_names
from .models import CONSENT_WAYS, NETWORK_PURPOSES
from .org_forms import TOO_LONG, Boxes, PlainForm, choices
from .people_forms import LONGEST_PLACE, LONGEST_WORDING, WHERE, DayField
from .texts import clean, clean_lines


class FileForm(PlainForm):
    """The file itself, or cells pasted; what is wrong with it is said by whoever reads it."""

    file = FileField(lazy("File: .xlsx, or .csv with commas, semicolons or tabs"))
    pasted = TextAreaField(lazy("Or paste cells that were copied from a spreadsheet"))


class OptionsForm(PlainForm):
    """What becomes of the rows: the network they join, doubles, and the consent of the people in them."""

    network = SelectField(lazy("Network that these organisations belong to"), validate_choice=False, default="")
    policy = RadioField(
        lazy("Rows that may be a double"),
        [AnyOf(("skip", "add"), message=lazy("Please choose one of these."))],
        validate_choice=False,
        default="skip",
    )
    purposes = Boxes(lazy("What the people in this list agreed to"), validate_choice=False)
    wording = TextAreaField(
        lazy("The words they agreed to"), [Length(max=LONGEST_WORDING, message=TOO_LONG)], filters=[clean_lines]
    )
    language = SelectField(lazy("Language of these words"), validate_choice=False)
    way = SelectField(lazy("How they said so"), validate_choice=False, default="import")
    place = StringField(WHERE, [Length(max=LONGEST_PLACE, message=TOO_LONG)], filters=[clean])
    on = DayField(lazy("On which day, at the latest; where a column says it of each, that counts"))

    def __init__(self, formdata=None, *, lang: str, networks: dict[str, str], needed: bool, today: date, **kwargs):
        super().__init__(formdata, **kwargs)
        self.needed, self.today = needed, today
        self.network.choices = choices(networks, _("Please choose") if needed else _("None"))
        self.policy.choices = choices(
            {
                "skip": _("Leave them out; I enter them by hand"),
                "add": _("Take them in as new; they are then compared one by one"),
            }
        )
        self.purposes.choices = choices(words.PURPOSE_WORDS)
        self.language.choices = choices(language_names(lang))
        self.way.choices = choices(words.WAY_WORDS)
        # A day is asked for only where there is a consent.
        if formdata is not None and not self.purposes.data and self.on.process_errors:
            self.on.process_errors = ()

    def validate_network(self, field) -> None:
        """A network that the reader may see; who sees some only must choose one."""
        if field.data and field.data not in {choice.value for choice in field.choices}:
            raise StopValidation(_("Please choose a network from the list."))
        if not field.data and self.needed:
            raise StopValidation(_("Please choose the network that they belong to."))
        if not field.data and self.purposes.data:
            raise StopValidation(_("People agree towards a network: please choose it."))

    def validate_purposes(self, field) -> None:
        """Purposes of the list, or none."""
        if set(field.data or ()) - set(NETWORK_PURPOSES):
            raise StopValidation(_("Please choose what it is about."))

    def validate_wording(self, field) -> None:
        """Where there is a consent, its words are the proof."""
        if self.purposes.data and not field.data:
            raise StopValidation(_("Please write the words: they are the proof."))

    def validate_language(self, field) -> None:
        """The language must be one of the list."""
        if self.purposes.data and not is_language(field.data or ""):
            raise StopValidation(_("Please choose a language."))

    def validate_way(self, field) -> None:
        """The way must be one of the list."""
        if self.purposes.data and field.data not in CONSENT_WAYS:
            raise StopValidation(_("Please choose one of these."))

    def validate_on(self, field) -> None:
        """Where there is a consent, it has a day, and not a future one."""
        if self.purposes.data and not field.data:
            raise StopValidation(_("Please give a date."))
        if self.purposes.data and field.data > self.today:
            raise StopValidation(_("This day is still to come."))

    def consent(self) -> dict | None:
        """The consent as an import keeps it."""
        if not self.purposes.data:
            return None
        return {
            "purposes": list(dict.fromkeys(self.purposes.data)),
            "wording": self.wording.data,
            "language": self.language.data,
            "way": self.way.data,
            "place": self.place.data or None,
            "on": self.on.data.isoformat(),
        }


def columns_said(sent, width: int) -> tuple[list[str | None], str | None]:
    """What a form says that each column is, and what is wrong with it, in words."""
    columns = [sent.get(f"column-{place}") or None for place in range(width)]
    columns = [column if column in COLUMNS else None for column in columns]
    named = [column for column in columns if column]
    if len(named) != len(set(named)):
        return columns, _("Two columns cannot be the same thing. Please choose one of them.")
    if not any(column.startswith("name") and column != "name_language" for column in named) and "address" not in named:
        return columns, _("Please choose the column with the name of the organisation, or with e-mail addresses.")
    return columns, None
