"""A connection that sees whether the database stays up while something else works with it."""

import psycopg


class Witness:
    """Looks at the database of `url` (a DATABASE_URL that has been checked) from now until `leave()`.

    The server's process tells too little: one that clears up after a killed backend goes on, but ends every connection.
    """

    def __init__(self, url: str):
        try:
            self._connection = psycopg.connect(
                f"postgresql://{url.partition('://')[2]}", autocommit=True, connect_timeout=5
            )
        except psycopg.Error:
            self._connection = None

    @property
    def stands(self) -> bool:
        """Whether the database has been there all the time."""
        try:
            return self._connection is not None and self._connection.execute("select 1").fetchone() is not None
        except psycopg.Error:
            return False

    def leave(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
