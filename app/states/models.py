"""Tables of states and areas. `loading.load` fills them from the files in `data/`; names and ratings of civic space can
be edited, and what was edited no later edition of the files changes. Groups are in group_models.py.

A state stands in a world: `un`, the real one, or a fictional one that a campaign pack brings along. Whatever counts
"the 193" counts the world `un` only.
"""

from datetime import date, datetime

from sqlalchemy import CHAR, CheckConstraint, DateTime, ForeignKey, SmallInteger, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db
from app.kernel.i18n import CODES

UN_WORLD = "un"
# Codes that ISO 3166-1 leaves to its users, but for Kosovo's, so that no fictional state is ever taken for a real one.
FICTIONAL = "^(Q[M-Z]|X[A-Z])[A-Z]$"


class Named:
    """The name in the six languages, without article: the UN short name where the UN has one."""

    name_ar: Mapped[str] = mapped_column(Text)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    name_fr: Mapped[str] = mapped_column(Text)
    name_ru: Mapped[str] = mapped_column(Text)
    name_es: Mapped[str] = mapped_column(Text)


class Region(Named, db.Model):
    """One of the five macro regions of the UN standard M49."""

    __tablename__ = "states_region"
    __table_args__ = (CheckConstraint("code ~ '^[0-9]{3}$'", name="code"),)

    code: Mapped[str] = mapped_column(CHAR(3), primary_key=True, comment="M49 code, e.g. 002 for Africa")


class State(Named, db.Model):
    """A member of the United Nations or an observer State."""

    __tablename__ = "states_state"
    __table_args__ = (
        CheckConstraint("iso3 ~ '^[A-Z]{3}$'", name="iso3"),
        CheckConstraint("iso2 ~ '^[A-Z]{2}$'", name="iso2"),
        CheckConstraint("m49 ~ '^[0-9]{3}$'", name="m49"),
        CheckConstraint("membership IN ('member', 'observer')", name="membership"),
        CheckConstraint("admitted >= 1945", name="admitted"),
        CheckConstraint(
            "regional_group IN ('AFRICAN_GROUP', 'ASIA_PACIFIC', 'EEG', 'GRULAC', 'WEOG')", name="regional_group"
        ),
        CheckConstraint(
            f"(world = '{UN_WORLD}' AND membership = 'member') = (regional_group IS NOT NULL)",
            name="members_have_a_group",
        ),
        CheckConstraint(
            f"world = '{UN_WORLD}' OR (iso3 ~ '{FICTIONAL}' AND iso3 <> 'XKX')",
            name="fictional_codes_are_user_assigned",
        ),
        CheckConstraint(
            f"(world = '{UN_WORLD}') = (num_nulls(iso2, m49, admitted, region_code) = 0)", name="real_states_have_codes"
        ),
        CheckConstraint("names_basis IN ('file', 'edited')", name="names_basis"),
        CheckConstraint("(tile_col IS NULL) = (tile_row IS NULL)", name="tile"),
        UniqueConstraint("iso3", "world"),
        # Tiles may change places in one statement.
        UniqueConstraint("world", "tile_col", "tile_row", deferrable=True, initially="IMMEDIATE"),
    )

    iso3: Mapped[str] = mapped_column(
        CHAR(3), primary_key=True, comment="ISO 3166-1 alpha-3; of a fictional state, a user-assigned code"
    )
    world: Mapped[str] = mapped_column(Text, server_default=UN_WORLD, comment="un, or the fictional world it stands in")
    iso2: Mapped[str | None] = mapped_column(
        CHAR(2), unique=True, comment="ISO 3166-1 alpha-2; null for a fictional state"
    )
    m49: Mapped[str | None] = mapped_column(
        CHAR(3), unique=True, comment="UN M49, three digits with leading zeros; null for a fictional state"
    )
    membership: Mapped[str] = mapped_column(Text, comment="member of the UN, or observer State")
    admitted: Mapped[int | None] = mapped_column(
        SmallInteger, comment="year of admission; of observers, since when they are; null for a fictional state"
    )
    un_order: Mapped[int | None] = mapped_column(
        SmallInteger, comment="place in the UN's English alphabetical order; null for observers"
    )
    article_en: Mapped[str] = mapped_column(Text, server_default="", comment="as UNTERM prints it; so all article_*")
    article_fr: Mapped[str] = mapped_column(Text, server_default="")
    article_es: Mapped[str] = mapped_column(Text, server_default="")
    name_source: Mapped[str] = mapped_column(Text, server_default="", comment="where the names come from")
    names_basis: Mapped[str] = mapped_column(
        Text, server_default="file", comment="file, or edited here: then no edition of the files changes its names"
    )
    label_ar: Mapped[str] = mapped_column(Text, comment="compact name, for tiles and legends only; so all label_*")
    label_zh: Mapped[str] = mapped_column(Text)
    label_en: Mapped[str] = mapped_column(Text)
    label_fr: Mapped[str] = mapped_column(Text)
    label_ru: Mapped[str] = mapped_column(Text)
    label_es: Mapped[str] = mapped_column(Text)
    tile_col: Mapped[int | None] = mapped_column(SmallInteger, comment="where its tile lies, from the left")
    tile_row: Mapped[int | None] = mapped_column(SmallInteger, comment="from the top")
    regional_group: Mapped[str | None] = mapped_column(
        Text, comment="regional group in which the state is counted for elections; null for observers"
    )
    region_code: Mapped[str | None] = mapped_column(
        ForeignKey(Region.code), comment="M49 region: geography, not the regional group; null for a fictional state"
    )
    ldc: Mapped[bool] = mapped_column(comment="least developed country (UN list)")
    sids: Mapped[bool] = mapped_column(comment="small island developing State (UN list)")
    lldc: Mapped[bool] = mapped_column(comment="landlocked developing country (UN list)")


class Area(Named, db.Model):
    """A place where a person may live, by postal address. Being listed says nothing about its status."""

    __tablename__ = "states_area"
    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z]{3}$'", name="code"),
        CheckConstraint("iso2 ~ '^[A-Z]{2}$'", name="iso2"),
        CheckConstraint("m49 ~ '^[0-9]{3}$'", name="m49"),
        CheckConstraint("names_basis IN ('file', 'edited')", name="names_basis"),
        *(CheckConstraint(f"sort_{lang} > 0", name=f"sort_{lang}") for lang in CODES),
    )

    code: Mapped[str] = mapped_column(CHAR(3), primary_key=True, comment="ISO 3166-1 alpha-3; XKX is user-assigned")
    iso2: Mapped[str] = mapped_column(CHAR(2), unique=True, comment="ISO 3166-1 alpha-2; XK is user-assigned")
    m49: Mapped[str | None] = mapped_column(CHAR(3), unique=True, comment="null where the UN lists no such area")
    region_code: Mapped[str | None] = mapped_column(
        ForeignKey(Region.code), comment="M49 region into which small numbers fold; null for Antarctica"
    )
    fold_to: Mapped[str | None] = mapped_column(
        ForeignKey(State.iso3),
        comment="member state whose tally may include the area; null for observers, disputed and self-governing areas",
    )
    names_basis: Mapped[str] = mapped_column(Text, server_default="file", comment="as of states_state")
    sort_ar: Mapped[int] = mapped_column(SmallInteger, comment="rank as the language sorts; so all sort_*")
    sort_zh: Mapped[int] = mapped_column(SmallInteger)
    sort_en: Mapped[int] = mapped_column(SmallInteger)
    sort_fr: Mapped[int] = mapped_column(SmallInteger)
    sort_ru: Mapped[int] = mapped_column(SmallInteger)
    sort_es: Mapped[int] = mapped_column(SmallInteger)


class CivicSpace(db.Model):
    """How free civil society is in a state, as somebody rated it on a day. An opinion, not a fact of the UN."""

    __tablename__ = "states_civic_space"
    __table_args__ = (
        CheckConstraint("rating IN ('open', 'narrowed', 'obstructed', 'repressed', 'closed')", name="rating"),
        CheckConstraint("basis IN ('stated', 'derived', 'edited')", name="basis"),
    )

    state_iso3: Mapped[str] = mapped_column(ForeignKey(State.iso3, ondelete="CASCADE"), primary_key=True)
    rating: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date] = mapped_column()
    source: Mapped[str] = mapped_column(Text, comment="id in data/sources.csv, or an address")
    basis: Mapped[str] = mapped_column(Text, comment="stated by the source, derived from it, or edited here")
    note: Mapped[str] = mapped_column(Text)


class Source(db.Model):
    """What the id of a source stands for. What has no row here is an address."""

    __tablename__ = "states_source"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, comment="an address, or where else it was read")
    licence: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)


class Load(db.Model):
    """Which edition of its files a world is in the tables with."""

    __tablename__ = "states_load"

    world: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, comment="SHA-256 over the data files and the columns they fill")
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Change(db.Model):
    """The single row that tells every process whether what it keeps of the reference data still holds."""

    __tablename__ = "states_change"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, comment="always 1")
    token: Mapped[str] = mapped_column(Text, comment="another one after each change; never the same twice")
