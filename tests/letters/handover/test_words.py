"""How long a letter is in each language, as UN bodies count."""

import pytest

from app.letters.handover import words

from . import invented


@pytest.mark.parametrize(
    ("language", "text", "number"),
    (
        ("en", "We, the peoples of the United Nations", 7),
        ("en", "A/RES/75/1 of 21 September 2020 – adopted", 7),
        ("fr", "l’eau, c’est la vie !", 5),
        ("ar", "نحن شعوب الأمم المتحدة", 4),
        ("ar", "في \u206875\u2069 سنة", 3),
        ("zh", "我联合国人民，同兹决心", 11),
        ("zh", "2026年11月28日", 6),
        ("zh", "A/RES/75/1号决议", 4),
        ("zh", "“联合国”", 5),
        ("ru", "Мы, народы Объединённых Наций", 4),
        ("en", " \n ", 0),
    ),
)
def test_words_are_counted_as_a_word_processor_counts_them(language, text, number):
    assert words.count(text, language) == number


def test_a_letter_counts_with_its_title_and_every_item_of_its_lists():
    text, _ = invented.text("en")
    assert words.length(text) == 199
    assert words.lengths([text]) == {"en": 199}


def test_runs_within_a_paragraph_are_one_line_and_paragraphs_are_lines_of_their_own():
    tree = [
        {"kind": "p", "inner": ["Our ", {"kind": "strong", "inner": ["own"]}, " water"]},
        {"kind": "ul", "inner": [{"kind": "li", "inner": ["one"]}, {"kind": "li", "inner": ["two"]}]},
    ]
    assert words.plain(tree) == ["Our own water", "one", "two"]
