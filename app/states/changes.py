"""Telling of changes: the processes, which keep reference data, and the rooms above that go by memberships."""

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import pagecache
from app.states import cache
from app.states.models import Change

Follower = Callable[[frozenset[str], datetime], object]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Have `follower(states, now)` called in the transaction in which memberships of these states (ISO 3166-1 alpha-3)
    change: who is in which group and when, or whether a group's statements bind its members."""
    if follower not in _followers:
        _followers.append(follower)


def follow(states: frozenset[str], now: datetime) -> None:
    """Call who registered, unless no state is meant. The caller told of the change before."""
    for follower in _followers if states else ():
        follower(states, now)


def tell(session: Session) -> None:
    """Have every process read the reference data anew, this one at once and the others from the commit on."""
    session.flush()
    token = secrets.token_hex(16)
    statement = insert(Change).values(id=1, token=token)
    session.execute(statement.on_conflict_do_update(index_elements=[Change.id], set_={"token": token}))
    pagecache.bump()
    cache.look_again()
