"""Lists that stay fast at a million rows: pages by key, never by offset, so that page 10,000 costs what page 1 costs.

    order = Order((Signature.signed_at, Signature.id), descending=True)
    part = listing.part(select(Signature.id, Signature.signed_at), order, cursor=request.args.get("at"))

A cursor is what the `older` and `newer` links carry: the key of the row at the edge, base64 of JSON. It names no person
as long as the key holds ids, times, digests and slugs alone, and that is what an order may be made of.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from .db import db

SIZE = 50


@dataclass(frozen=True)
class Order:
    """What rows are ordered by: columns of one direction, the last of them unique and none of them ever NULL, with an
    index over them. Each must be among the statement's columns under its own name."""

    columns: Sequence[InstrumentedAttribute | ColumnElement]
    descending: bool = False


@dataclass(frozen=True)
class Part:
    """One page of a list. `older` and `newer` are cursors for what comes after and before it, or None."""

    rows: list[Row]
    older: str | None
    newer: str | None


class WrongCursor(ValueError):
    """A cursor that this list did not make."""


def part(statement: Select, order: Order, cursor: str | None = None, size: int = SIZE) -> Part:
    """The page of `statement` at a cursor, or the first. One query. Raises WrongCursor."""
    forward, key = _read(cursor, order) if cursor else (True, None)
    columns = order.columns
    falling = order.descending if forward else not order.descending
    if key is not None:
        edge = tuple_(*columns)
        bound = tuple_(*key)
        statement = statement.where(edge < bound if falling else edge > bound)
    statement = statement.order_by(None).order_by(*(c.desc() if falling else c.asc() for c in columns)).limit(size + 1)
    rows = list(db.session.execute(statement))
    more = len(rows) > size
    rows = rows[:size]
    if not forward:
        rows.reverse()
    after = more if forward else key is not None
    before = key is not None if forward else more
    return Part(
        rows,
        _write(True, rows[-1], columns) if rows and after else None,
        _write(False, rows[0], columns) if rows and before else None,
    )


def _write(forward: bool, row: Row, columns) -> str:
    key = [_plain(row._mapping[column.key if hasattr(column, "key") else column]) for column in columns]
    return base64.urlsafe_b64encode(json.dumps([int(forward), *key]).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return value


def _read(cursor: str, order: Order) -> tuple[bool, list[Any]]:
    try:
        forward, *key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        key = [_value(part) for part in key]
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise WrongCursor(cursor) from error
    if forward not in (0, 1) or len(key) != len(order.columns):
        raise WrongCursor(cursor)
    for value, column in zip(key, order.columns, strict=True):
        wanted = column.type.python_type
        if not isinstance(value, wanted) or (wanted is int and not -(2**63) <= value < 2**63):
            raise WrongCursor(cursor)
        if isinstance(value, str) and "\0" in value:
            raise WrongCursor(cursor)
    return bool(forward), key


def _value(said: Any) -> Any:
    if isinstance(said, dict):
        return datetime.fromisoformat(said["t"]) if "t" in said else date.fromisoformat(said["d"])
    return said
