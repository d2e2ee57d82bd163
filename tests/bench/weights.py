"""What a first view weighs: the page and everything it makes a browser load, in bytes on the wire."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from .servers import fetch

CSS_URL = re.compile(r"""url\(\s*['"]?([^'")]+)""")
LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"}
LOADED_SOURCES = {"img", "script", "source", "iframe", "video", "audio", "embed", "input"}


@dataclass(frozen=True)
class Weight:
    """A first view: the bytes of each address it loads, the page first."""

    parts: dict[str, int]

    @property
    def wire_bytes(self) -> int:
        return sum(self.parts.values())


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.loaded: list[str] = []
        self.has_icon = False

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        kinds = set((values.get("rel") or "").split())
        if tag == "link" and kinds & LOADED_LINKS:
            self.loaded.append(values["href"])
            self.has_icon |= "icon" in kinds
        elif tag in LOADED_SOURCES and values.get("src"):
            self.loaded.append(values["src"])


def first_view(port: int, path: str) -> Weight:
    """Load `path` as a browser with an empty cache would. Every address in a style sheet counts, used or not.

    Raises ValueError when anything comes from elsewhere or is missing.
    """
    parts: dict[str, int] = {}
    waiting = [path]
    while waiting:
        address = waiting.pop(0)
        if address in parts:
            continue
        if urlsplit(address).netloc:
            raise ValueError(f"{path} loads {address} from elsewhere")
        answer = fetch(port, address)
        if answer.status != 200:
            raise ValueError(f"{path} loads {address}, which answers {answer.status}")
        parts[address] = answer.wire_bytes
        if "text/html" in answer.headers["content-type"]:
            links = _Links()
            links.feed(answer.text)
            waiting += [urljoin(address, link) for link in links.loaded]
            waiting += [] if links.has_icon else ["/favicon.ico"]
        elif "text/css" in answer.headers["content-type"]:
            waiting += [urljoin(address, link) for link in CSS_URL.findall(answer.text)]
    return Weight(parts)
