"""What a process keeps of the reference data, and how it learns that this no longer holds.

Each change leaves another token in the database, also one that is taken back. A process asks for the token at most once
a second and at most once a request, so that what it says is a second old at the most.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, has_request_context
from sqlalchemy import select

from app.kernel.db import db
from app.states.models import Change

CHECK_SECONDS = 1.0
Kept = TypeVar("Kept")


class _Shelf:
    def __init__(self, token: str | None):
        self.token = token
        self.checked = float("-inf")
        self.kept: dict[str, object] = {}


_shelf = _Shelf(None)


def kept(name: str, read: Callable[[], Kept]) -> Kept:
    """What `read` answered under this name, read again after a change. An empty answer is not kept: a process that asks
    before the first load must not remember an empty world."""
    shelf = _current()
    if (found := shelf.kept.get(name)) is not None:
        return found
    found = read()
    if found and shelf.token:
        shelf.kept[name] = found
    return found


def held(name: str) -> object | None:
    """What is held under a name, however old: for what changes with a release alone, at no query."""
    return _shelf.kept.get(name)


def clear() -> None:
    """Forget everything that was read."""
    global _shelf  # one shelf for a process
    _shelf = _Shelf(None)
    look_again()


def look_again() -> None:
    """Ask for the token before the next answer: this transaction may have changed it."""
    _shelf.checked = float("-inf")
    if has_request_context():
        g.pop("states_token_seen", None)


def _current() -> _Shelf:
    global _shelf  # as above
    shelf = _shelf
    if has_request_context() and "states_token_seen" in g:
        return shelf
    if current_app.testing or time.monotonic() - shelf.checked > CHECK_SECONDS:
        token = db.session.scalar(select(Change.token))
        if token is None or token != shelf.token:
            _shelf = shelf = _Shelf(token)
        shelf.checked = time.monotonic()
    if has_request_context():
        g.states_token_seen = True
    return shelf
