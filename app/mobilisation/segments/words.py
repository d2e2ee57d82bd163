"""What rules are called on pages, in the reader's language: choices of a form, a rule as a sentence, reasons."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.campaigns import queries as campaigns
from app.kernel import i18n
from app.letters import desk_letters
from app.people import words as people
from app.people.languages import language_names
from app.people.org_queries import network_choices
from app.petitions import queries as petitions
from app.positions.record import POSITIONS
from app.positions.wording import POSITIONS as POSITION_WORDS
from app.states import groups, members
from app.states import queries as states

from .facts import Facts, writers
from .queries import Answered
from .rule import BEFORE, EVER, INFERRED, NEVER, SINCE, And, Is, Not, Or, Rule

KIND_WORDS = {
    "country": lazy("Country of the organisation"),
    "group": lazy("Group of its state"),
    "region": lazy("Region of the world"),
    "position": lazy("Position of its state"),
    "changed": lazy("Position of its state changed"),
    "network": lazy("Network"),
    "language": lazy("Language"),
    "role": lazy("Role"),
    "ecosoc": lazy("ECOSOC status"),
    "signed-letter": lazy("Signed a letter, on its public list"),
    "signed-petition": lazy("Signed a petition, by name on its list"),
    "wrote": lazy("Wrote to its mission"),
    "mailed": lazy("Mail from us"),
}
MAILED_WORDS = {
    NEVER: lazy("never"),
    EVER: lazy("at any time"),
    SINCE: lazy("on this day or later"),
    BEFORE: lazy("only before this day"),
}


class Names:
    """The names of everything that a rule of a campaign may say, for one reader; each is read when it is needed."""

    def __init__(self, facts: Facts, lang: str):
        self.facts, self.lang = facts, lang
        self._choices: dict[str, dict[str, str]] = {}

    def kinds(self) -> dict[str, str]:
        """The kinds of conditions that can be asked here, by code."""
        asked = facts_missing(self.facts)
        return {kind: str(label) for kind, label in KIND_WORDS.items() if kind not in asked}

    def asks(self) -> dict[str, str]:
        """The titles of the campaign's asks."""
        if "ask" not in self._choices:
            found = campaigns.asks(self.facts.campaign_id)
            self._choices["ask"] = {
                one.slug: one.titles.get(self.lang) or one.titles.get(i18n.FALLBACK) or one.slug for one in found
            }
        return self._choices["ask"]

    def choices(self, kind: str) -> dict[str, str]:
        """What can be chosen in a condition, by value; empty where a day is asked for, or nothing."""
        if kind not in self._choices:
            self._choices[kind] = self._read(kind)
        return self._choices[kind]

    def _read(self, kind: str) -> dict[str, str]:
        if kind == "country":
            return states.area_names(self.lang)
        if kind == "region":
            return states.region_names(self.lang)
        if kind == "group":
            found = {code: group.name(self.lang).text for code, group in groups.groups(self.facts.world).items()}
            return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))
        if kind == "position":
            said = {code: str(POSITION_WORDS[code]) for code in POSITIONS}
            return {**said, INFERRED: _("Through a group alone, whatever it is")}
        if kind == "network":
            rows = network_choices(self.facts.viewer.networks)
            return {row.slug: row.names.get(self.lang) or row.names[i18n.FALLBACK] for row in rows}
        if kind == "signed-letter":
            return {one.letter.slug: one.title for one in desk_letters.letters(self.facts.campaign, self.lang)}
        if kind == "signed-petition":
            found = petitions.campaign_petitions(self.facts.campaign_id, self.lang)
            return dict.fromkeys(self.facts.petitions, "") | {one.slug: one.title for one in found}
        fixed = {"role": people.ROLE_WORDS, "ecosoc": people.ECOSOC_WORDS, "mailed": MAILED_WORDS}
        if kind == "language":
            return language_names(self.lang)
        return {code: str(label) for code, label in fixed.get(kind, {}).items()}

    def value(self, kind: str, value: str) -> str:
        """What a value is called; the value itself where nothing is known of it."""
        return self.choices(kind).get(value) or value

    def condition(self, one: Is) -> str:
        """A condition in words."""
        what = str(KIND_WORDS[one.kind])
        if one.kind == "wrote":
            return what
        if one.kind == "mailed":
            return _("%(what)s: %(values)s", what=what, values=self._mailed(one.values[0]))
        about = self.asks().get(one.ask, one.ask)
        if one.kind == "changed":
            day = i18n.format_day(date.fromisoformat(one.values[0]), self.lang)
            return _("%(what)s since %(day)s: %(ask)s", what=what, day=day, ask=about)
        values = " / ".join(self.value(one.kind, value) for value in one.values)
        if one.ask:
            return _("%(what)s on “%(ask)s”: %(values)s", what=what, ask=about, values=values)
        return _("%(what)s: %(values)s", what=what, values=values)

    def _mailed(self, value: str) -> str:
        kind, dot, day = value.partition(".")
        if not dot:
            return str(MAILED_WORDS[value])
        said = i18n.format_day(date.fromisoformat(day), self.lang)
        return _("on %(day)s or later", day=said) if f"{kind}." == SINCE else _("only before %(day)s", day=said)

    def sentence(self, rule: Rule, inner: bool = False) -> str:
        """A rule as a person reads it."""
        if isinstance(rule, Is):
            return self.condition(rule)
        if isinstance(rule, Not):
            return _("not (%(rule)s)", rule=self.sentence(rule.rule))
        if not rule.rules:
            return _("everybody")
        parts = [self.sentence(one, True) for one in rule.rules]
        said = parts[0]
        for part in parts[1:]:
            pair = {"first": said, "second": part}
            said = (
                _("%(first)s, and %(second)s", **pair)
                if isinstance(rule, And)
                else _("%(first)s, or %(second)s", **pair)
            )
        return f"({said})" if inner and isinstance(rule, And | Or) and len(parts) > 1 else said

    def reason(self, one: Is, yes: bool, row: Answered) -> str:
        """Why a condition answers as it does for somebody in an organisation."""
        if one.kind in ("country", "region"):
            return self._country(row)
        if one.kind in ("group", "position", "changed"):
            return self._of_state(one, row)
        if one.kind == "network":
            ids = {number: slug for slug, number in self.facts.networks.items()}
            found = [self.value("network", ids[number]) for number in row.networks if number in ids]
            return " / ".join(found) or _("No network")
        if one.kind == "language":
            return " / ".join(self.value("language", code) for code in row.languages) or _("No language is known")
        if one.kind == "role":
            return " / ".join(self.value("role", code) for code in row.roles) or _("No role is known")
        if one.kind == "ecosoc":
            return self.value("ecosoc", row.ecosoc)
        if one.kind == "mailed":
            return _("By the mails whose recipients are still known: until 90 days after a mailing's end.")
        if one.kind == "wrote":
            return _("A letter went through us.") if yes else _("We know of no letter.")
        return _("On the public list") if yes else _("Not known: not on the public list")

    def _country(self, row: Answered) -> str:
        return self.value("country", row.country) if row.country else _("No country is known")

    def _of_state(self, one: Is, row: Answered) -> str:
        code = self.facts.state_of(row.country) if row.country else None
        if code is None:
            return self._country(row)
        name = members.states(self.facts.world)[code].names[self.lang]
        if one.kind == "group":
            held = groups.groups_on(code, self.facts.today)
            found = [self.value("group", group) for group in one.values if group in held]
            return _("%(what)s: %(values)s", what=name, values=" / ".join(found)) if found else name
        at = self.facts.standing(one.ask)[code]
        said = self.value("position", at.position)
        if at.inferred:
            said = _("%(position)s (through a group)", position=said)
        return _("%(what)s: %(values)s", what=name, values=said)


def facts_missing(facts: Facts) -> set[str]:
    """The kinds of conditions that cannot be asked: nothing is there to ask about, or it is not for this viewer."""
    found = set() if writers() and facts.viewer.networks is None else {"wrote"}
    if not facts.asks:
        found |= {"position", "changed"}
    for kind, there in (
        ("network", facts.networks),
        ("signed-letter", facts.letters),
        ("signed-petition", facts.petitions),
    ):
        if not there:
            found.add(kind)
    return found
