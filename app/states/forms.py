"""Forms about states, groups, memberships and offices. Every message is ours; nothing typed is lost."""

import unicodedata

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, Optional, Regexp

from app.kernel.i18n import CODES
from app.states import editing, group_rules
from app.states.editing import GroupData, OfficeData, PeriodData
from app.states.membership import ASSOCIATED, FORMER, MEMBER, OBSERVER
from app.states.rows import ARTICLES
from app.states.rules import LABELS, NAMES

STATUS_WORDS = {
    MEMBER: lazy("member"),
    ASSOCIATED: lazy("associated"),
    OBSERVER: lazy("observer"),
    FORMER: lazy("former member"),
}
CONFIDENCE_WORDS = {"high": lazy("high"), "medium": lazy("medium"), "low": lazy("low")}
KIND_WORDS = {"regional": lazy("regional"), "political": lazy("political"), "economic": lazy("economic")}
BINDS_WORDS = {
    "yes": lazy("all its members"),
    "named": lazy("only the states it names"),
    "no": lazy("nobody: it never speaks for its members"),
}
_NOT_ONE = lazy("Please choose one of these.")
_TOO_LONG = lazy("This is too long.")
_NAME_MISSING = lazy("Please write the name.")


def said(why: str) -> str:
    """What is wrong, in the reader's language: a key of group_rules.COMPLAINTS or of editing."""
    return {
        group_rules.NO_DATE: _("Please write a day, a month or a year, such as 2024-01-19, 2024-01 or 2024."),
        group_rules.NO_STATUS: _("Please choose one of these."),
        group_rules.LEFT_WHEN: _("A former member left on some day: please write when, as far as it is known."),
        group_rules.LEFT_BEFORE: _("This is not after the day on which it joined."),
        group_rules.LIFTED_BEFORE: _("This is not after the day on which the suspension began."),
        group_rules.SUSPENDED_OUTSIDE: _("On this day it was not in the group."),
        group_rules.OVERLAPS: _("This state is in the group in a part of this time already. Change that period first."),
        group_rules.MISSING: _("Please write something here."),
        group_rules.NOBODY: _("Please choose a state, or write the name of a person."),
        group_rules.NO_STATE: _("Please choose a state from the list."),
        group_rules.ENDS_BEFORE: _("This is before the day on which it begins."),
        editing.NO_SOURCE: _("Please say the source: a web address, or the short name of a source known here."),
        editing.TAKEN: _("This is taken already."),
        editing.NO_CODE: _("A code has capital Latin letters, digits and _ only, such as FICTIONAL_GROUP."),
    }[why]


def _clean(text: str | None) -> str:
    shown = (c if unicodedata.category(c)[0] != "C" else " " if c.isspace() else "" for c in text or "")
    return unicodedata.normalize("NFC", " ".join("".join(shown).split()))


def _choices(words: dict, empty: str | None = None) -> list[SelectChoice]:
    first = [SelectChoice("", empty)] if empty is not None else []
    return [*first, *(SelectChoice(value, str(label)) for value, label in words.items())]


def _line(label, *validators, longest: int = 300) -> StringField:
    return StringField(label, [*validators, Length(max=longest, message=_TOO_LONG)], filters=[_clean])


def _choice(label, words: dict, **kwargs) -> SelectField:
    field_choices = lambda: _choices(words)  # noqa: E731 - asked for in each request, in its language
    return SelectField(
        label, [AnyOf(list(words), message=_NOT_ONE)], choices=field_choices, validate_choice=False, **kwargs
    )


class _Plain(Form):
    """A form without WTForms' own languages."""

    notice: str | None = None
    source = _line(lazy("Source"), DataRequired(lazy("Please say the source.")), longest=1000)

    def __init__(self, formdata=None, **kwargs):
        super().__init__(formdata, meta={"locales": False}, **kwargs)

    def blame(self, complaints: list[tuple[str, str]]) -> None:
        """Say at the fields what is wrong with them."""
        for name, why in complaints:
            self[name].errors = [*self[name].errors, said(why)]


class StateForm(_Plain):
    """What a state is called."""

    name_ar = _line(lazy("Name in Arabic"), DataRequired(_NAME_MISSING))
    name_zh = _line(lazy("Name in Chinese"), DataRequired(_NAME_MISSING))
    name_en = _line(lazy("Name in English"), DataRequired(_NAME_MISSING))
    name_fr = _line(lazy("Name in French"), DataRequired(_NAME_MISSING))
    name_ru = _line(lazy("Name in Russian"), DataRequired(_NAME_MISSING))
    name_es = _line(lazy("Name in Spanish"), DataRequired(_NAME_MISSING))
    label_ar = _line(lazy("Short label in Arabic"), DataRequired(_NAME_MISSING))
    label_zh = _line(lazy("Short label in Chinese"), DataRequired(_NAME_MISSING))
    label_en = _line(lazy("Short label in English"), DataRequired(_NAME_MISSING))
    label_fr = _line(lazy("Short label in French"), DataRequired(_NAME_MISSING))
    label_ru = _line(lazy("Short label in Russian"), DataRequired(_NAME_MISSING))
    label_es = _line(lazy("Short label in Spanish"), DataRequired(_NAME_MISSING))
    article_en = _line(lazy("Article in English"), longest=10)
    article_fr = _line(lazy("Article in French"), longest=10)
    article_es = _line(lazy("Article in Spanish"), longest=10)

    def values(self) -> dict[str, str]:
        """The names, labels and articles by column."""
        return {name: self[name].data for name in (*NAMES, *LABELS, *ARTICLES)}


class GroupForm(_Plain):
    """A group."""

    code = _line(lazy("Code"), longest=30)
    name_en = _line(lazy("Name in English"), DataRequired(_NAME_MISSING))
    name_ar = _line(lazy("Name in Arabic"))
    name_zh = _line(lazy("Name in Chinese"))
    name_fr = _line(lazy("Name in French"))
    name_ru = _line(lazy("Name in Russian"))
    name_es = _line(lazy("Name in Spanish"))
    official_name_en = _line(lazy("Official name in English"))
    kind = _choice(lazy("Kind"), KIND_WORDS)
    binds = _choice(lazy("Its statements speak for"), BINDS_WORDS, default="named")
    stated_count = StringField(
        lazy("Members, as the source counts them"),
        [Optional(), Regexp("^[0-9]{1,3}$", message=lazy("Please write a number."))],
        filters=[_clean],
    )
    outside_un = _line(lazy("Members that are no states of the UN"), longest=1000)
    as_of = _line(lazy("Of when the source is"))
    note = TextAreaField(lazy("Note"), [Length(max=2000, message=_TOO_LONG)], filters=[_clean])

    def data_of(self) -> GroupData:
        """The group that it says. Only for a form that is valid."""
        return GroupData(
            names={lang: self[f"name_{lang}"].data for lang in CODES},
            official_name_en=self.official_name_en.data,
            kind=self.kind.data,
            binds=self.binds.data,
            stated_count=int(self.stated_count.data) if self.stated_count.data else None,
            outside_un=self.outside_un.data,
            as_of=self.as_of.data,
            source=self.source.data,
            note=self.note.data,
        )


class _Dated(_Plain):
    confidence = _choice(lazy("How sure this is"), CONFIDENCE_WORDS)
    note = TextAreaField(lazy("Note"), [Length(max=2000, message=_TOO_LONG)], filters=[_clean])


class PeriodForm(_Dated):
    """One period of a state in a group. `states` are names by code."""

    state = SelectField(lazy("Which state"), validate_choice=False)
    status = _choice(lazy("Status"), STATUS_WORDS)
    joined = _line(lazy("Joined"), longest=10)
    left = _line(lazy("Left"), longest=10)
    suspended_from = _line(lazy("Suspended from"), longest=10)
    suspended_to = _line(lazy("Suspension lifted"), longest=10)

    def __init__(self, formdata=None, *, states: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.state.choices = _choices(states, _("Please choose"))
        self.state.validators = [AnyOf(list(states), message=said(group_rules.NO_STATE))]

    def data_of(self) -> PeriodData:
        """The period that it says."""
        return PeriodData(
            status=self.status.data,
            joined=self.joined.data,
            left=self.left.data,
            suspended_from=self.suspended_from.data,
            suspended_to=self.suspended_to.data,
            confidence=self.confidence.data,
            source=self.source.data,
            note=self.note.data,
        )


class OfficeForm(_Dated):
    """Who holds an office. `states` are names by code."""

    office = _line(lazy("Office"), DataRequired(lazy("Please write which office it is.")), longest=60)
    body = _line(lazy("Of which body"), DataRequired(lazy("Please write of which body it is.")), longest=60)
    holder = SelectField(lazy("Which state"), validate_choice=False, default="")
    person = _line(lazy("Person, where the office is personal"))
    since = _line(lazy("From"), longest=10)
    until = _line(lazy("To"), longest=10)

    def __init__(self, formdata=None, *, states: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.holder.choices = _choices(states, _("None"))

    def data_of(self) -> OfficeData:
        """The office that it says."""
        return OfficeData(
            office=self.office.data,
            body=self.body.data,
            holder=self.holder.data or "",
            person=self.person.data,
            since=self.since.data,
            until=self.until.data,
            confidence=self.confidence.data,
            source=self.source.data,
            note=self.note.data,
        )


class StrikeForm(Form):
    """Take out what never was: with the reason."""

    notice: str | None = None
    reason = _line(lazy("Why it is taken out"), DataRequired(lazy("Please say why.")))

    def __init__(self, formdata=None):
        super().__init__(formdata, meta={"locales": False})
