"""CSV files of evidence on their way in at the desk, and what would become of each of their rows."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db

from .reading import FAULTY, NEW, SAME

STATES = ("reading", "read", "applying", "applied", "dropped")
FATES = (NEW, SAME, FAULTY)
# No fate: rows from the same source as another, which a reader should look at.
LIKE = "like"


class Import(db.Model):
    """A file of evidence. Nothing of it counts before it is applied, and then all of it does."""

    __tablename__ = "positions_import"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_positions_import_campaign", "campaign_id", "id"),
        Index("ix_positions_import_state", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    content: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="the file; NULL once it is applied, dropped or a week old"
    )
    language: Mapped[str] = mapped_column(Text, comment="in which its faults are told")
    state: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict] = mapped_column(
        JSONB, server_default="{}", comment="rows by fate, and `like`; `untold` faults"
    )
    created_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    work_id: Mapped[int | None] = mapped_column(BigInteger, comment="of the long work under way, or the last")


class ImportRow(db.Model):
    """What becomes of a row of such a file; line 0 is for what is wrong with the file as a whole."""

    __tablename__ = "positions_import_row"
    __table_args__ = (
        CheckConstraint(f"fate IN {FATES}", name="fate"),
        Index("ix_positions_import_row_fate", "import_id", "fate", "line"),
        Index("ix_positions_import_row_like", "import_id", "line", postgresql_where="is_like <> ''"),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("positions_import.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, comment="of the file, on which the row begins")
    ref: Mapped[str] = mapped_column(Text)
    fate: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text, server_default="", comment="ask, speaker, type and date, for its reader")
    is_like: Mapped[str] = mapped_column(Text, server_default="", comment="what is from the same source, in words")
    faults: Mapped[list] = mapped_column(JSONB, server_default="[]", comment="column and reason of each")
