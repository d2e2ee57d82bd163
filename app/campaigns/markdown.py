"""Markdown to HTML: CommonMark without raw HTML, sanitised, with headings that can be linked to."""

import re
from collections.abc import Callable

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).disable(
    ["image", "html_block", "html_inline"]
)

TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "em", "strong", "blockquote", "code", "br", "hr"}
ATTRIBUTES = {"*": set(), "a": {"href"}, "h2": {"id"}, "h3": {"id"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto"}
INTERNAL = re.compile(r"^(page|petition):([a-z0-9-]+)$")


def links(source: str) -> list[str]:
    """Every link target of a Markdown text, in order."""
    return [
        child.attrs["href"]
        for token in _parser.parse(source)
        for child in token.children or []
        if child.type == "link_open"
    ]


def headings(source: str) -> list[int]:
    """The levels of a Markdown text's headings, in order."""
    return [int(token.tag[1]) for token in _parser.parse(source) if token.type == "heading_open"]


def render(source: str, resolve: Callable[[str, str], str] | None = None) -> Markup:
    """HTML of a Markdown text, safe to show. `resolve(kind, slug)` gives where `page:…` and `petition:…` links lead."""
    tokens = _parser.parse(source)
    count = 0
    for token in tokens:
        if token.type == "heading_open":
            count += 1
            token.attrs["id"] = f"s{count}"
        for child in token.children or []:
            if child.type == "link_open" and resolve and (match := INTERNAL.match(str(child.attrs["href"]))):
                child.attrs["href"] = resolve(*match.groups())
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")
    return Markup(clean)  # noqa: S704 sanitised in the line above
