"""Counting what the database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import event
from sqlalchemy.engine import Engine


@dataclass
class Counted:
    """The statements seen, in order."""

    statements: list[str] = field(default_factory=list)


@contextmanager
def counted() -> Iterator[Counted]:
    """Collect every statement that any engine runs meanwhile."""
    found = Counted()

    def note(connection, cursor, statement, parameters, context, executemany):
        # Savepoints are the test's own: production commits here.
        if "SAVEPOINT" not in statement:
            found.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
