"""The form that people sign with. Every message is ours, in the reader's language; nothing typed is lost."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, StopValidation

from app.kernel import sources
from app.kernel.typed import clean_name, holds_a_link, is_a_formula
from app.people.addresses import LONGEST_ADDRESS, InvalidAddress, UnwritableAddress, checked_address
from app.states import queries as states

from .operations import Signing

LONGEST_NAME = 100
LONGEST_COMMENT = 300
OTHER_AREA = "other"
UNSAID_AREA = "unsaid"
SHOWN = ("name", "area", "none")


def _a_name(form: Form, field: StringField) -> None:
    if not any(character.isalpha() for character in field.data or ""):
        raise StopValidation(_("Please write your name."))
    if holds_a_link(field.data) or is_a_formula(field.data):
        raise StopValidation(_("A name cannot hold a web address or begin with a sign. Please write your name only."))


def comment_fault(text: str) -> str | None:
    """What is wrong with a comment that went through `clean_name`, in the reader's language; None: nothing."""
    if len(text) > LONGEST_COMMENT:
        return _("This may have at most 300 characters.")
    if holds_a_link(text):
        return _("This cannot hold a web or e-mail address. Please write it without.")
    return None


def _a_comment(form: Form, field: TextAreaField) -> None:
    if fault := comment_fault(field.data or ""):
        raise StopValidation(fault)


def _an_address(form: Form, field: StringField) -> None:
    try:
        form.address = checked_address(field.data or "")
    except UnwritableAddress:
        raise StopValidation(
            _("Our mail reaches only addresses with Latin letters before the @. Please give another one.")
        ) from None
    except InvalidAddress:
        raise StopValidation(_("This is no complete e-mail address. It should look like name@example.org.")) from None


def _areas(form: "SignForm", field: SelectField) -> list[SelectChoice]:
    return [
        SelectChoice("", _("Please choose")),
        *(SelectChoice(place.code, place.name) for place in states.area_choices(form.lang)),
        SelectChoice(OTHER_AREA, _("Another area")),
        SelectChoice(UNSAID_AREA, _("I prefer not to say")),
    ]


def _ways_to_be_shown(form: "SignForm", field: SelectField) -> list[SelectChoice]:
    return [
        SelectChoice("none", _("Not at all: I am only counted")),
        SelectChoice("area", _("With my country or area only")),
        SelectChoice("name", _("With my name and my country or area")),
    ]


class SignForm(Form):
    """The fields of one signature. After `validate()`, `address` holds the checked e-mail address."""

    name = StringField(
        lazy("Your name"),
        [
            DataRequired(lazy("Please write your name.")),
            Length(max=LONGEST_NAME, message=lazy("A name may have at most 100 characters here.")),
            _a_name,
        ],
        filters=[clean_name],
    )
    email = StringField(
        lazy("Your e-mail address"),
        [
            DataRequired(lazy("Please write your e-mail address: we send a mail there to confirm the signature.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
            _an_address,
        ],
        filters=[lambda text: (text or "").strip()],
    )
    # Choices are made when they are shown; a valid form never shows them.
    area = SelectField(lazy("Country or area where you live"), choices=_areas, validate_choice=False)
    shown = RadioField(
        lazy("How should your signature be shown?"),
        [AnyOf(SHOWN, message=lazy("Please choose how your signature should be shown."))],
        choices=_ways_to_be_shown,
        default="none",
        validate_choice=False,
    )
    comment = TextAreaField(lazy("Why this matters to you (optional)"), [_a_comment], filters=[clean_name])
    updates = BooleanField(lazy("Send me news of this campaign by e-mail. I can end this at any time."))
    consent = BooleanField(
        lazy(
            "I agree that my signature, which reveals a political opinion, is stored and counted"
            " as the privacy notice says. I can take this back at any time."
        ),
        [DataRequired(lazy("We may only count your signature if you agree to this."))],
    )
    # A program that fills in forms fills this one; its name is known to no password manager.
    remark = StringField(lazy("Leave this field empty"))
    shared_device = BooleanField(lazy("I share this device: ask the browser to keep nothing of this site."))
    token = HiddenField()
    # Whatever is no such name is dropped without a word: nobody typed it.
    source = HiddenField(filters=[sources.checked])

    notice: str | None = None
    forgotten: bool = False
    address: str = ""

    def __init__(self, formdata=None, *, lang: str, further: str | None = None, **kwargs):
        super().__init__(formdata, meta={"locales": False}, **kwargs)
        self.lang, self.further = lang, further
        codes = states.area_codes() | {OTHER_AREA, UNSAID_AREA}
        self.area.validators = [
            AnyOf(codes, message=lazy("Please choose where you live, or that you prefer not to say."))
        ]

    def signing(self, network: str | None = None) -> Signing:
        """The valid form as `operations.sign` takes it; `network` is where it came from."""
        return Signing(
            name=self.name.data,
            address=self.address,
            area=self.area.data,
            shown=self.shown.data,
            updates=bool(self.updates.data),
            language=self.lang,
            wordings=self.wordings(),
            source=self.source.data,
            network=network,
            trapped=bool((self.remark.data or "").strip()),
            comment=self.comment.data or None,
            further=self.further,
        )

    def forget(self) -> None:
        """Let go of what was typed, not of what was wrong with it: the form comes back empty on a shared device."""
        self.name.data = self.email.data = self.area.data = self.comment.data = ""
        self.shown.data = SHOWN[-1]
        self.updates.data = self.consent.data = False
        self.forgotten = True

    def wordings(self) -> dict[str, str]:
        """The words beside each box that was ticked, by purpose of consent: what the person agreed to."""
        words = {"signature": str(self.consent.label.text)}
        if self.updates.data:
            words["updates"] = str(self.updates.label.text)
        return words
