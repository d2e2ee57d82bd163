"""The form by which somebody says what they give, and the one that asks for the link to a monthly gift."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length, StopValidation

from app.kernel.forms import PlainForm, stripped
from app.kernel.typed import clean_name, holds_a_link, is_a_formula
from app.people.addresses import LONGEST_ADDRESS, InvalidAddress, UnwritableAddress, checked_address

from . import money, rules
from .money import Money, NotMoney

LONGEST_NAME = 100
OWN = "own"


@dataclass(frozen=True)
class Terms:
    """What a form offers: a currency, an interval (`once`, `monthly`), amounts and the least, in minor units."""

    language: str
    currency: str
    interval: str
    amounts: tuple[int, ...]
    least: int

    def words(self, minor: int) -> str:
        """An amount as the reader writes it."""
        return money.words(Money(minor, self.currency), self.language, short=True)


class GiveForm(PlainForm):
    """What somebody gives. After `validate()`, `given` is the amount."""

    amount = RadioField(validate_choice=False)
    own = StringField(filters=[stripped])
    name = StringField(
        lazy("Name to be shown (optional)"),
        [Length(max=LONGEST_NAME, message=lazy("A name may have at most 100 characters here."))],
        filters=[clean_name],
    )
    # A program that fills in forms fills this one; its name is known to no password manager.
    remark = StringField(lazy("Leave this field empty"))

    def __init__(self, formdata=None, *, terms: Terms, **kwargs):
        super().__init__(formdata, **kwargs)
        self.terms = terms
        self.given: Money | None = None
        monthly = terms.interval == "monthly"
        self.amount.label.text = (
            _("How much do you want to give every month?") if monthly else _("How much do you want to give?")
        )
        self.own.label.text = _("Another amount, in %(currency)s", currency=terms.currency)
        self.amount.choices = [(str(minor), terms.words(minor)) for minor in terms.amounts if minor >= terms.least]
        self.amount.choices.append((OWN, _("Another amount")))

    @property
    def chosen(self) -> str | None:
        """The radio that was chosen: minor units, or OWN; None: none, or nothing that makes sense."""
        said = self.amount.data or ""
        sound = said == OWN or (said.isascii() and said.isdigit() and len(said) <= money.LONGEST)
        return said if sound else None

    def validate_own(self, field) -> None:
        """Its own amount: needed where it was chosen, and instead of a suggested one."""
        if field.data and self.chosen not in (None, OWN):
            words = self.terms.words(int(self.chosen))
            raise StopValidation(_("You chose %(amount)s above: keep either that or what you wrote.", amount=words))
        if field.data:
            self.given = self._taken(field.data)
        elif self.chosen == OWN:
            raise StopValidation(_("Please write the amount."))

    def validate_amount(self, field) -> None:
        """A suggested amount. One that is no longer suggested counts like one that was written."""
        if self.own.data or self.chosen == OWN:
            return
        if self.chosen is None:
            raise StopValidation(_("Please choose an amount, or write another one."))
        self.given = self._checked(Money(int(self.chosen), self.terms.currency))

    def validate_name(self, field) -> None:
        """A name, if there is one."""
        if not field.data:
            return
        if holds_a_link(field.data) or is_a_formula(field.data):
            raise StopValidation(
                _("A name cannot hold a web address or begin with a sign. Please write your name only.")
            )
        if not any(character.isalpha() for character in field.data):
            raise StopValidation(_("Please write your name."))

    def _taken(self, typed: str) -> Money:
        try:
            return self._checked(money.parse(typed, self.terms.currency, self.terms.language))
        except NotMoney as error:
            raise StopValidation(str(error)) from None

    def _checked(self, given: Money) -> Money:
        if rules.too_little(given, self.terms.least):
            raise StopValidation(_("The smallest gift is %(amount)s.", amount=self.terms.words(self.terms.least)))
        try:
            too_much = rules.too_much(given)
        except NotMoney as error:
            raise StopValidation(str(error)) from None
        if too_much:
            raise StopValidation(_("So large a gift cannot be paid by card. Please write to us instead."))
        return given


class LinkForm(PlainForm):
    """The address that somebody gave to Stripe. After `validate()`, `address` is the checked one."""

    email = StringField(
        lazy("Your e-mail address"),
        [
            DataRequired(lazy("Please write your e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy("This e-mail address is too long.")),
        ],
        filters=[stripped],
    )
    address = ""

    def validate_email(self, field) -> None:
        """An address that mail can reach."""
        try:
            self.address = checked_address(field.data or "")
        except UnwritableAddress:
            words = _("Our mail reaches only addresses with Latin letters before the @. Please give another one.")
            raise StopValidation(words) from None
        except InvalidAddress:
            words = _("This is no complete e-mail address. It should look like name@example.org.")
            raise StopValidation(words) from None
