"""Markdown: plain, sanitised, with headings that can be linked to."""

from html.parser import HTMLParser
from typing import ClassVar

import pytest

from app.campaigns.markdown import headings, links, render


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,xx)",
        "![x](https://elsewhere.example/pixel.png)",
        "[x](https://a.example 'onmouseover=alert(1)')",
    ],
)
def test_nothing_dangerous_comes_through(text):
    class Tags(HTMLParser):
        seen: ClassVar[list] = []

        def handle_starttag(self, tag, attributes):
            self.seen.append((tag, dict(attributes)))

    parser = Tags()
    parser.seen.clear()
    parser.feed(render(text))
    for tag, attributes in parser.seen:
        assert tag in ("p", "a")
        assert set(attributes) <= {"href", "rel"}
        assert attributes.get("href", "https://").startswith("https://")


def test_internal_links_lead_where_the_resolver_says():
    html = render("[a](page:why) [b](petition:focal-point)", lambda kind, slug: f"/{kind}/{slug}")
    assert 'href="/page/why"' in html
    assert 'href="/petition/focal-point"' in html


def test_headings_have_ids_and_links_to_elsewhere_tell_nothing():
    html = render("## One\n\ntext\n\n## Two\n\n[x](https://undocs.org/A/RES/75/1)")
    assert '<h2 id="s1">' in html and '<h2 id="s2">' in html
    assert 'rel="noopener noreferrer"' in html


def test_links_and_headings_are_listed_in_order():
    text = "## A\n\n[x](page:why) and [y](https://a.example)\n\n### B\n\n- [z](page:why)"
    assert links(text) == ["page:why", "https://a.example", "page:why"]
    assert headings(text) == [2, 3]
