"""What a writer fills in, by us or through an organisation. Every message is ours; nothing typed is lost."""

import re

from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, StopValidation

from app.kernel.forms import PlainForm
from app.kernel.typed import clean_name
from app.people.addresses import LONGEST_ADDRESS, InvalidAddress, UnwritableAddress, checked_address

from . import rules

_HIDDEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]")


def lines(text: str | None) -> str:
    """A text of several lines as it is kept: without what cannot be seen or turns a line round."""
    text = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub("", text).strip()


def plain(text: str | None) -> str:
    """The letters and signs of a text, to tell whether two say the same."""
    return "".join(c for c in (text or "").casefold() if c.isalnum())


class _LetterForm(PlainForm):
    """A letter. `remark` is a field that nobody sees: whoever fills it is a machine."""

    own = TextAreaField(
        lazy("First, in your own words"),
        [
            DataRequired(lazy("Please write a paragraph of your own: it is what a mission reads.")),
            Length(max=rules.LONGEST_OWN, message=lazy("At most 1500 characters, please.")),
        ],
        filters=[lines],
    )
    subject = StringField(
        lazy("Subject"),
        [
            DataRequired(lazy("Please write a subject.")),
            Length(max=200, message=lazy("At most 200 characters, please.")),
        ],
        filters=[clean_name],
    )
    body = TextAreaField(
        lazy("Then the letter, as you would have it"),
        [Length(max=rules.LONGEST_BODY, message=lazy("At most 6000 characters, please."))],
        filters=[lines],
    )
    lives_there = BooleanField(lazy("I live there"))
    remark = StringField(lazy("Leave this empty"))

    def __init__(self, formdata=None, *, template: str, residents_only: bool, **kwargs):
        super().__init__(formdata, **kwargs)
        self._template = plain(template)
        if residents_only:
            self.lives_there.validators = [
                InputRequired(lazy("Only people who live there write to this mission: please say so."))
            ]

    def validate_own(self, field):
        """Whether the words are the writer's own, and more than a greeting. Raises StopValidation."""
        if rules.length(field.data) < rules.SHORTEST_OWN or len(plain(field.data)) < rules.FEWEST_LETTERS:
            raise StopValidation(lazy("A little more, please: a sentence or two."))
        if self._template and plain(field.data) in self._template:
            raise StopValidation(lazy("These are words of the letter. Please write some of your own."))


class ByUsForm(_LetterForm):
    """A letter that is sent by us. After `validate()`, `address` holds the checked e-mail address."""

    name = StringField(
        lazy("Your name"),
        [
            DataRequired(lazy("Please write your name.")),
            Length(max=200, message=lazy("At most 200 characters, please.")),
        ],
        filters=[clean_name],
    )
    email = StringField(
        lazy("Your e-mail address"),
        [
            DataRequired(lazy("Please write an e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
        ],
        filters=[clean_name],
    )
    address: str = ""

    def validate_email(self, field):
        """Whether mail can go there. Raises StopValidation."""
        try:
            self.address = checked_address(field.data)
        except UnwritableAddress:
            raise StopValidation(
                lazy("We cannot write to this address: before the @ it has letters that mail cannot carry.")
            ) from None
        except InvalidAddress:
            raise StopValidation(lazy("This is no e-mail address. One looks like name@example.org.")) from None


class ByOthersForm(_LetterForm):
    """A letter that an organisation takes on, without a name."""

    organisation = SelectField(lazy("Through which organisation"), validate_choice=False, default="")

    def __init__(self, formdata=None, *, organisations: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.organisation.choices = [
            *([SelectChoice("", lazy("Please choose"))] if len(organisations) > 1 else []),
            *(SelectChoice(number, name) for number, name in organisations.items()),
        ]
        self.organisation.validators = [
            AnyOf(list(organisations), message=lazy("Please choose an organisation from the list."))
        ]
