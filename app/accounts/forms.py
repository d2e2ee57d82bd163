"""Forms of accounts. Every message is ours, in the reader's language; nothing typed is lost but passwords."""

import unicodedata

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.forms import PlainForm, stripped
from app.kernel.i18n import CODES, LANGUAGES

from . import choices, passwords
from .roles import COORDINATOR, EVERYWHERE, ROLES, TRANSLATOR, Role, role_name
from .rules import LONGEST_ADDRESS, LONGEST_NAME, InvalidAddress, checked_address, language_codes


def _clean(text: str | None) -> str:
    """A name as it is kept: NFC, single spaces, nothing that cannot be seen."""
    shown = (c if unicodedata.category(c)[0] != "C" else " " if c.isspace() else "" for c in text or "")
    return unicodedata.normalize("NFC", " ".join("".join(shown).split()))


def _an_address(form: Form, field: StringField) -> None:
    try:
        field.data = checked_address(field.data)
    except InvalidAddress:
        raise StopValidation(_("This is no complete e-mail address. It should look like name@example.org.")) from None


class SignInForm(PlainForm):
    """Address and password. `next` is where to go on to."""

    email = StringField(
        lazy("Your e-mail address"), [DataRequired(lazy("Please write your e-mail address."))], filters=[stripped]
    )
    password = PasswordField(lazy("Your password"), [DataRequired(lazy("Please write your password."))])
    next = HiddenField()


class CodeForm(PlainForm):
    """A code of an authenticator app, or a recovery code."""

    code = StringField(
        lazy("The code"),
        [
            DataRequired(lazy("Please write the code.")),
            Length(max=60, message=lazy("This is no code of ours: it is too long.")),
        ],
        filters=[stripped],
    )


def _languages(form: Form, field: SelectField) -> list[SelectChoice]:
    return [SelectChoice(language.code, language.autonym) for language in LANGUAGES]


def _name_field() -> StringField:
    return StringField(
        lazy("Your name, as colleagues see it"),
        [
            DataRequired(lazy("Please write your name.")),
            Length(max=LONGEST_NAME, message=lazy("A name may have at most 100 characters here.")),
        ],
        filters=[_clean],
    )


def _language_field() -> SelectField:
    return SelectField(lazy("Language of your desk and of mails to you"), choices=_languages)


class _NewPassword(PlainForm):
    """A password typed twice. `own` are words that may not be in it alone."""

    password = PasswordField(lazy("A new password"), [DataRequired(lazy("Please write a password."))])
    repeated = PasswordField(lazy("The same password again"))

    own: tuple[str, ...] = ()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what is short, long, or tried first, and what was typed in two ways."""
        fault = passwords.fault(field.data, self.own)
        if fault == "short":
            count = passwords.SHORTEST
            raise StopValidation(
                ngettext(
                    "A password has at least %(count)s character. A sentence is good.",
                    "A password has at least %(count)s characters. A sentence is good.",
                    count,
                    count=count,
                )
            )
        if fault == "long":
            raise StopValidation(_("This password is too long."))
        if fault == "common":
            raise StopValidation(_("This password is one of the first that are tried. Please choose another."))
        if passwords.normal(self.repeated.data or "") != passwords.normal(field.data):
            raise StopValidation(_("The two passwords are not the same."))


class PasswordForm(_NewPassword):
    """One's own new password."""


class AcceptForm(_NewPassword):
    """How somebody begins. With a passkey the two fields of the password stay empty."""

    email = StringField(
        lazy("Your e-mail address"),
        [
            DataRequired(lazy("Please write your e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
            _an_address,
        ],
        filters=[stripped],
    )
    name = _name_field()
    language = _language_field()
    step = HiddenField()
    credential = HiddenField()

    def __init__(self, formdata=None, *, email: str | None, **kwargs):
        super().__init__(formdata, **kwargs)
        self.asks_email = email is None
        if email is not None:
            del self.email
        if self.credential.data:
            del self.password, self.repeated
        else:
            typed = email or self.email.data or ""
            self.own = (self.name.data or "", typed)


class ProfileForm(PlainForm):
    """What somebody says of themselves."""

    name = _name_field()
    language = _language_field()
    pseudonym = StringField(
        lazy("Name under which your work is shown"),
        [Length(max=LONGEST_NAME, message=lazy("A name may have at most 100 characters here."))],
        filters=[_clean],
    )
    credited = BooleanField(lazy("Name me in public where my work is credited"))


class PasskeyNameForm(PlainForm):
    """A name for a new passkey, and the browser's answer."""

    name = StringField(lazy("A name for it, such as “my phone”"), filters=[_clean])
    step = HiddenField()
    credential = HiddenField()


class _Boxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _roles(form: Form, field: SelectField) -> list[SelectChoice]:
    return [SelectChoice("", _("Please choose")), *(SelectChoice(role, role_name(role)) for role in ROLES)]


def _places(form: "RoleForm", field: SelectField) -> list[SelectChoice]:
    return [
        SelectChoice("", _("Please choose")),
        SelectChoice(EVERYWHERE, _("All campaigns")),
        *(SelectChoice(slug, name) for slug, name in choices.campaigns().items()),
    ]


def _networks(form: Form, field: SelectField) -> list[SelectChoice]:
    return [SelectChoice(number, name) for number, name in choices.networks().items()]


class RoleForm(PlainForm):
    """A role, and where it holds. On the pages of a campaign it is a role there."""

    role = SelectField(lazy("Role"), choices=_roles, validate_choice=False)
    campaign = SelectField(lazy("Campaign"), choices=_places, validate_choice=False)
    languages = _Boxes(lazy("Languages of a translator"), choices=_languages, validate_choice=False)
    further = StringField(lazy("Further languages of a translator"), filters=[stripped])
    networks = _Boxes(lazy("Networks of a coordinator"), choices=_networks, coerce=int, validate_choice=False)

    def __init__(self, formdata=None, *, campaign: str | None, **kwargs):
        super().__init__(formdata, **kwargs)
        self.place = campaign
        if campaign is not None:
            del self.campaign
        if not choices.networks():
            del self.networks

    def validate_role(self, field: SelectField) -> None:
        """One of the table's; a coordinator is one of a network."""
        if field.data not in ROLES:
            raise StopValidation(_("Please choose a role."))
        if field.data == COORDINATOR and "networks" not in self:
            raise StopValidation(_("There is no network yet that somebody could coordinate: please enter it first."))

    def validate_campaign(self, field: SelectField) -> None:
        """One that there is, or all."""
        if field.data != EVERYWHERE and field.data not in choices.campaigns():
            raise StopValidation(_("Please choose a campaign."))

    def validate_languages(self, field: SelectMultipleField) -> None:
        """A translator translates into something."""
        if set(field.data or ()) - set(CODES):
            raise StopValidation(_("Please choose from these languages."))
        if self.role.data == TRANSLATOR and not field.data and not self.further.data:
            raise StopValidation(_("Please choose the languages that a translator may write."))

    def validate_further(self, field: StringField) -> None:
        """Codes of languages."""
        try:
            language_codes(field.data or "")
        except ValueError as error:
            raise StopValidation(
                _("%(code)s is no code of a language, such as pt or sw.", code=str(error)[:20])
            ) from None

    def validate_networks(self, field: SelectMultipleField) -> None:
        """Those that there are; a coordinator has at least one."""
        if set(field.data or ()) - set(choices.networks()):
            raise StopValidation(_("Please choose from these networks."))
        if self.role.data == COORDINATOR and not field.data:
            raise StopValidation(_("Please choose the networks of the coordinator."))

    def chosen(self) -> Role:
        """The valid form as a role; languages and networks only where they belong to it."""
        translator, coordinator = self.role.data == TRANSLATOR, self.role.data == COORDINATOR
        codes = (*self.languages.data, *language_codes(self.further.data or "")) if translator else ()
        networks = tuple(self.networks.data or ()) if coordinator and "networks" in self else ()
        place = self.place if self.place is not None else self.campaign.data
        return Role(self.role.data, place, tuple(dict.fromkeys(codes)), networks)


class InviteForm(RoleForm):
    """An invitation: an address, the language of its mail, a role."""

    email = StringField(
        lazy("E-mail address"),
        [
            DataRequired(lazy("Please write an e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
            _an_address,
        ],
        filters=[stripped],
    )
    language = SelectField(lazy("Language of the mail"), choices=_languages)
