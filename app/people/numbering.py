"""What tells two bodies of one name apart: numbers, years, Roman numerals, single letters. Pure.

"Section 4" and "Section 5" are close as names and are two. In any script a number says the same: 4, ٤, IV, 4th, 第四.
"""

import re
import unicodedata

_BEFORE = r"(?<![\w.'’])"
_AFTER = r"(?![\w.'’])"
_ROMAN = r"X{0,3}(?:IX|IV|V?I{0,3})"
# Up to 39, as of larger ones too many are words. In small letters "vi", "xi" and all of one letter are words, too.
_CAPITALS = re.compile(rf"{_BEFORE}(?=[IVX]{{2}}){_ROMAN}{_AFTER}")
_SMALL = re.compile(rf"{_BEFORE}(?!vi\b|xi\b)(?=[ivx]{{2}}){_ROMAN.lower()}{_AFTER}")
_LAST = re.compile(rf"(?<=\w )(?<!\be )[IVX]{_AFTER}(?=\s*$)")
_VALUES = {"i": 1, "v": 5, "x": 10}
_LETTER = re.compile(rf"{_BEFORE}(?<!\be )[^\W\d_]{_AFTER}")
# 4th, 4e, 4º, 4-й.
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|er|ere|re|e|eme|nde|o|a)?")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_HAN_NUMBER = re.compile(r"第([〇零一二三四五六七八九十百千两兩]+|\d+)|([〇零一二三四五六七八九十百千两兩]+)|(\d+)")
# Before these one character is a number by itself: elsewhere it is part of a word, such as "unity".
_COUNTED = frozenset("号號區区届屆分支队隊中小组組班年期")
_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def written(name: str) -> str:
    """A name with its Roman numerals in digits."""
    name = unicodedata.normalize("NFKC", name)
    for numeral in (_CAPITALS, _SMALL, _LAST):
        name = numeral.sub(lambda found: str(_roman(found[0].lower())), name)
    return name


def letters(name: str, words: frozenset[str]) -> frozenset[str]:
    """The capitals that stand alone in a name, in small letters, as in "Group A"; not the initials with dots, nor what
    an apostrophe cuts off, nor, but at the end, those that are `words` of their own."""
    end = len(name.rstrip())
    found = ((match[0].casefold(), match.end() == end) for match in _LETTER.finditer(name) if match[0].isupper())
    return frozenset(letter for letter, last in found if last or letter not in words)


def plain(word: str) -> str:
    """A word in Latin letters and digits, as a number if it is one: 04, 4th and 4e are 4."""
    found = _ORDINAL.fullmatch(word)
    return str(int(found[1])) if found else word


def han(word: str) -> tuple[str, frozenset[str]]:
    """A run of Chinese with its counted numbers in digits, and the numbers in it."""
    if not _HAN.search(word):
        return word, frozenset()
    found = set()

    def digits(match: re.Match) -> str:
        written = match[1] or match[2] or match[3]
        number = str(_han_value(written))
        if match[2] and len(written) == 1 and word[match.end() : match.end() + 1] not in _COUNTED:
            return match[0]
        found.add(number)
        return match[0].replace(written, number) if match[1] or match[3] else match[0]

    return _HAN_NUMBER.sub(digits, word), frozenset(found)


def _roman(numeral: str) -> int:
    values = [_VALUES[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _han_value(numeral: str) -> int:
    if numeral.isdigit() and numeral[0] not in _DIGITS:
        return int(numeral)
    if not _UNITS.keys() & set(numeral):
        return int("".join(str(_DIGITS[digit]) for digit in numeral))
    total = digit = 0
    for character in numeral:
        if character in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[character], 0
        else:
            digit = _DIGITS[character]
    return total + digit
