"""Markdown to HTML: CommonMark without raw HTML, sanitised, with foreign names marked and headings to link to."""

import functools
import re
from collections.abc import Callable, Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.attrs import attrs_plugin

from app.kernel import i18n

_parser = (
    MarkdownIt("commonmark", {"html": False, "typographer": False})
    .disable(["image", "html_block", "html_inline"])
    .use(attrs_plugin, after=("link_close", "span_close"), spans=True, allowed=["lang"])
)

TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "em", "strong", "blockquote", "code", "br", "hr", "bdi"}
ATTRIBUTES = {"*": set(), "a": {"href"}, "h2": {"id"}, "h3": {"id"}, "ol": {"start"}, "bdi": {"lang"}}
SCHEMES = {"https", "http", "mailto"}
INTERNAL = re.compile(r"^(page|petition):([a-z0-9-]+)$")


def allowed(target: str) -> bool:
    """Whether a text may link there."""
    return bool(INTERNAL.match(target)) or target.startswith(("https://", "http://", "mailto:"))


def links(source: str) -> list[str]:
    """Every link target of a Markdown text, in order."""
    return list(_outline(source)[0])


def headings(source: str) -> list[int]:
    """The levels of a Markdown text's headings, in order."""
    return [level for _, level in headings_by_line(source)]


def headings_by_line(source: str) -> list[tuple[int, int]]:
    """Line (from 1) and level of each heading."""
    return list(_outline(source)[1])


def bare_text(source: str) -> Iterator[tuple[int, str]]:
    """The words of a Markdown text outside code and outside what is marked with a language; each with its line."""
    return iter(_outline(source)[2])


@functools.lru_cache(maxsize=2048)
def _outline(source: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...], tuple[tuple[int, str], ...]]:
    """Links, headings by line, and bare words by line: the checks ask for them again and again, and reading takes
    milliseconds."""
    tokens = _parser.parse(source)
    children = (child for token in tokens for child in token.children or [])
    targets = tuple(child.attrs["href"] for child in children if child.type == "link_open")
    levels = tuple((token.map[0] + 1, int(token.tag[1])) for token in tokens if token.type == "heading_open")
    return targets, levels, tuple(_bare(tokens))


def _bare(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        foreign: list[bool] = []
        for child in token.children or []:
            if child.type in ("link_open", "span_open"):
                foreign.append("lang" in child.attrs)
            elif child.type in ("link_close", "span_close"):
                foreign.pop()
            elif child.type == "text" and not any(foreign):
                yield token.map[0] + 1, child.content


def render(
    source: str, resolve: Callable[[str, str], str] | None = None, *, language: str = "en", anchor: str = ""
) -> Markup:
    """HTML of a Markdown text in a language, safe to show.

    `resolve(kind, slug)` gives where `page:…` and `petition:…` links lead. `anchor` is the id of the first heading.
    `[Name]{lang=en}` becomes a `bdi` with that language; in a right-to-left language numbers are isolated, too.
    """
    tokens = _parser.parse(source)
    count = 0
    for token in tokens:
        if token.type == "heading_open" and anchor:
            count += 1
            token.attrs["id"] = anchor if count == 1 else f"{anchor}-{count}"
        if token.children:
            token.children = list(_marked(token.children, resolve, i18n.EVERY[language].dir == "rtl"))
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")
    return Markup(clean)  # noqa: S704 sanitised in the line above


def _marked(children: list[Token], resolve, rtl: bool) -> Iterator[Token]:
    closing: list[Token | None] = []
    for child in children:
        if child.type == "link_open":
            if resolve and (match := INTERNAL.match(str(child.attrs["href"]))):
                child.attrs["href"] = resolve(*match.groups())
            lang = child.attrs.pop("lang", None)
            if lang:
                yield _bdi(1, lang)
            closing.append(_bdi(-1) if lang else None)
            yield child
        elif child.type == "link_close":
            yield child
            after = closing.pop()
            if after:
                yield after
        elif child.type in ("span_open", "span_close"):
            child.tag = "bdi"
            yield child
        elif child.type == "text" and rtl:
            yield from _isolated(child.content)
        else:
            yield child


def _bdi(nesting: int, lang: str = "") -> Token:
    kind = "span_open" if nesting == 1 else "span_close"
    return Token(kind, "bdi", nesting, attrs={"lang": lang} if lang else {})


def _isolated(text: str) -> Iterator[Token]:
    """The text with each run of numbers in a `bdi` of its own (UAX #9, 2.7)."""
    for number, part in i18n.number_runs(text):
        if number:
            yield _bdi(1)
        yield Token("text", "", 0, content=part)
        if number:
            yield _bdi(-1)
