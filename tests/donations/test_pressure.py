"""How many gifts a network may begin, and the least that is taken under pressure; how an amount is understood."""

import pytest
from werkzeug.datastructures import MultiDict

from app.donations import pressure, rules
from app.donations.forms import GiveForm, Terms
from app.donations.money import Money
from app.donations.pressure import Seen
from app.donations.rules import Suggested

HIGH = 10_000


def test_a_network_earns_further_gifts_only_by_gifts_that_were_given_and_never_more_than_the_most():
    for given in range(0, 60):
        free = next(begun for begun in range(HIGH) if pressure.over(Seen(begun, given)))
        assert free == min(pressure.FREE + pressure.FOR_EACH_GIVEN * given, pressure.MOST)
        assert all(pressure.over(Seen(begun, given)) for begun in range(free, HIGH, 37))


def test_the_least_gift_never_falls_while_more_is_begun_nor_rises_by_what_is_given():
    offer = Suggested((500, 1000, 2500, 5000), 200)
    for given in (0, 1, 10, 50, 500):
        least = [pressure.least(offer, pressure.steps(Seen(begun, given))) for begun in range(HIGH)]
        assert least == sorted(least) and least[0] == 200
        # However large a crowd gives honestly, nothing rises.
        assert all(pressure.steps(Seen(begun, given)) == 0 for begun in range(given * pressure.ONE_IN + 1))
    assert {pressure.least(offer, step) for step in range(4)} == {200, 500, 1000, 2500}
    assert pressure.least(Suggested((700,), 200), 3) == 700


def test_under_pressure_every_currency_still_takes_its_largest_suggestion():
    for code in rules.CURRENCIES:
        for interval in ("once", "monthly"):
            offer = rules.suggested(code, interval)
            assert offer.minimum <= pressure.least(offer, 3) <= offer.amounts[-1]


def sent(currency="EUR", least=200, lang="en", amounts=(1000, 2500), **values):
    form = GiveForm(MultiDict(values), terms=Terms(lang, currency, "once", amounts, least))
    return form, form.validate()


@pytest.mark.parametrize(
    ("currency", "lang", "values", "given"),
    [
        ("EUR", "en", {"amount": "2500"}, 2500),
        ("EUR", "fr", {"amount": "own", "own": "12,50"}, 1250),
        ("EUR", "fr", {"own": "1 234,5 €"}, 123450),
        ("EUR", "ar", {"own": "٢٥"}, 2500),
        # Suggested when the page was opened, no longer now: it counts as if it had been written.
        ("EUR", "en", {"amount": "700"}, 700),
        ("JPY", "en", {"own": "500"}, 500),
        ("KWD", "en", {"own": "2.500"}, 2500),
        ("KWD", "ar", {"own": "٢٫٥"}, 2500),
    ],
)
def test_an_amount_is_taken_as_it_was_meant(currency, lang, values, given):
    form, valid = sent(currency, lang=lang, **values)
    assert valid, form.errors
    assert form.given == Money(given, currency)


@pytest.mark.parametrize(
    ("currency", "values", "field"),
    [
        ("EUR", {}, "amount"),
        ("EUR", {"amount": "-2500"}, "amount"),
        ("EUR", {"amount": "٢٥٠٠"}, "amount"),
        ("EUR", {"amount": "2500.0"}, "amount"),
        ("EUR", {"amount": "9" * 30}, "amount"),
        ("EUR", {"amount": "199"}, "amount"),
        ("EUR", {"amount": "100000000"}, "amount"),
        ("EUR", {"amount": "own"}, "own"),
        ("EUR", {"amount": "2500", "own": "40"}, "own"),
        ("EUR", {"own": "1.999"}, "own"),
        ("EUR", {"own": "1e9"}, "own"),
        ("EUR", {"own": "nan"}, "own"),
        ("EUR", {"own": "0"}, "own"),
        ("EUR", {"own": "1.99"}, "own"),
        ("JPY", {"own": "500.50"}, "own"),
        # Stripe takes no thousandths of a dinar.
        ("KWD", {"own": "2.505"}, "own"),
        ("EUR", {"amount": "2500", "name": "=1+1"}, "name"),
        ("EUR", {"amount": "2500", "name": "see example.org"}, "name"),
        ("EUR", {"amount": "2500", "name": "x" * 101}, "name"),
    ],
)
def test_what_is_no_amount_or_no_name_is_told_at_its_field(app, currency, values, field):
    form, valid = sent(currency, **values)
    assert not valid and set(form.errors) == {field}
