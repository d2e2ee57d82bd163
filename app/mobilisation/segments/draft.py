"""A rule as the fields of a form, for who builds it without writing it: rows of conditions in groups. Pure.

Each group and each row has a path, such as r.0.2, and fields named by it; a button adds a row to a group or takes one
away. What is not finished stays as it was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as lazy

from .rule import ABOUT, BEFORE, EVERYBODY, KINDS, MISSION, MOST_CONDITIONS, SINCE, And, Is, Not, Or, Rule
from .rule import MOST_DEPTH as DEEPEST

ROOT, GROUP = "r", "rules"
# So deep a form offers groups within groups. One that was made of a written rule is as deep as rules may be, and as
# long: whatever a page has shown is read back whole, or a rule would mean others after a press of "Count".
MOST_DEPTH, MOST_ROWS = 4, MOST_CONDITIONS
_NOBODY = Not(EVERYBODY)


@dataclass
class Row:
    """A condition as it is typed; `day` where its kind asks for one, `fault` what is missing (lazy)."""

    kind: str
    negated: bool = False
    ask: str = ""
    values: list[str] = field(default_factory=list)
    day: str = ""
    fault: Any = None


@dataclass
class Group:
    """Rows and groups of which all hold, or with `any` one at the least."""

    any: bool = False
    negated: bool = False
    items: list["Row | Group"] = field(default_factory=list)


def read(form, path: str = ROOT, depth: int = 0) -> Group:
    """The group that a form (a MultiDict) says under a path; what no page of ours made is left out."""
    group = Group(form.get(f"{path}.join") == "or", bool(form.get(f"{path}.not")))
    size = form.get(f"{path}.size", "0")
    for place in range(min(int(size), MOST_ROWS) if size.isascii() and size.isdigit() and len(size) < 4 else 0):
        here = f"{path}.{place}"
        kind = form.get(f"{here}.kind", "")
        if kind == GROUP and depth <= DEEPEST:
            group.items.append(read(form, here, depth + 1))
        elif kind in KINDS:
            values = [value.strip() for value in form.getlist(f"{here}.values") if value.strip()]
            said = Row(kind, bool(form.get(f"{here}.not")), form.get(f"{here}.ask", ""), values)
            said.day = form.get(f"{here}.day", "").strip()
            group.items.append(said)
    return group


def act(group: Group, do: str, form: Mapping[str, str]) -> bool:
    """Do what a button says: `add:<path>` puts what `<path>.new` names into that group, `remove:<path>` takes that
    away. True when something was done."""
    verb, _, path = do.partition(":")
    inside = _at(group, path if verb == "add" else path.rpartition(".")[0])
    if verb == "add" and inside is not None and len(inside.items) < MOST_ROWS:
        kind = form.get(f"{path}.new", "")
        if kind == GROUP and path.count(".") < MOST_DEPTH:
            inside.items.append(Group(any=not inside.any))
        elif kind in KINDS:
            inside.items.append(Row(kind))
        else:
            return False
        return True
    place = path.rpartition(".")[2]
    if verb == "remove" and inside is not None and place.isascii() and place.isdigit() and len(place) < 4:
        del inside.items[int(place) : int(place) + 1]
        return True
    return False


def _at(group: Group, path: str) -> Group | None:
    root, *places = path.split(".")
    found: Group | Row | None = group if root == ROOT else None
    for place in places:
        known = isinstance(found, Group) and place.isascii() and place.isdigit() and int(place) < len(found.items)
        found = found.items[int(place)] if known else None
    return found if isinstance(found, Group) else None


def rule_of(group: Group) -> Rule | None:
    """The rule that it says; None when a row is not finished, which then says so in its `fault`."""
    whole, parts = True, []
    for item in group.items:
        if isinstance(item, Group):
            inner = rule_of(item)
            whole = whole and inner is not None
            # A group with nothing in it asks nothing.
            if inner is not None and item.items:
                parts.append(inner)
            continue
        said = _condition(item)
        whole = whole and said is not None
        parts += [Not(said) if item.negated else said] if said is not None else []
    if not whole:
        return None
    if len(parts) > 1:
        found: Rule = (Or if group.any else And)(tuple(parts))
    else:
        found = parts[0] if parts else EVERYBODY
    return Not(found) if group.negated else found


def _condition(row: Row) -> Is | None:
    values = list(dict.fromkeys(row.values))
    if row.kind == "wrote":
        values = [MISSION]
    elif row.kind == "changed":
        values = [row.day]
    elif row.kind == "mailed":
        values = [f"{value}{row.day}" if value in (SINCE, BEFORE) else value for value in values[:1]]
    row.fault = None
    if row.kind in ABOUT and not row.ask:
        row.fault = lazy("Choose an ask.")
    elif not values:
        row.fault = lazy("Choose at least one.")
    elif not all(KINDS[row.kind](value) for value in values):
        row.fault = lazy("Give a day.") if row.kind in ("changed", "mailed") else lazy("Choose from the list.")
    return None if row.fault else Is(row.kind, tuple(values), row.ask if row.kind in ABOUT else "")


def draft_of(rule: Rule) -> Group:
    """The form of a rule. A form has no row that says everybody: where one stands among others, it is left out with
    what it makes of them."""
    found = _item(_simple(rule))
    return found if isinstance(found, Group) else Group(items=[found])


def _simple(rule: Rule) -> Rule:
    if isinstance(rule, Is):
        return rule
    if isinstance(rule, Not):
        inner = _simple(rule.rule)
        return EVERYBODY if inner == _NOBODY else Not(inner)
    all_of = isinstance(rule, And)
    nothing, everything = (EVERYBODY, _NOBODY) if all_of else (_NOBODY, EVERYBODY)
    parts = [part for part in map(_simple, rule.rules) if part != nothing]
    if everything in parts:
        return everything
    return (And if all_of else Or)(tuple(parts)) if len(parts) > 1 else next(iter(parts), nothing)


def _item(rule: Rule, negated: bool = False) -> Row | Group:
    if isinstance(rule, Not):
        return _item(rule.rule, not negated)
    if isinstance(rule, Is):
        row = Row(rule.kind, negated, rule.ask, list(rule.values))
        if rule.kind == "changed":
            row.day = rule.values[0]
        elif rule.kind == "mailed":
            for word in (SINCE, BEFORE):
                if rule.values[0].startswith(word):
                    row.values, row.day = [word], rule.values[0].removeprefix(word)
        return row
    return Group(isinstance(rule, Or), negated, [_item(one) for one in rule.rules])


def rows(group: Group, path: str = ROOT) -> list[tuple[str, Row]]:
    """Every row with its path, from the first."""
    found = []
    for place, item in enumerate(group.items):
        here = f"{path}.{place}"
        found += rows(item, here) if isinstance(item, Group) else [(here, item)]
    return found
