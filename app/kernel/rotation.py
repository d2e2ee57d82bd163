"""Key rotation: every encrypted column, found from the tables, read with any key and written with the newest."""

from collections.abc import Iterator

from sqlalchemy import Column, LargeBinary, func, select, type_coerce, update

from app.kernel.crypto import EncryptedBytes, EncryptedText, keyring
from app.kernel.db import db

BATCH = 500
# Whole files: so many of them are in memory at once.
FILES = 4


def encrypted_columns() -> list[Column]:
    """Every column of every table whose values are sealed."""
    return [
        column
        for table in db.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]


def rotate() -> Iterator[tuple[str, int]]:
    """Re-encrypt what an older key wrote, batch by batch, each committed: it can be killed and started again.

    Yields (table.column, rows rewritten so far). Raises UnknownKey, naming the column, when a value's key is not held.
    """
    for column in encrypted_columns():
        yield from _rotate_column(column)


def _rotate_column(column: Column) -> Iterator[tuple[str, int]]:
    (key,) = column.table.primary_key.columns
    raw = type_coerce(column, LargeBinary)
    old = func.get_byte(raw, 0) != keyring().newest
    batch = FILES if isinstance(column.type, EncryptedBytes) else BATCH
    done = 0
    while True:
        statement = select(key, column).where(column.is_not(None), old).order_by(key).limit(batch).with_for_update()
        rows = db.session.execute(statement).all()
        if not rows:
            db.session.rollback()
            return
        for identity, value in rows:
            db.session.execute(update(column.table).where(key == identity).values({column.name: value}))
        db.session.commit()
        done += len(rows)
        yield f"{column.table.name}.{column.name}", done
