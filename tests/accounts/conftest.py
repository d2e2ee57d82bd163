"""Time stands still in tests of accounts, in the middle of an authenticator app's half minute, until one moves it."""

from datetime import datetime, timedelta

import pytest

from app.kernel import clock


class Standing:
    """A clock that stands."""

    def __init__(self, at: datetime):
        self.at = at

    def move(self, **time: int) -> None:
        """Let so much time pass: `move(minutes=5)`."""
        self.at += timedelta(**time)


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """The clock of the test."""
    now = clock.now()
    standing = Standing(now.replace(second=now.second // 30 * 30 + 15, microsecond=0))
    monkeypatch.setattr(clock, "now", lambda: standing.at)
    return standing
