"""The language of segments: what is written is read back, and a slip is shown where it stands."""

import random
from urllib.parse import parse_qs, urlencode

import pytest

from app.mobilisation.segments import rule
from app.mobilisation.segments.rule import EVERYBODY, And, Bad, Is, Not, Or, conditions, holds, parse

VALUES = {
    "country": ("KEN", "UGA", "FRA"),
    "group": ("NAM", "G77", "AFRICAN_GROUP", "LDC"),
    "region": ("002", "150"),
    "position": ("undecided", "support", "unknown", "inferred"),
    "changed": ("2026-10-01", "2020-02-29"),
    "network": ("fictional-one", "two"),
    "language": ("fr", "ar", "zh-Hant"),
    "role": ("un", "head"),
    "ecosoc": ("special", "none"),
    "signed-letter": ("focal-point", "other-2"),
    "signed-petition": ("focal-point",),
    "wrote": ("mission",),
    "mailed": ("never", "ever", "since.2026-11-01", "before.2026-01-31"),
}


def some_condition(chance: random.Random) -> Is:
    kind = chance.choice(list(VALUES))
    most = 1 if kind in rule.SINGLE else len(VALUES[kind])
    values = chance.sample(VALUES[kind], chance.randint(1, most))
    return Is(kind, tuple(values), chance.choice(("focal-point", "a-2")) if kind in rule.ABOUT else "")


def some_rule(chance: random.Random, depth: int = 4) -> rule.Rule:
    """Any rule that can be thought of, also those that nobody would write."""
    way = chance.random()
    if depth == 0 or way < 0.4:
        return some_condition(chance) if chance.random() < 0.95 else EVERYBODY
    if way < 0.55:
        return Not(some_rule(chance, depth - 1))
    parts = tuple(some_rule(chance, depth - 1) for _ in range(chance.randint(2, 3)))
    return (And if way < 0.8 else Or)(parts)


def test_there_is_an_example_of_every_condition():
    assert set(VALUES) == set(rule.KINDS)


def test_what_is_written_is_read_back_also_out_of_an_address():
    chance = random.Random(7)
    for _ in range(1200):
        made = some_rule(chance)
        if len(list(conditions(made))) > rule.MOST_CONDITIONS or len(str(made)) > rule.MOST_CHARACTERS:
            continue
        assert parse(str(made)) == made, str(made)
        (text,) = parse_qs(urlencode({"rule": str(made)}))["rule"]
        assert parse(text) == made


def test_what_a_rule_says_does_not_hang_on_how_it_is_written():
    answers = {"group:NAM": True, "role:un": False, "language:fr": True}
    for text, expected in {
        "group:NAM role:un or language:fr": True,
        "group:NAM (role:un or language:fr)": True,
        "not group:NAM or role:un": False,
        "not (group:NAM and role:un)": True,
        "NOT role:un AND group:NAM": True,
        "not not role:un": False,
        "": True,
        "not everybody": False,
    }.items():
        assert holds(parse(text), lambda one: answers[str(one)]) is expected, text


@pytest.mark.parametrize(
    "text, at, word",
    [
        ("group:NAM )", 11, ")"),
        ("(group:NAM", 1, "("),
        ("group:NAM or", 11, "or"),
        ("or group:NAM", 1, "or"),
        ("group:NAM ()", 12, ")"),
        ("not", 1, "not"),
        ("group:NAM colour:red", 11, "colour:red"),
        ("group:", 1, "group:"),
        ("group:NAM,", 1, "group:NAM,"),
        ("group:nam", 1, "group:nam"),
        ("role:un position:undecided", 9, "position:undecided"),
        ("position:focal-point=maybe", 1, "position:focal-point=maybe"),
        ("changed:focal-point=2026-02-30", 1, "changed:focal-point=2026-02-30"),
        ("mailed:never,ever", 1, "mailed:never,ever"),
        ("(" * 40 + "group:NAM" + ")" * 40, 14, "("),
    ],
)
def test_a_slip_is_shown_where_it_stands(app, text, at, word):
    with pytest.raises(Bad) as caught:
        parse(text)
    assert (caught.value.at, caught.value.word) == (at, word)
    with app.test_request_context():
        assert str(at) in str(caught.value.told) and word in str(caught.value.told)


def test_no_text_is_too_long_or_too_deep_to_be_refused_in_words():
    for text in ("x" * 3000, "not " * 400, " ".join(["role:un"] * 100), "(" * 1900, "not " * 400 + "role:un"):
        with pytest.raises(Bad):
            parse(text)


def test_noise_is_refused_or_read_and_never_breaks():
    chance = random.Random(11)
    parts = ["group:NAM", "or", "not", "(", ")", "and", ":", "=", ",", "position:a=unknown", "\x00", "é", "mailed:"]
    for _ in range(1500):
        text = " ".join(chance.choice(parts) for _ in range(chance.randint(0, 9)))
        try:
            assert parse(str(parse(text))) == parse(text)
        except Bad as bad:
            assert 0 <= bad.at <= max(len(text), 1)
