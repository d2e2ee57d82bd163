"""What a provider's webhook is given, and what it may answer: events, or that it refuses.

A provider is a module with `SETTING`, the name of the setting without which its hook is not there, and
`events(call) -> list[Event]`, which raises Refused. hooks.py lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.kernel.crypto import Keyring


class Refused(Exception):
    """The call is not the provider's, or none that anybody can read; `status` is what it is answered with."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Call:
    """One call: its body, its Authorization header, the value of the provider's setting.

    `fetch` gets a https:// address, for what has to be looked up to prove the call; it raises Refused where nobody
    answers.
    """

    body: bytes
    authorization: str
    setting: Any
    keyring: Keyring
    now: datetime
    fetch: Callable[[str], bytes]


def moment(text: Any, now: datetime) -> datetime:
    """A time as providers write it, never later than now; now where it is none."""
    try:
        said = datetime.fromisoformat(str(text))
    except ValueError:
        return now
    return min(said if said.tzinfo else said.replace(tzinfo=UTC), now)


def part(content: Any, name: str) -> dict:
    """An object within an object; an empty one where there is none."""
    found = content.get(name) if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def listed(content: dict, name: str) -> list[dict]:
    """The objects of a list within an object."""
    found = content.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def said(content: dict, name: str) -> str:
    """A text within an object; empty where there is none."""
    found = content.get(name)
    return found if isinstance(found, str) else ""
