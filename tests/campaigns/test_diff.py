"""What changed between two texts, in every script."""

import pytest

from app.campaigns import diff


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("one two three", "one three", [("same", "one "), ("removed", "two "), ("same", "three")]),
        ("a red fox", "a brown dog", [("same", "a "), ("removed", "red fox"), ("added", "brown dog")]),
        ("", "new", [("added", "new")]),
        ("same", "same", [("same", "same")]),
        ("联合国需要你", "联合国很需要你", [("same", "联合国"), ("added", "很"), ("same", "需要你")]),
        (
            "مَكتب الأمم المتحدة",
            "مكتب الأمم المتحدة",
            [("removed", "مَكتب"), ("added", "مكتب"), ("same", " الأمم المتحدة")],
        ),
        (
            "See [it](https://a.example/one).",
            "See [it](https://a.example/two).",
            [
                ("same", "See [it]("),
                ("removed", "https://a.example/one"),
                ("added", "https://a.example/two"),
                ("same", ")."),
            ],
        ),
    ],
)
def test_changes_are_told_by_the_word_and_in_chinese_by_the_character(old, new, parts):
    assert diff.words(old, new) == parts


@pytest.mark.parametrize("old", ["", "  a\n\nb c", "你好 world", "x " * 7000])
@pytest.mark.parametrize("new", ["", "a b\nc", "世界 word", "y\n" * 7000])
def test_the_parts_give_both_texts_back(old, new):
    parts = diff.words(old, new)
    assert "".join(text for kind, text in parts if kind != "added").split() == old.split()
    assert "".join(text for kind, text in parts if kind != "removed") == new
