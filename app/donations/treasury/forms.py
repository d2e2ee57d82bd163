"""Forms of the treasurer's pages. Every message is ours; nothing typed is lost."""

import re
import uuid
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from app.kernel import i18n
from app.kernel.forms import PlainForm, stripped
from app.people.addresses import InvalidAddress, checked_address
from app.petitions.moderation_forms import LONGEST_REASON

from .. import money, rules
from ..money import Money, NotMoney
from ..rules import CURRENCIES, Suggested
from . import words
from .settling import MOST_AMOUNTS

TOO_LONG = lazy("This is too long.")
FIRST_DAY = date(1990, 1, 1)


def _options(said, empty=None) -> list[SelectChoice]:
    first = [SelectChoice("", empty)] if empty is not None else []
    return [*first, *(SelectChoice(value, str(label)) for value, label in said.items())]


def _reason(label, needed: bool = True) -> StringField:
    rule = DataRequired(lazy("Please give a reason. It should name nobody.")) if needed else Optional()
    most = Length(max=LONGEST_REASON, message=lazy("A reason may have at most 500 characters."))
    return StringField(label, [rule, most], filters=[stripped])


def _amount(text: str, currency: str) -> Money:
    """What was typed, more than nothing. Raises StopValidation."""
    try:
        given = money.parse(text, currency, i18n.current_language())
    except NotMoney as error:
        raise StopValidation(str(error)) from None
    if given.minor <= 0:
        raise StopValidation(_("Please enter more than nothing."))
    return given


def _currency(text: str) -> str:
    code = text.upper()
    if not re.fullmatch("[A-Z]{3}", code) or not money.known(code):
        raise StopValidation(_("Please write the three letters of a currency, such as EUR."))
    return code


class FilterForm(PlainForm):
    """What stands above the list of gifts. `campaigns` are slugs and names, for the list of all."""

    state = SelectField(lazy("State"), validate_choice=False)
    monthly = SelectField(lazy("Monthly gifts"), validate_choice=False)
    interval = SelectField(lazy("How often"), validate_choice=False)
    currency = SelectField(lazy("Currency"), validate_choice=False)
    campaign = SelectField(lazy("Campaign"), validate_choice=False)
    donor = HiddenField()

    def __init__(self, *, currencies, campaigns=None, **kwargs):
        super().__init__(**kwargs)
        every = _("All")
        self.state.choices = _options(words.FILTERS, every)
        self.monthly.choices = _options(words.MONTHLY, every)
        self.interval.choices = _options(words.INTERVALS, every)
        self.currency.choices = _options({code: code for code in currencies}, every)
        self.campaign.choices = _options(campaigns or {}, every)
        if campaigns is None:
            del self.campaign


class SearchForm(PlainForm):
    """One gift, by the number of a receipt or the address of whoever gave. Afterwards `checked` is that address."""

    receipt = StringField(lazy("Number of a receipt"), filters=[stripped])
    address = StringField(lazy("E-mail address, exactly"), filters=[stripped])
    checked: str | None = None

    def validate_receipt(self, field) -> None:
        """One of the two is needed."""
        if not field.data and not self.address.data:
            raise StopValidation(_("Please write the number of a receipt, or an e-mail address."))

    def validate_address(self, field) -> None:
        """A whole address; sets `checked`."""
        try:
            self.checked = checked_address(field.data) if field.data else None
        except InvalidAddress:
            raise StopValidation(
                _("This is no complete e-mail address. It should look like name@example.org.")
            ) from None


class RefundForm(PlainForm):
    """How much of a payment is given back, and why. Afterwards `minor` is how much."""

    how = RadioField(lazy("How much"), default="whole", validate_choice=False)
    amount = StringField(lazy("How much, if a part"), filters=[stripped])
    reason = _reason(lazy("Reason"))
    key = HiddenField()

    def __init__(self, formdata=None, *, left: int, currency: str, **kwargs):
        self._left, self._currency, self.minor = left, currency, left
        super().__init__(formdata, **kwargs)
        whole = _("All that is left: %(amount)s", amount=words.cash(left, currency))
        self.how.choices = [SelectChoice("whole", whole), SelectChoice("part", _("A part"))]

    def validate_how(self, field) -> None:
        """All or a part."""
        if field.data not in ("whole", "part"):
            raise StopValidation(_("Please choose one of these."))

    def validate_amount(self, field) -> None:
        """Sets `minor`; no more than is left."""
        if self.how.data == "whole":
            return
        given = _amount(field.data, self._currency)
        if given.minor > self._left:
            raise StopValidation(_("No more than %(amount)s is left.", amount=words.cash(self._left, self._currency)))
        self.minor = given.minor

    @property
    def press(self) -> uuid.UUID:
        """The key of this form, by which a second press is known; a new one where it brought none."""
        return key_of(self.key)


def key_of(field: HiddenField) -> uuid.UUID:
    """The key that a form carries, put into it where it has none."""
    try:
        found = uuid.UUID(field.data or "")
    except ValueError:
        found = uuid.uuid4()
    field.data = str(found)
    return found


class EndForm(PlainForm):
    """Why a monthly gift is ended, or a line taken back."""

    reason = _reason(lazy("Reason"))


class EntryForm(PlainForm):
    """Money that came by another way than Stripe. Afterwards `given` is how much and `day` when."""

    kind = RadioField(lazy("What it is"), validate_choice=False, default="transfer")
    amount = StringField(lazy("Amount"), filters=[stripped])
    currency = StringField(lazy("Currency, as three letters"), filters=[stripped])
    on = StringField(lazy("Day on which it arrived"), filters=[stripped])
    campaign = SelectField(lazy("Campaign"), validate_choice=False)
    note = StringField(
        lazy("What will let you find it again"), [Length(max=LONGEST_REASON, message=TOO_LONG)], filters=[stripped]
    )
    key = HiddenField()

    def __init__(self, formdata=None, *, today: date, campaigns=None, **kwargs):
        self._today, self.given, self.day = today, None, today
        super().__init__(formdata, **kwargs)
        self.kind.choices = _options({name: words.KINDS[name] for name in ("transfer", "grant")})
        self.campaign.choices = _options(campaigns or {}, _("None: it is for the organisation"))
        if campaigns is None:
            del self.campaign

    def validate_kind(self, field) -> None:
        """A transfer or a grant."""
        if field.data not in ("transfer", "grant"):
            raise StopValidation(_("Please choose one of these."))

    def validate_currency(self, field) -> None:
        """A currency that there is."""
        field.data = _currency(field.data)

    def validate_amount(self, field) -> None:
        """Sets `given`."""
        if not field.data:
            raise StopValidation(_("Please write the amount."))
        try:
            code = _currency(self.currency.data)
        except StopValidation:
            # Said at the currency.
            return
        self.given = _amount(field.data, code)

    def validate_on(self, field) -> None:
        """Sets `day`: one that was."""
        try:
            self.day = date.fromisoformat(field.data)
        except ValueError:
            raise StopValidation(_("Please write the day, such as 2026-12-24.")) from None
        if self.day > self._today:
            raise StopValidation(_("This day has not come yet."))
        if self.day < FIRST_DAY:
            raise StopValidation(_("Please check the year."))

    def validate_campaign(self, field) -> None:
        """One of the list, or none."""
        if field.data not in [choice.value for choice in field.choices]:
            raise StopValidation(_("Please choose one of the list."))


class FundForm(PlainForm):
    """Whether a campaign takes gifts, and how much it hopes for. Afterwards `hoped` is that, or None."""

    open = BooleanField(lazy("Gifts can be given for this campaign"))
    goal = StringField(lazy("Goal; empty: no bar is shown"), filters=[stripped])
    currency = SelectField(lazy("Currency of the goal"), validate_choice=False)
    hoped: Money | None = None

    def __init__(self, formdata=None, **kwargs):
        super().__init__(formdata, **kwargs)
        self.currency.choices = _options({code: code for code in CURRENCIES})

    def validate_currency(self, field) -> None:
        """One of the list."""
        if field.data not in CURRENCIES:
            raise StopValidation(_("Please choose one of the list."))

    def validate_goal(self, field) -> None:
        """Sets `hoped`."""
        if field.data and self.currency.data in CURRENCIES:
            self.hoped = _amount(field.data, self.currency.data)


class OfferForm(PlainForm):
    """What is suggested in one currency for one interval. Afterwards `wanted` is that."""

    amounts = TextAreaField(lazy("Suggested amounts, one to a line, at most six"), filters=[stripped])
    minimum = StringField(lazy("The least that is taken"), filters=[stripped])
    wanted: Suggested | None = None

    def __init__(self, formdata=None, *, currency: str, **kwargs):
        self._currency = currency
        super().__init__(formdata, **kwargs)

    def _taken(self, text: str) -> int:
        given = _amount(text, self._currency)
        try:
            if rules.too_much(given):
                raise StopValidation(_("Stripe takes no amount as large as this."))
        except NotMoney as error:
            raise StopValidation(str(error)) from None
        return given.minor

    def validate_amounts(self, field) -> None:
        """Some amounts, each once; they are put in their order."""
        lines = [line.strip() for line in (field.data or "").splitlines() if line.strip()]
        if not 1 <= len(lines) <= MOST_AMOUNTS:
            raise StopValidation(_("Please give one amount to six, each on a line of its own."))
        self._amounts = tuple(sorted({self._taken(line) for line in lines}))

    def validate_minimum(self, field) -> None:
        """Sets `wanted`: the least is at most the smallest that is suggested."""
        least = self._taken(field.data)
        if self.amounts.errors:
            return
        if least > self._amounts[0]:
            raise StopValidation(_("This is more than the smallest amount that is suggested."))
        self.wanted = Suggested(self._amounts, least)


def typed(minor: int, currency: str) -> str:
    """An amount as the reader's language types it into a field: digits, the currency's decimals, no groups."""
    return money.typed(Money(minor, currency), i18n.current_language())


def _tax(code: str, name: str) -> TextAreaField:
    label = lazy("What the law wants a receipt to say: %(language)s", language=name)
    return TextAreaField(label, [Length(max=1000, message=TOO_LONG)], filters=[stripped])


class RecipientForm(PlainForm):
    """The organisation as receipts name it."""

    name = StringField(
        lazy("Name of the organisation"),
        [DataRequired(lazy("Please write its name.")), Length(max=200, message=TOO_LONG)],
        filters=[stripped],
    )
    address = TextAreaField(
        lazy("Postal address, in lines"),
        [DataRequired(lazy("Please write its address.")), Length(max=500, message=TOO_LONG)],
        filters=[stripped],
    )
    register = StringField(
        lazy("Number in a register, if it has one"), [Length(max=200, message=TOO_LONG)], filters=[stripped]
    )
    reply_to = StringField(lazy("E-mail address at which donors may ask"), filters=[stripped])

    def validate_reply_to(self, field) -> None:
        """A whole address."""
        try:
            field.data = checked_address(field.data)
        except InvalidAddress:
            raise StopValidation(
                _("This is no complete e-mail address. It should look like name@example.org.")
            ) from None

    @property
    def values(self) -> dict:
        """What was filled in, as settling.set_recipient takes it."""
        said = {one: self[one].data for one in ("name", "address", "register", "reply_to")}
        said["address"] = said["address"].replace("\r\n", "\n")
        tax = {one.code: self[f"tax_{one.code}"].data.replace("\r\n", "\n") for one in i18n.LANGUAGES}
        return {**said, "tax": {code: text for code, text in tax.items() if text}}


for _language in i18n.LANGUAGES:
    setattr(RecipientForm, f"tax_{_language.code}", _tax(_language.code, _language.autonym))
