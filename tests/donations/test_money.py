"""Amounts of every kind of currency are exact, or are not taken."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.donations import money, rules
from app.donations.money import Money, NotMoney, from_stripe, parse, plain, to_stripe, words

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")


@pytest.fixture(autouse=True)
def _request(worker_app):
    with worker_app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("text", "currency", "language", "minor"),
    [
        ("25", "EUR", "en", 2500),
        ("25.5", "EUR", "en", 2550),
        ("25,50", "EUR", "fr", 2550),
        ("25,50", "EUR", "en", 2550),
        ("0.07", "USD", "zh", 7),
        ("1,234.50", "USD", "en", 123450),
        ("1.234,50", "EUR", "es", 123450),
        ("1 234,50", "EUR", "fr", 123450),
        ("1\u202f234,50", "EUR", "fr", 123450),
        ("1'234.50", "CHF", "fr", 123450),
        ("1,234", "EUR", "en", 123400),
        ("1.234", "EUR", "es", 123400),
        ("1,234,567", "EUR", "fr", 123456700),
        ("٢٥٫٥٠", "EUR", "ar", 2550),
        ("١٬٢٣٤", "USD", "ar", 123400),
        ("２５", "EUR", "zh", 2500),
        ("€25", "EUR", "en", 2500),
        ("25\u00a0€", "EUR", "fr", 2500),
        ("EUR 25", "EUR", "ru", 2500),
        ("1,000", "JPY", "en", 1000),
        ("10 000", "JPY", "fr", 10000),
        ("1500", "ISK", "en", 1500),
        ("1.5", "KWD", "en", 1500),
        ("1,125", "KWD", "fr", 1125),
        ("1.125", "KWD", "en", 1125),
        ("0.125", "KWD", "es", 125),
    ],
)
def test_what_is_typed_is_read_as_it_was_meant(text, currency, language, minor):
    assert parse(text, currency, language) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "language"),
    [
        ("", "EUR", "en"),
        ("ten", "EUR", "en"),
        ("-5", "EUR", "en"),
        ("1e3", "EUR", "en"),
        ("0x10", "EUR", "en"),
        ("½", "EUR", "en"),
        ("5²", "EUR", "en"),
        ("1.5.5", "EUR", "en"),
        ("1,23,4", "EUR", "en"),
        ("12,34.5.6", "EUR", "en"),
        ("25.001", "EUR", "en"),
        # Either a thousand, or three decimals too many: nobody guesses.
        ("1.000", "EUR", "fr"),
        ("1.000", "KWD", "es"),
        ("1.50", "JPY", "en"),
        ("25 $", "EUR", "en"),
        ("9" * 40, "EUR", "en"),
        ("nan", "EUR", "en"),
        ("Infinity", "EUR", "en"),
    ],
)
def test_what_is_no_amount_or_could_be_two_is_refused(text, currency, language):
    with pytest.raises(NotMoney):
        parse(text, currency, language)


# A loaded machine is slow, and that is no failure.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**12), st.sampled_from((*rules.CURRENCIES, "CLF", "LYD", "UGX")), st.sampled_from(LANGUAGES))
def test_what_is_written_for_machines_is_read_again(minor, currency, language):
    there = Money(minor, currency)
    text = plain(there)
    if money.exponent(currency) == 3 and language != "es" and language not in ("fr", "ru"):
        assert parse(text, currency, language) == there
    assert Decimal(text).scaleb(money.exponent(currency)) == minor
    assert plain(-there) == (text if not minor else f"-{text}")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9), st.sampled_from((*rules.CURRENCIES, "UGX")))
def test_stripe_gets_the_amount_and_gives_the_same_back(minor, currency):
    there = Money(minor, currency)
    if currency in money.THREE_AT_STRIPE and minor % 10:
        with pytest.raises(NotMoney):
            to_stripe(there)
        return
    number, code = to_stripe(there)
    assert code == currency.lower() and from_stripe(number, code) == there


def test_each_kind_of_currency_goes_to_stripe_as_stripe_counts_it():
    assert to_stripe(Money(1050, "EUR")) == (1050, "eur")
    assert to_stripe(Money(500, "JPY")) == (500, "jpy")
    assert to_stripe(Money(500, "MGA")) == (500, "mga")
    assert to_stripe(Money(1500, "ISK")) == (150000, "isk")
    assert to_stripe(Money(3500, "UGX")) == (350000, "ugx")
    assert to_stripe(Money(5120, "KWD")) == (5120, "kwd")
    with pytest.raises(NotMoney):
        from_stripe(150050, "isk")


def test_amounts_are_written_as_readers_expect_with_the_decimals_of_the_currency():
    assert words(Money(123456, "EUR"), "en") == "€1,234.56"
    assert words(Money(123456, "EUR"), "fr") == "1\u202f234,56\u00a0€"
    assert words(Money(1500, "KWD"), "en") == "KWD\u00a01.500"
    assert words(Money(1500, "JPY"), "en") == "¥1,500"
    # CLDR writes no decimals of some currencies that have them: ISO 4217 counts.
    assert "12.34" in words(Money(1234, "ALL"), "en")
    assert words(Money(2500, "EUR"), "en", short=True) == "€25"
    assert words(Money(2550, "EUR"), "en", short=True) == "€25.50"
    # More digits than a float holds.
    assert words(Money(900719925474099301, "EUR"), "en") == "€9,007,199,254,740,993.01"
    for language in LANGUAGES:
        assert words(Money(1, "EUR"), language) != words(Money(2, "EUR"), language)


def test_no_money_is_made_of_a_float_and_currencies_are_not_added_up():
    for minor, currency in ((10.0, "EUR"), (Decimal(10), "EUR"), (True, "EUR"), (10, "eur"), (10, "EURO")):
        with pytest.raises(TypeError):
            Money(minor, currency)
    with pytest.raises(TypeError):
        Money(1, "EUR") + Money(1, "USD")


def test_every_currency_has_suggestions_that_may_be_given():
    for currency in rules.CURRENCIES:
        assert money.known(currency)
        for interval in ("once", "monthly"):
            offer = rules.suggested(currency, interval)
            assert list(offer.amounts) == sorted(set(offer.amounts)) and offer.amounts[0] >= offer.minimum > 0
            for minor in offer.amounts:
                assert not rules.too_much(Money(minor, currency)) and not rules.too_little(
                    Money(minor, currency), offer.minimum
                )
    assert set(rules.CURRENCY_OF) == set(LANGUAGES) and set(rules.CURRENCY_OF.values()) <= set(rules.CURRENCIES)
