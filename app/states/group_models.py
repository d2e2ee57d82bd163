"""Tables of groups of states, dated memberships and offices. The files in `data/` fill them; what was edited here no
later edition of the files changes.

Dates are kept as written, a year, a month or a day; the day that is reckoned with, the first one of it, follows in a
column of its own.
"""

from datetime import date

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db
from app.kernel.i18n import CODES
from app.states.models import UN_WORLD

BASES = "basis IN ('file', 'edited')"
_WRITTEN = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"


def _first_day(column: str) -> Mapped[date | None]:
    whole = f"{column} || substr('-01-01', length({column}) - 3)"
    parts = ", ".join(f"substr({whole}, {start}, {length})::integer" for start, length in ((1, 4), (6, 2), (9, 2)))
    return mapped_column(Computed(f"make_date({parts})", persisted=True))


def _form(*columns: str) -> list[CheckConstraint]:
    return [CheckConstraint(f"{column} ~ '{_WRITTEN}'", name=column) for column in columns]


class Group(db.Model):
    """A group of states. A language in which no name was found has none; readers are then shown the English one."""

    __tablename__ = "states_group"
    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z][A-Z0-9_]{1,29}$'", name="code"),
        # A consensus adoption is entered as said by UN.
        CheckConstraint("code <> 'UN'", name="code_is_free"),
        CheckConstraint("kind IN ('regional', 'political', 'economic')", name="kind"),
        CheckConstraint("binds IN ('yes', 'named', 'no')", name="binds"),
        CheckConstraint("stated_count >= 0", name="stated_count"),
        CheckConstraint(BASES, name="basis"),
        *(
            CheckConstraint(f"(name_{lang} IS NULL) = (name_{lang}_source IS NULL)", name=f"name_{lang}_has_a_source")
            for lang in CODES
        ),
        CheckConstraint("name_en IS NOT NULL", name="name_en"),
        UniqueConstraint("code", "world"),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    world: Mapped[str] = mapped_column(Text, server_default=UN_WORLD, comment="un, or the fictional world it stands in")
    name_ar: Mapped[str | None] = mapped_column(Text)
    name_ar_source: Mapped[str | None] = mapped_column(
        Text, comment="ids of states_source or addresses, with ; between"
    )
    name_zh: Mapped[str | None] = mapped_column(Text)
    name_zh_source: Mapped[str | None] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    name_en_source: Mapped[str | None] = mapped_column(Text)
    name_fr: Mapped[str | None] = mapped_column(Text)
    name_fr_source: Mapped[str | None] = mapped_column(Text)
    name_ru: Mapped[str | None] = mapped_column(Text)
    name_ru_source: Mapped[str | None] = mapped_column(Text)
    name_es: Mapped[str | None] = mapped_column(Text)
    name_es_source: Mapped[str | None] = mapped_column(Text)
    official_name_en: Mapped[str] = mapped_column(Text, comment="the long name; empty where none was found")
    kind: Mapped[str] = mapped_column(Text)
    binds: Mapped[str] = mapped_column(
        Text, comment="whether its statements bind its members: yes; only those named; no (it never speaks for them)"
    )
    stated_count: Mapped[int | None] = mapped_column(SmallInteger, comment="how many members the source says it has")
    outside_un: Mapped[str] = mapped_column(Text, comment="members that are no states of the UN, with ; between")
    as_of: Mapped[str] = mapped_column(Text, comment="of when the sources are, in words")
    source: Mapped[str] = mapped_column(Text, comment="as name_ar_source")
    note: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text, comment="of the files, or edited here")


class MembershipPeriod(db.Model):
    """One period of a state in a group; who left and came back has several."""

    __tablename__ = "states_membership"
    __table_args__ = (
        ForeignKeyConstraint(
            ["group_code", "world"], ["states_group.code", "states_group.world"], name="fk_states_membership_group"
        ),
        ForeignKeyConstraint(
            ["state_iso3", "world"], ["states_state.iso3", "states_state.world"], name="fk_states_membership_state"
        ),
        UniqueConstraint("group_code", "state_iso3", "period"),
        Index("ix_states_membership_state", "state_iso3"),
        CheckConstraint("period >= 1", name="period"),
        CheckConstraint("status IN ('member', 'associated', 'observer', 'former')", name="status"),
        CheckConstraint("status <> 'former' OR left_written IS NOT NULL", name="former_has_left"),
        CheckConstraint("joined < left_on", name="joined_before_left"),
        CheckConstraint("suspended_from < suspended_to", name="suspended_in_order"),
        CheckConstraint(
            "suspended_to_written IS NULL OR suspended_from_written IS NOT NULL", name="suspension_has_a_begin"
        ),
        CheckConstraint("suspended_from >= joined AND suspended_from < left_on", name="suspended_while_in"),
        CheckConstraint("NOT joined_known OR joined_written IS NOT NULL", name="joined_known"),
        CheckConstraint("confidence IN ('high', 'medium', 'low')", name="confidence"),
        CheckConstraint("sources <> ''", name="sources"),
        CheckConstraint(BASES, name="basis"),
        *_form("joined_written", "left_written", "suspended_from_written", "suspended_to_written"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    group_code: Mapped[str] = mapped_column(Text)
    state_iso3: Mapped[str] = mapped_column(CHAR(3))
    world: Mapped[str] = mapped_column(Text, server_default=UN_WORLD, comment="of its group and of its state alike")
    period: Mapped[int] = mapped_column(SmallInteger, comment="1, 2, … for each state in each group")
    status: Mapped[str] = mapped_column(Text, comment="former: was a member until it left")
    joined_written: Mapped[str | None] = mapped_column(Text, comment="null: always, or nobody found since when")
    joined: Mapped[date | None] = _first_day("joined_written")
    left_written: Mapped[str | None] = mapped_column(Text)
    left_on: Mapped[date | None] = _first_day("left_written")
    suspended_from_written: Mapped[str | None] = mapped_column(Text)
    suspended_from: Mapped[date | None] = _first_day("suspended_from_written")
    suspended_to_written: Mapped[str | None] = mapped_column(Text, comment="null with a begin: still, as far as seen")
    suspended_to: Mapped[date | None] = _first_day("suspended_to_written")
    joined_known: Mapped[bool] = mapped_column(Boolean, comment="whether a source says since when")
    confidence: Mapped[str] = mapped_column(Text)
    sources: Mapped[str] = mapped_column(Text, comment="ids of states_source or addresses, with ; between")
    note: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(
        Text, comment="of the files, or edited here: then the files say nothing more of this state in this group"
    )
    struck: Mapped[bool] = mapped_column(
        Boolean, server_default="false", comment="never was: kept, so that no edition of the files brings it back"
    )


class Office(db.Model):
    """Who holds a chair or another office, and from when to when. It gives the holder's state no position."""

    __tablename__ = "states_office"
    __table_args__ = (
        ForeignKeyConstraint(
            ["holder", "world"], ["states_state.iso3", "states_state.world"], name="fk_states_office_holder"
        ),
        UniqueConstraint("office", "body", "holder", "period"),
        CheckConstraint("holder IS NOT NULL OR person <> ''", name="held_by_somebody"),
        CheckConstraint("from_on < to_on OR (from_on = to_on AND from_written = to_written)", name="in_order"),
        CheckConstraint("confidence IN ('high', 'medium', 'low')", name="confidence"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint(BASES, name="basis"),
        *_form("from_written", "to_written"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    office: Mapped[str] = mapped_column(Text, comment="such as chair, presidency, member, president_session_80")
    body: Mapped[str] = mapped_column(Text, comment="code of a group, or of a body of the UN")
    holder: Mapped[str | None] = mapped_column(CHAR(3), comment="the state; null where it is no state's")
    world: Mapped[str] = mapped_column(Text, server_default=UN_WORLD, comment="of its holder")
    person: Mapped[str] = mapped_column(
        Text, comment="where the office is personal: a public office, as the source says"
    )
    period: Mapped[int] = mapped_column(SmallInteger, comment="1, 2, … for each holder of each office")
    from_written: Mapped[str | None] = mapped_column(Text)
    from_on: Mapped[date | None] = _first_day("from_written")
    to_written: Mapped[str | None] = mapped_column(
        Text, comment="the last day where a day is written; else the month or year in which the next holder begins"
    )
    to_on: Mapped[date | None] = _first_day("to_written")
    source: Mapped[str] = mapped_column(Text, comment="ids of states_source or addresses, with ; between")
    confidence: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text, comment="of the files, or edited here")
    struck: Mapped[bool] = mapped_column(Boolean, server_default="false", comment="as of states_membership")
