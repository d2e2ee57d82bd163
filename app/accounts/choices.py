"""What a role can be given for: campaigns, networks. The rooms above know them, and say so when the app is made."""

from collections.abc import Callable

from app.kernel.i18n import current_language

Choices = list[tuple]

_sources: dict[str, Callable[[str], Choices]] = {}


def register(kind: str, source: Callable[[str], Choices]) -> None:
    """Have `source(language)` tell the pairs of a kind: "campaigns" (slug, name) or "networks" (id, name)."""
    _sources[kind] = source


def campaigns(language: str | None = None) -> dict[str, str]:
    """The name of each campaign by slug, in a language or in the reader's."""
    return dict(_sources["campaigns"](language or current_language())) if "campaigns" in _sources else {}


def networks(language: str | None = None) -> dict[int, str]:
    """The name of each network by id, in a language or in the reader's."""
    return dict(_sources["networks"](language or current_language())) if "networks" in _sources else {}
