"""Forms about organisations and networks. Every message is ours; nothing typed is lost."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, Optional, Regexp, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.forms import PlainForm
from app.kernel.i18n import CODES
from app.states import queries as states

from . import words
from .languages import is_language, language_names
from .org_models import ECOSOC
from .org_operations import LONGEST_NAME, OrganisationData
from .org_queries import SORTS, Search
from .texts import clean, clean_lines
from .websites import InvalidWebsite, checked_website

LONGEST_ACRONYM = 30
TOO_LONG = lazy("This is too long.")


class Boxes(SelectMultipleField):
    """Boxes to tick, as many as wanted."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices(said, empty=None) -> list[SelectChoice]:
    """The options of a select, from labels by value; with `empty`, first the one that says nothing."""
    first = [SelectChoice("", empty)] if empty is not None else []
    return [*first, *(SelectChoice(value, str(label)) for value, label in said.items())]


def _areas(lang: str) -> dict[str, str]:
    return states.area_names(lang)


class SearchForm(PlainForm):
    """What stands above the list. Whatever is not known narrows nothing."""

    q = StringField(lazy("Name, acronym or domain"), filters=[lambda text: clean(text)[:200]])
    country = SelectField(lazy("Country"), validate_choice=False, default="")
    ecosoc = SelectField(lazy("ECOSOC status"), validate_choice=False, default="")
    network = SelectField(lazy("Network"), validate_choice=False, default="")
    sort = SelectField(lazy("Order"), validate_choice=False, default="name")

    def __init__(self, formdata, *, lang: str, networks: dict[str, str]):
        super().__init__(formdata)
        self.country.choices = choices(_areas(lang), _("All"))
        self.ecosoc.choices = choices(words.ECOSOC_WORDS, _("All"))
        self.network.choices = choices(networks, _("All"))
        self.sort.choices = choices(words.SORT_WORDS)

    def search(self) -> Search:
        """What is looked for."""
        network = self.network.data or ""
        return Search(
            words=self.q.data,
            country=self.country.data if self.country.data in states.area_codes() else "",
            ecosoc=self.ecosoc.data if self.ecosoc.data in ECOSOC else "",
            network=int(network) if network.isascii() and network.isdigit() and len(network) < 19 else None,
            sort=self.sort.data if self.sort.data in SORTS else "name",
        )

    def values(self) -> dict[str, str]:
        """The same as it stands in an address."""
        return {field.name: field.data for field in self if field.data and field.data != field.default}


def a_name(form: PlainForm, field: StringField) -> None:
    """A name has letters or digits. Raises StopValidation."""
    if field.data and not any(c.isalnum() for c in field.data):
        raise StopValidation(_("Please write the name in letters."))


def _a_website(form: PlainForm, field: StringField) -> None:
    if field.data:
        try:
            form.website_checked = checked_website(field.data)
        except InvalidWebsite:
            raise StopValidation(_("This is no web address. It should look like www.example.org.")) from None


def _more_names(form: "OrganisationForm", field: TextAreaField) -> None:
    for line in (field.data or "").splitlines():
        code, _gap, name = line.partition(" ")
        code = code.rstrip(":").lower()
        if not is_language(code) or not name or len(name) > LONGEST_NAME:
            raise StopValidation(_("Each line needs the code of a language and a name, such as: pt Liga Fictícia."))
        form.more[code] = name


NAME_LENGTH = Length(max=LONGEST_NAME, message=lazy("A name may have at most 300 characters."))


class OrganisationForm(PlainForm):
    """One organisation."""

    name = StringField(
        lazy("Name"),
        [DataRequired(lazy("Please write the name of the organisation.")), NAME_LENGTH, a_name],
        filters=[clean],
    )
    name_language = SelectField(lazy("Language of this name"), validate_choice=False)
    name_ar = StringField(lazy("Name in Arabic"), [NAME_LENGTH, a_name], filters=[clean])
    name_zh = StringField(lazy("Name in Chinese"), [NAME_LENGTH, a_name], filters=[clean])
    name_en = StringField(lazy("Name in English"), [NAME_LENGTH, a_name], filters=[clean])
    name_fr = StringField(lazy("Name in French"), [NAME_LENGTH, a_name], filters=[clean])
    name_ru = StringField(lazy("Name in Russian"), [NAME_LENGTH, a_name], filters=[clean])
    name_es = StringField(lazy("Name in Spanish"), [NAME_LENGTH, a_name], filters=[clean])
    more_names = TextAreaField(lazy("Names in further languages"), [_more_names], filters=[clean_lines])
    acronym = StringField(lazy("Acronym"), [Length(max=LONGEST_ACRONYM, message=TOO_LONG)], filters=[clean])
    country = SelectField(lazy("Country where it is based"), validate_choice=False)
    works_in = Boxes(lazy("Where it works"), validate_choice=False)
    website = StringField(lazy("Website"), [_a_website], filters=[clean])
    ecosoc = SelectField(
        lazy("Consultative status with ECOSOC"),
        [AnyOf(ECOSOC, message=lazy("Please choose one of these."))],
        validate_choice=False,
        default="none",
    )
    networks = Boxes(lazy("Member of"), validate_choice=False)

    website_checked: str | None = None

    def __init__(self, formdata=None, *, lang: str, networks: dict[str, str] | None = None, needed=False, **kwargs):
        super().__init__(formdata, **kwargs)
        self.more: dict[str, str] = {}
        self.network_needed = needed
        self.name_language.choices = choices(language_names(lang))
        self.country.choices = choices(_areas(lang), _("Not known"))
        self.works_in.choices = choices(_areas(lang))
        self.ecosoc.choices = choices(words.ECOSOC_WORDS)
        self.networks.choices = choices(networks or {})
        if networks is None:
            del self.networks

    def validate_name_language(self, field) -> None:
        """The language must be one of the list."""
        if not is_language(field.data or ""):
            raise StopValidation(_("Please choose a language."))

    def validate_country(self, field) -> None:
        """The country must be one of the list, or not known."""
        if field.data and field.data not in states.area_codes():
            raise StopValidation(_("Please choose a country from the list."))

    def validate_works_in(self, field) -> None:
        """Each area must be one of the list."""
        if set(field.data or ()) - states.area_codes():
            raise StopValidation(_("Please choose areas from the list."))

    def validate_networks(self, field) -> None:
        """Each network must be one that the reader may see; who sees some only must choose one."""
        if set(field.data or ()) - {choice.value for choice in field.choices}:
            raise StopValidation(_("Please choose networks from the list."))
        if self.network_needed and not field.data:
            raise StopValidation(_("Please choose the network that it belongs to."))

    def data_said(self) -> OrganisationData:
        """The valid form as operations take it."""
        names = {code: self[f"name_{code}"].data for code in CODES if self[f"name_{code}"].data} | self.more
        names.pop(self.name_language.data, None)
        return OrganisationData(
            name=self.name.data,
            name_language=self.name_language.data,
            names=names,
            acronym=self.acronym.data or None,
            country=self.country.data or None,
            works_in=tuple(sorted(set(self.works_in.data or ()))),
            website=self.website_checked,
            ecosoc=self.ecosoc.data,
        )

    @staticmethod
    def said_of(data: OrganisationData) -> dict:
        """An organisation as the fields of this form."""
        more = [f"{code} {name}" for code, name in sorted(data.names.items()) if code not in CODES]
        return {
            "name": data.name,
            "name_language": data.name_language,
            **{f"name_{code}": data.names.get(code, "") for code in CODES},
            "more_names": "\n".join(more),
            "acronym": data.acronym or "",
            "country": data.country or "",
            "works_in": list(data.works_in),
            "website": data.website or "",
            "ecosoc": data.ecosoc,
        }


class NetworkForm(PlainForm):
    """A network: its name in the six languages, and its name in addresses."""

    name_ar = StringField(lazy("Name in Arabic"), [Optional(), NAME_LENGTH, a_name], filters=[clean])
    name_zh = StringField(lazy("Name in Chinese"), [Optional(), NAME_LENGTH, a_name], filters=[clean])
    name_en = StringField(
        lazy("Name in English"),
        [DataRequired(lazy("Please write the name in English.")), NAME_LENGTH, a_name],
        filters=[clean],
    )
    name_fr = StringField(lazy("Name in French"), [Optional(), NAME_LENGTH, a_name], filters=[clean])
    name_ru = StringField(lazy("Name in Russian"), [Optional(), NAME_LENGTH, a_name], filters=[clean])
    name_es = StringField(lazy("Name in Spanish"), [Optional(), NAME_LENGTH, a_name], filters=[clean])
    slug = StringField(
        lazy("Name in addresses"),
        [
            DataRequired(lazy("Please write a short name for addresses.")),
            Length(max=60, message=TOO_LONG),
            Regexp(
                re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$"),
                message=lazy("Small Latin letters, digits and single hyphens only, such as fictional-network."),
            ),
        ],
        filters=[lambda text: (text or "").strip().lower()],
    )

    def names(self) -> dict[str, str]:
        """The names that were written, by language."""
        return {code: self[f"name_{code}"].data for code in CODES if self[f"name_{code}"].data}
