"""Money: whole minor units and a currency, never a float. Pure: no Flask request, no database.

How many decimals a currency has is ISO 4217's word, with Stripe's exceptions; Babel, which follows CLDR, is asked how
an amount is written, not how many decimals it has.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import get_currency_symbol, list_currencies, parse_pattern
from flask_babel import gettext as _

# https://docs.stripe.com/currencies: what Stripe takes in whole units.
ZERO = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
# Whole units as well, that Stripe takes as if they had hundredths, which are 00.
ZERO_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
# Thousandths, of which Stripe takes tens.
THREE_AT_STRIPE = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
THREE = THREE_AT_STRIPE | {"IQD", "LYD"}
# Tables of ISO 4217 that only a bank would meet.
ZERO_ELSEWHERE = frozenset({"UYI"})
FOUR = frozenset({"CLF", "UYW"})
# 999,999.99 in most currencies, as the longest amount that Stripe takes (eight digits).
MOST_AT_STRIPE = 99_999_999
LONGEST = 15

_DECIMAL_MARK = {"en": ".", "zh": ".", "ar": ".", "fr": ",", "es": ",", "ru": ","}
_GROUP_MARK = {"en": ",", "zh": ",", "ar": ",", "es": "."}
_SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009'’](?=\d)")
_MARKS = str.maketrans({"٫": "d", "٬": "g", "،": ",", "，": ",", "．": "."})


class NotMoney(ValueError):
    """What was typed is no amount of this currency; the message, in the reader's language, says why."""


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (cents, fils, whole yen) of a currency (ISO 4217, in capitals)."""

    minor: int
    currency: str

    def __post_init__(self):
        if type(self.minor) is not int or not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise TypeError(f"no money: {self.minor!r} {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise TypeError(f"{self.currency} and {other.currency} are not added up")
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)


def exponent(currency: str) -> int:
    """How many decimals a currency has: 0, 2, 3 or 4."""
    if currency in ZERO or currency in ZERO_IN_HUNDREDTHS or currency in ZERO_ELSEWHERE:
        return 0
    return 3 if currency in THREE else 4 if currency in FOUR else 2


def known(currency: str) -> bool:
    """Whether there is or was such a currency."""
    return currency in list_currencies()


def amount(money: Money) -> Decimal:
    """The exact amount in major units, with all the currency's decimals: Money(1050, "EUR") is Decimal("10.50")."""
    return Decimal(money.minor).scaleb(-exponent(money.currency))


def plain(money: Money) -> str:
    """The amount for machines: a point, no groups, the currency's decimals: `10.50`, `-1.000`, `500`."""
    return f"{amount(money):f}"


def words(money: Money, language: str, short: bool = False) -> str:
    """The amount as a reader of `language` expects it, with the currency's sign. `short` leaves out decimals that are
    nought."""
    exact, places = amount(money), exponent(money.currency)
    if short and exact == exact.to_integral_value():
        places = 0
    locale = Locale.parse(language)
    written = locale.currency_formats["standard"].pattern
    if get_currency_symbol(money.currency, locale=locale)[-1:].isalpha():
        # CLDR's currencySpacing, which Babel leaves out: letters do not touch digits.
        written = written.replace("¤#", "¤\u00a0#")
    pattern = parse_pattern(written)
    pattern.frac_prec = (places, places)
    said = pattern.apply(exact, locale, currency=money.currency, currency_digits=False)
    symbol = get_currency_symbol(money.currency, locale=locale)
    if locale.text_direction == "rtl" and symbol[:1].isascii():
        # US$ is read as one word, whatever stands around it (UAX #9, 2.7).
        said = said.replace(symbol, f"\u2066{symbol}\u2069")
    return said


def parse(text: str, currency: str, language: str) -> Money:
    """What somebody typed into a field of this currency. Digits of any script, groups, a comma or a point; the
    currency's own sign or code before or behind.

    Raises NotMoney where it is no amount, has more decimals than the currency, or could be read in two ways: `1.000`
    dinars are never guessed at.
    """
    wrong = NotMoney(_("Enter an amount in digits, such as %(example)s.", example=_example(currency, language)))
    plain_text = _without_sign(_ascii_digits(_seen(text).strip()), currency, language)
    marked = _SPACES.sub("g", plain_text).translate(_MARKS)
    if not re.fullmatch(r"\d[\d.,dg]*", marked):
        raise wrong
    whole, decimals = _split(marked, exponent(currency), language)
    if whole is None or len(whole) + len(decimals) > LONGEST:
        raise wrong
    if len(decimals) > exponent(currency):
        if exponent(currency) == 0:
            raise NotMoney(_("This currency has no smaller unit: enter a whole number."))
        raise NotMoney(_("This currency has at most %(number)s decimals.", number=exponent(currency)))
    return Money(int(whole + decimals.ljust(exponent(currency), "0")), currency)


def typed(money: Money, language: str) -> str:
    """The amount as a reader of `language` types it, which `parse` reads back: all decimals, no groups, no sign of the
    currency."""
    return plain(money).replace(".", _DECIMAL_MARK.get(language, "."))


def _example(currency: str, language: str) -> str:
    return f"25{_DECIMAL_MARK.get(language, '.')}50" if exponent(currency) else "2500"


def _seen(text: str) -> str:
    # What is pasted brings along marks of direction.
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c for c in text)


def _without_sign(text: str, currency: str, language: str) -> str:
    for sign in (currency, currency.lower(), _seen(get_currency_symbol(currency, locale=language))):
        if sign and text.startswith(sign):
            return text[len(sign) :].strip("\u00a0\u202f ")
        if sign and text.endswith(sign):
            return text[: -len(sign)].strip("\u00a0\u202f ")
    return text


def _split(marked: str, places: int, language: str) -> tuple[str | None, str]:
    """Whole and decimal digits of `1g234d50`, where g divides groups, d decimals, and comma and point are to be told;
    (None, "") where it cannot be told."""
    used = {mark for mark in ".," if mark in marked}
    if used and "d" in marked:
        # Beside an Arabic decimal mark the others can only divide groups.
        marked = marked.replace(".", "g").replace(",", "g")
    elif len(used) == 2:
        last = max(used, key=marked.rindex)
        marked = marked.replace((used - {last}).pop(), "g").replace(last, "d")
    elif used:
        mark = used.pop()
        marked = marked.replace(mark, _meaning(marked, mark, places, language) or "?")
    found = re.fullmatch(r"(\d+|\d{1,3}(?:g\d{3})+)(?:d(\d+))?", marked)
    return (found[1].replace("g", ""), found[2] or "") if found else (None, "")


def _meaning(marked: str, mark: str, places: int, language: str) -> str | None:
    """Whether the only kind of mark divides groups or decimals; None: nobody can tell."""
    if marked.count(mark) > 1:
        return "g"
    before, _mark, after = marked.partition(mark)
    like_a_group = len(after) == 3 and len(before.replace("g", "")) <= 3 and not before.startswith("0")
    if not like_a_group or _DECIMAL_MARK.get(language, ".") == mark or "g" in before:
        return "d"
    return "g" if places < 3 and _GROUP_MARK.get(language) == mark else None


def to_stripe(money: Money) -> tuple[int, str]:
    """(amount, currency) as Stripe wants them. Raises NotMoney for thousandths that Stripe does not take."""
    if money.currency in ZERO_IN_HUNDREDTHS:
        return money.minor * 100, money.currency.lower()
    if money.currency in THREE_AT_STRIPE and money.minor % 10:
        raise NotMoney(_("Enter an amount with at most two decimals."))
    return money.minor, money.currency.lower()


def from_stripe(number: int, currency: str) -> Money:
    """What Stripe calls `number` of `currency`. Raises NotMoney for hundredths of what has none."""
    code = currency.upper()
    if code in ZERO_IN_HUNDREDTHS:
        whole, rest = divmod(number, 100)
        if rest:
            raise NotMoney(f"{number} {currency}")
        return Money(whole, code)
    return Money(number, code)
