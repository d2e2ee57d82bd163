"""The general mailbox of each state's mission, for the slot {mission}: what the directory of targets tells."""

from collections.abc import Callable

_ask: list[Callable[[], dict[str, str]]] = []


def register(ask: Callable[[], dict[str, str]]) -> None:
    """Have `ask` answer with the general mailboxes that may be shown to anybody, by code of the state."""
    _ask[:] = [ask]


def mailboxes() -> dict[str, str]:
    """The mailboxes by code of the state; empty where there is no directory."""
    return _ask[0]() if _ask else {}
