"""The form in which a partner is entered and changed."""

from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, Form, StringField
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from app.kernel import i18n, images, sources

from . import partners

LONGEST_NAME = 120
LONGEST_WEBSITE = 300


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _a_free_name(form: Form, field: StringField) -> None:
    if sources.checked(field.data) is None:
        raise StopValidation(
            _("Use at most 40 Latin letters, digits, dots, hyphens and underscores, and begin with a letter or digit.")
        )
    if partners.is_taken(field.data):
        raise StopValidation(_("Links of this site use that name themselves. Please choose another one."))


def _an_address(form: Form, field: StringField) -> None:
    try:
        place = urlsplit(field.data)
        whole = place.scheme in ("http", "https") and place.hostname and "." in place.hostname and not place.username
    except ValueError:
        whole = False
    if not whole or any(character.isspace() for character in field.data):
        raise StopValidation(_("This is no complete web address. It should look like https://example.org."))


def _why(error: images.WrongImage) -> str:
    return {
        "kind": _("A logo is a PNG, JPEG or WebP file. SVG files are not taken, as they can hold programs."),
        "moving": _("A logo stands still. Please choose a picture that does not move."),
        "large": _("At most %(number)s pixels wide and high, please.", number=partners.MOST_PIXELS),
        "broken": _("This picture cannot be read. Please save it once more and try again."),
    }[error.why]


def _a_picture(form: "PartnerForm", field: FileField) -> None:
    given = field.data
    if not isinstance(given, FileStorage) or not given.filename:
        return
    with given.stream:
        data = given.read(partners.LARGEST_LOGO + 1)
    if len(data) > partners.LARGEST_LOGO:
        raise StopValidation(_("At most %(number)s kB, please.", number=partners.LARGEST_LOGO // 1024))
    try:
        form.picture = images.read(data, partners.MOST_PIXELS)
    except images.WrongImage as error:
        raise StopValidation(_why(error)) from None


class PartnerForm(Form):
    """A partner's fields; `name_<code>` is its name in a language. After `validate()`, `picture` holds a new logo."""

    slug = StringField(
        lazy("Name in the address"),
        [DataRequired(lazy("Please write the name that stands in the address.")), _a_free_name],
        filters=[_stripped],
    )
    website = StringField(
        lazy("Website"),
        [Optional(), Length(max=LONGEST_WEBSITE, message=lazy("This web address is too long.")), _an_address],
        filters=[_stripped],
    )
    logo = FileField(lazy("Logo"), [_a_picture])
    without_logo = BooleanField(lazy("Take the logo away"))

    notice: str | None = None
    picture: images.Image | None = None

    def names(self) -> dict[str, str]:
        """Its names by language, without empty ones."""
        found = {code: self[f"name_{code}"].data for code in i18n.CODES}
        return {code: name for code, name in found.items() if name}


for _language in i18n.LANGUAGES:
    _needed = [DataRequired(lazy("Please write its name in English: it stands where there is no other."))]
    setattr(
        PartnerForm,
        f"name_{_language.code}",
        StringField(
            lazy("Its name (%(language)s)", language=_language.autonym),
            [
                *(_needed if _language.code == i18n.FALLBACK else [Optional()]),
                Length(max=LONGEST_NAME, message=lazy("At most 120 characters, please.")),
            ],
            filters=[_stripped],
        ),
    )
