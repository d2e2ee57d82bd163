"""The language of segments: a rule as an address holds it, and as a tree. Pure; docs/segments.md describes it.

    group:NAM position:focal-point=undecided not signed-letter:focal-point
    (country:KEN,UGA or network:fictional-one) role:un not mailed:since.2026-11-01

Conditions that stand side by side all hold; `or` and `not` say the rest, and brackets group. A condition with several
values holds when one of them does. A rule is asked of somebody in one organisation; whoever is in several is meant as
soon as it holds in one of them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as lazy

from app.people.org_models import ECOSOC, ROLES
from app.positions.record import POSITIONS

MOST_CHARACTERS, MOST_CONDITIONS, MOST_DEPTH = 2000, 60, 12
INFERRED = "inferred"
NEVER, EVER, SINCE, BEFORE = "never", "ever", "since.", "before."
MISSION = "mission"
_FIRST, _LAST = date(1945, 1, 1), date(9000, 1, 1)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORDS = re.compile(r"[()]|[^\s()]+")


class Bad(ValueError):
    """A rule that says nothing: `message` (lazy) says why, `at` is the place of the word, counted from 1, and `word`
    the word itself; 0 and empty where it is the whole."""

    def __init__(self, message, at: int = 0, word: str = ""):
        super().__init__(str(message))
        self.message, self.at, self.word = message, at, word[:60]

    @property
    def told(self):
        """The message with its place, lazily translated."""
        if not self.at:
            return self.message
        return lazy("Character %(place)s, “%(word)s”: %(why)s", place=self.at, word=self.word, why=self.message)


@dataclass(frozen=True)
class Is:
    """One condition: of its `kind` (KINDS), one of its `values` holds; `ask` is the slug of the ask it is about, where
    its kind is about one. `at` is where it stood in the text."""

    kind: str
    values: tuple[str, ...]
    ask: str = ""
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        about = f"{self.ask}=" if self.ask else ""
        return f"{self.kind}:{about}{','.join(self.values)}"


@dataclass(frozen=True)
class Not:
    """What does not hold."""

    rule: "Rule"

    def __str__(self) -> str:
        inner = f"({self.rule})" if isinstance(self.rule, And | Or) and self.rule.rules else str(self.rule)
        return f"not {inner}"


@dataclass(frozen=True)
class And:
    """All of them hold. With none it is everybody."""

    rules: tuple["Rule", ...]

    def __str__(self) -> str:
        if not self.rules:
            return "everybody"
        return " ".join(f"({one})" if isinstance(one, And | Or) and one.rules else str(one) for one in self.rules)


@dataclass(frozen=True)
class Or:
    """One of them holds, at the least."""

    rules: tuple["Rule", ...]

    def __str__(self) -> str:
        return " or ".join(f"({one})" if isinstance(one, Or) or _several(one) else str(one) for one in self.rules)


Rule = Is | Not | And | Or
EVERYBODY = And(())


def _several(rule: Rule) -> bool:
    return isinstance(rule, And) and len(rule.rules) > 1


def _day(text: str) -> bool:
    try:
        return len(text) == 10 and _FIRST <= date.fromisoformat(text) < _LAST
    except ValueError:
        return False


def _mailed(text: str) -> bool:
    return text in (NEVER, EVER) or any(text.startswith(w) and _day(text.removeprefix(w)) for w in (SINCE, BEFORE))


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


# Each kind of condition, with what its values look like; of those in ABOUT an ask is named first.
KINDS: dict[str, Callable[[str], bool]] = {
    "country": _like("[A-Z]{3}"),
    "group": _like("[A-Z][A-Z0-9_]{1,29}"),
    "region": _like("[0-9]{3}"),
    "position": lambda text: text in (*POSITIONS, INFERRED),
    "changed": _day,
    "network": _like(_SLUG.pattern),
    "language": _like("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    "role": lambda text: text in ROLES,
    "ecosoc": lambda text: text in ECOSOC,
    "signed-letter": _like(_SLUG.pattern),
    "signed-petition": _like(_SLUG.pattern),
    "wrote": lambda text: text == MISSION,
    "mailed": _mailed,
}
ABOUT = ("position", "changed")
# Of these there is one value alone.
SINGLE = ("changed", "wrote", "mailed")


def parse(text: str) -> Rule:
    """The rule that a text says; an empty one is EVERYBODY. Raises Bad, with the place."""
    if len(text) > MOST_CHARACTERS:
        raise Bad(lazy("The rule is too long."))
    words = [(match[0], match.start() + 1) for match in _WORDS.finditer(text)]
    if not words:
        return EVERYBODY
    reader = _Reader(words)
    found = reader.either(0)
    if reader.place < len(words):
        word, at = words[reader.place]
        raise Bad(lazy("There is no bracket that this closes."), at, word)
    return found


class _Reader:
    """Reads words from the first to the last: `either` an alternative, `both` what stands side by side, `one`."""

    def __init__(self, words: list[tuple[str, int]]):
        self.words, self.place, self.conditions = words, 0, 0

    def _next(self) -> str:
        return self.words[self.place][0] if self.place < len(self.words) else ""

    def _bad(self, message, place: int | None = None) -> Bad:
        word, at = self.words[min(self.place if place is None else place, len(self.words) - 1)]
        return Bad(message, at, word)

    def either(self, depth: int) -> Rule:
        found = [self.both(depth)]
        while self._next().lower() == "or":
            self.place += 1
            found.append(self.both(depth))
        return found[0] if len(found) == 1 else Or(tuple(found))

    def both(self, depth: int) -> Rule:
        found = [self.one(depth)]
        while (word := self._next()) not in ("", ")") and word.lower() != "or":
            if word.lower() == "and":
                self.place += 1
            found.append(self.one(depth))
        return found[0] if len(found) == 1 else And(tuple(found))

    def one(self, depth: int) -> Rule:
        word = self._next()
        if depth > MOST_DEPTH:
            raise self._bad(lazy("There are too many brackets within brackets."))
        if not word or word == ")" or word.lower() in ("or", "and"):
            raise self._bad(lazy("A condition is missing here."))
        opened = self.place
        self.place += 1
        if word.lower() == "not":
            return Not(self.one(depth + 1))
        if word.lower() == "everybody":
            return EVERYBODY
        if word != "(":
            self.conditions += 1
            if self.conditions > MOST_CONDITIONS:
                raise self._bad(lazy("There are too many conditions."), opened)
            return condition(word, self.words[opened][1])
        found = self.either(depth + 1)
        if self._next() != ")":
            raise self._bad(lazy("This bracket is not closed."), opened)
        self.place += 1
        return found


def condition(word: str, at: int = 0) -> Is:
    """One condition from its text. Raises Bad."""
    kind, colon, said = word.partition(":")
    if not colon or kind not in KINDS:
        raise Bad(lazy("There is no such condition."), at, word)
    ask = ""
    if kind in ABOUT:
        ask, sign, said = said.partition("=")
        if not sign or not _SLUG.fullmatch(ask):
            raise Bad(lazy("The ask is missing, as in position:ask=undecided."), at, word)
    values = tuple(dict.fromkeys(said.split(",")))
    if not all(values):
        raise Bad(lazy("A value is missing."), at, word)
    if kind in SINGLE and len(values) > 1:
        raise Bad(lazy("One value alone can stand here."), at, word)
    for value in values:
        if not KINDS[kind](value):
            raise Bad(lazy("“%(value)s” cannot stand here.", value=value[:60]), at, word)
    return Is(kind, values, ask, at)


def conditions(rule: Rule) -> Iterator[Is]:
    """Every condition of a rule, from the left, each as often as it stands there."""
    if isinstance(rule, Is):
        yield rule
    elif isinstance(rule, Not):
        yield from conditions(rule.rule)
    else:
        for one in rule.rules:
            yield from conditions(one)


def holds(rule: Rule, answer: Callable[[Is], bool]) -> bool:
    """Whether a rule holds, by what each condition answers."""
    if isinstance(rule, Is):
        return answer(rule)
    if isinstance(rule, Not):
        return not holds(rule.rule, answer)
    if isinstance(rule, And):
        return all(holds(one, answer) for one in rule.rules)
    return any(holds(one, answer) for one in rule.rules)
