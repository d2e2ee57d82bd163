"""Rooms above that keep settings for documents of a kind, and go by their words: petitions, letters.

Each says how its settings stand in campaign.toml, and how it takes over what a pack says.
"""

from collections.abc import Callable
from datetime import datetime

from .pack import Pack

Entries = Callable[[int], list[dict]]
TakeIn = Callable[[Pack, Pack, int, datetime], None]

_rooms: dict[str, tuple[Entries, TakeIn]] = {}


class TextWasSigned(Exception):
    """A pack changes the text of a version that people have signed; the message names the file."""


def register(kind: str, entries: Entries, take_in: TakeIn) -> None:
    """Have `entries(campaign_id)` say the tables [[kind]] of a campaign, and `take_in(given, joined, campaign_id, now)`
    called, in the same transaction, when a pack is taken in: `given` as it came, `joined` with what was edited here.
    It may raise TextWasSigned."""
    _rooms[kind] = (entries, take_in)


def entries(campaign_id: int | None) -> dict[str, list[dict]]:
    """The settings that rooms above keep for a campaign, by kind, as campaign.toml has them; None: a new one."""
    return {kind: own[0](campaign_id) if campaign_id else [] for kind, own in _rooms.items()}


def take_in(given: Pack, joined: Pack, campaign_id: int, now: datetime) -> None:
    """Have every room take over what a pack says. Raises TextWasSigned."""
    for _, own in _rooms.values():
        own(given, joined, campaign_id, now)
