"""Passing a page on: the links to post it with, and which server a reader means. Pure: no request, no database."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .tongues import Language

# How each channel takes a text and an address. Mastodon has no one server: a page of ours asks for it.
_LINKS = {
    "mail": "mailto:?subject={text}&body={text}%0D%0A%0D%0A{url}",
    "whatsapp": "https://wa.me/?text={text}%20{url}",
    "telegram": "https://t.me/share/url?url={url}&text={text}",
    "x": "https://x.com/intent/post?text={text}&url={url}",
    "facebook": "https://www.facebook.com/sharer/sharer.php?u={url}",
    "bluesky": "https://bsky.app/intent/compose?text={text}%20{url}",
}
# What each is called; the same in every language.
BRANDS = {
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "x": "X",
    "facebook": "Facebook",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
}
_MASTODON = "https://{server}/share?text={text}%20{url}"
# Every name that an address of ours carries in ?from= by itself; no partner may be called so.
CHANNELS = frozenset({*_LINKS, "mastodon", "network", "copy", "qr", "paper"})
LONGEST_SERVER = 253
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label is a word, so that no network address passes.
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:xn--{_LABEL}|[a-z]{{2,63}})")


@dataclass(frozen=True)
class Post:
    """What is posted: a sentence, what is told to a network in some paragraphs, and an address to which the name of
    the channel is added, unless it is not `marked`; `language` is that of the words where it is not the page's."""

    text: str
    tell: str
    address: str
    language: Language | None = None
    marked: bool = True

    def address_from(self, channel: str) -> str:
        """The address as it is passed on through a channel (kernel/sources.py)."""
        return f"{self.address}?from={channel}" if self.marked else self.address

    def links(self) -> dict[str, str]:
        """The link of each channel that has one server, in the order in which they are shown."""
        return {channel: self._fill(link, channel) for channel, link in _LINKS.items()}

    def mastodon(self, server: str) -> str:
        """The link to a Mastodon server, which `mastodon_server` has checked."""
        return self._fill(_MASTODON.replace("{server}", server), "mastodon")

    def message(self, channel: str) -> str:
        """What a network is told, with the address below it, ready to be sent."""
        return f"{self.tell}\n\n{self.address_from(channel)}"

    def mail(self, channel: str) -> str:
        """The link to a mail that holds the message of a channel (RFC 6068: lines end with CRLF)."""
        body = self.message(channel).replace("\n", "\r\n")
        return f"mailto:?subject={quote(self.text, safe='')}&body={quote(body, safe='')}"

    def _fill(self, link: str, channel: str) -> str:
        return link.format(text=quote(self.text, safe=""), url=quote(self.address_from(channel), safe=""))


def mastodon_server(typed: str) -> str | None:
    """The host that a reader means by `example.social`, `https://example.social/` or `@me@example.social`; None when
    it is no public host name. What comes back holds letters, digits, hyphens and dots only."""
    text = typed.strip()
    if len(text) > LONGEST_SERVER:
        return None
    try:
        host = urlsplit(text).netloc if "://" in text else text.rstrip("/").rpartition("@")[2]
        host = host.lower().encode("idna").decode("ascii")
    except ValueError:
        return None
    return host if len(host) <= LONGEST_SERVER and _HOST.fullmatch(host) else None
