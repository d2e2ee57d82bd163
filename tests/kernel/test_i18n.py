"""Numbers and days as each language of the United Nations writes them."""

from datetime import date

import pytest

from app.kernel.i18n import CODES, format_day, format_number


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("ar", "21 أيلول/سبتمبر 2020"),
        ("zh", "2020年9月21日"),
        ("en", "21 September 2020"),
        ("fr", "21 septembre 2020"),
        ("ru", "21 сентября 2020 г."),
        ("es", "21 de septiembre de 2020"),
    ],
)
def test_a_day_is_written_as_un_documents_write_it(app, lang, written):
    assert " ".join(format_day(date(2020, 9, 21), lang).split()) == written


@pytest.mark.parametrize("lang", CODES)
def test_a_number_stands_apart_from_the_text_around_it(app, lang):
    number = format_number(62418, lang)
    assert number.startswith("<bdi>") and number.endswith("</bdi>")
    assert "".join(c for c in number.striptags() if c.isdigit()) == "62418"


def test_the_first_of_a_month_is_an_ordinal_in_french(app):
    assert format_day(date(2027, 1, 1), "fr") == "1er janvier 2027"
    assert format_day(date(2027, 1, 11), "fr") == "11 janvier 2027"
