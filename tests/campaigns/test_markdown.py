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
    html = render("## One\n\ntext\n\n## Two\n\n[x](https://undocs.org/A/RES/75/1)", anchor="gate")
    assert '<h2 id="gate">' in html and '<h2 id="gate-2">' in html
    assert 'rel="noopener noreferrer"' in html


def test_links_and_headings_are_listed_in_order():
    text = "## A\n\n[x](page:why) and [y](https://a.example)\n\n### B\n\n- [z](page:why)"
    assert links(text) == ["page:why", "https://a.example", "page:why"]
    assert headings(text) == [2, 3]


def test_a_foreign_name_is_isolated_and_says_its_language():
    html = render(
        "قرأنا تقرير [Together First]{lang=en} و[الخلاصة *Our Common Agenda*](https://a.example){lang=en}.",
        language="ar",
    )
    assert '<bdi lang="en">Together First</bdi>' in html
    assert '<bdi lang="en"><a href="https://a.example"' in html and "</a></bdi>." in html


def test_only_a_language_can_be_said_of_a_name():
    assert "onclick" not in render("[x]{onclick=alert(1)}").replace("{onclick", "")
    assert "class" not in render("[x]{.wide}")


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("صوت 143 ضد 7", ["143", "7"]),
        ("بين 1997–2003", ["1997–2003"]),
        ("القرار A/RES/75/1، والوثيقة A/75/L.85", ["A/RES/75/1", "A/75/L.85"]),
        ("بأغلبية 143-7-15", ["143-7-15"]),
        ("12,345 توقيعًا و50%", ["12,345", "50%"]),
        ("مجموعة G77 وUN75", ["G77", "UN75"]),
    ],
)
def test_numbers_are_isolated_in_arabic_and_nowhere_else(text, isolated):
    html = render(text, language="ar")
    for number in isolated:
        assert f"<bdi>{number}</bdi>" in html
    assert html.count("<bdi>") == len(isolated)
    assert "<bdi>" not in render(text, language="en")


def test_a_number_inside_a_foreign_name_is_isolated_within_it_and_stays_readable():
    html = render("[UN2020 campaign]{lang=en}", language="ar")
    assert html.count("UN2020") == 1 and '<bdi lang="en">' in html
