"""Slots: what a mailing may hold, what becomes of hostile values, and which language somebody is written to in."""

import itertools

import pytest
from lxml import html
from sqlalchemy import column, select, values
from sqlalchemy.types import Text

from app.kernel.db import db
from app.kernel.i18n import CODES
from app.mobilisation import checking, composing, framing, slots, tongues
from app.mobilisation.checking import Frame
from app.mobilisation.composing import Words

HOSTILE = (
    "<script>alert(1)</script>",
    '" onmouseover="x',
    "*bold* [x](http://example.org)",
    "{state} {{7*7}} %(x)s ${x}",
    "Fictional\r\nBcc: a@example.org",
    "\u202eturned\u2066",
    "&amp; O’Fictional",
)


def test_a_slot_is_a_name_and_a_fallback_and_nothing_else():
    assert slots.parse("Dear {name|friends} of {organisation}, {{so}}") == (
        "Dear ",
        slots.Slot("name", "friends"),
        " of ",
        slots.Slot("organisation"),
        ", {so}",
    )
    for source, why, place in (
        ("a\nb {nmae}", "unknown", (2, 3)),
        ("{name.__class__}", "unknown", (1, 1)),
        ("{name!r}", "unknown", (1, 1)),
        ("{0}", "unknown", (1, 1)),
        ("open {name", "brace", (1, 6)),
        ("close } it", "brace", (1, 7)),
        ("{name|}", "fallback", (1, 1)),
        ("{sign_link|javascript:x}", "fallback", (1, 1)),
    ):
        with pytest.raises(slots.Bad) as caught:
            slots.parse(source)
        (fault,) = caught.value.faults
        assert (fault.why, (fault.line, fault.column)) == (why, place), source


def test_who_has_no_value_and_no_fallback_is_told_and_never_written_to():
    pieces = slots.parse("{name|friends}, {organisation}, {state}")
    assert slots.lacking(pieces, {"organisation": None, "state": "Kenya"}) == ("organisation",)
    with pytest.raises(slots.Lacking):
        slots.fill(pieces, {"state": "Kenya"})
    assert (
        slots.fill(pieces, {"organisation": "Fictional Union", "state": "Kenya"}) == "friends, Fictional Union, Kenya"
    )


@pytest.mark.parametrize("lang", CODES)
def test_no_value_is_read_as_markup_in_any_language(lang):
    words = Words(
        lang, "plain", "To {name}", "", "Dear *{name}*,\n\n- {organisation}\n\n[Sign]({sign_link}) {sign_link}"
    )
    composed = composing.compose(words)
    for hostile in HOSTILE:
        said = {"name": slots.value(hostile, lang, "name"), "organisation": slots.value(hostile, lang, "organisation")}
        filled = composing.fill(composed, {**said, "sign_link": 'https://example.org/?a=1&b="2'})
        assert "\n" not in filled.subject and "\r" not in filled.subject and "\u202e" not in filled.subject
        root = html.fragment_fromstring(str(filled.html), create_parent=True)
        assert {element.tag for element in root.iter()} == {"div", "p", "em", "ul", "li", "a"}
        assert root.xpath("string(.//em)") == said["name"] and root.xpath("string(.//li)").strip() == said["name"]
        assert set(root.xpath(".//a/@href")) == {'https://example.org/?a=1&b="2'}
        assert all(set(element.attrib) <= {"href", "rel"} for element in root.iter())
        assert f"Dear {said['name']}," in filled.text and f"- {said['organisation']}" in filled.text


def test_plain_text_says_what_the_html_says():
    body = (
        "# no\n\n## Head\n\nOne\ntwo **three** [four](https://example.org/4).\n\n1. a\n2. b\n\n> quoted\n\n{sign_link}"
    )
    filled = composing.fill(
        composing.compose(Words("en", "plain", "s", "", body)), {"sign_link": "https://example.org/"}
    )
    assert filled.text.endswith(
        "Head\n\nOne two three four (https://example.org/4).\n\n1. a\n2. b\n\n> quoted\n\nhttps://example.org/"
    )


@pytest.mark.parametrize(
    "body",
    [
        "[x](https://example.org/?q={name})",
        "[x](<https://example.org/a b{name}>)",
        "https://example.org/?q={organisation}",
        "www.example.org/{name}",
        "<https://example.org/{name}>",
        "[x][1] and so on\n\n[1]: https://example.org/{state}",
        "[x](https://example.org/{sign_link})",
        "[x]({sign_link}{name})",
        '[x]({sign_link} "{name}")',
        "[x](mailto:ada@example.org?subject={name})",
        "[x](mailto:ada@{name}.example)",
        "[x](mailto:{mission|our friends there})",
        "[x]({mission})",
    ],
)
def test_nobodys_name_gets_into_an_address_and_no_slot_is_lost_in_one(body):
    assert {one.why for one in checking.of_text(Words("en", "plain", "s", "", body))} == {"target"}


@pytest.mark.parametrize("lang", ["en", "ar", "zh"])
def test_a_link_may_lead_to_the_missions_mailbox_and_what_stands_beside_an_address_is_no_part_of_it(lang):
    body = (
        "[Write](mailto:{mission}?subject=Hello)。 见https://example.org/。{name}"
        " https://slot-a.invalid/ [a](https://ok.example/), {name}"
    )
    words = Words(lang, "plain", "s", "", body)
    assert not checking.of_text(words)
    said = {name: slots.value(f"<{name}>@example.org", lang, name) for name in ("mission", "name")}
    filled = composing.fill(composing.compose(words), said)
    links = html.fragment_fromstring(str(filled.html), create_parent=True).xpath(".//a/@href")
    assert links == ["mailto:<mission>@example.org?subject=Hello", "https://ok.example/"]
    assert "(<mission>@example.org?subject=Hello)" in filled.text and "。" + said["name"] in filled.text


def test_a_text_of_nothing_but_tricks_is_read_in_a_moment_and_makes_no_endless_mail():
    for body in ("www." * 9_900 + "{name}" * 60, "mailto:" * 5_000 + "{mission}" * 400, "{" * 39_999):
        assert checking.of_text(Words("en", "plain", "s", "", body))
    (fault,) = checking.of_text(Words("en", "plain", "s", "", "{name}" * 6_600))
    assert (fault.field, fault.why) == ("body", "long")


def test_sql_chooses_the_language_that_the_rule_chooses(app):
    written, areas = {"fr", "ar", "pt"}, {"MAR": "MA", "CMR": "CM", "BRA": "BR", "QMA": None}
    said = {"written": written, "countries": tongues.of_countries(areas, written), "default": "fr"}
    assert said["countries"] == {"MAR": "ar", "CMR": "fr", "BRA": "pt"}
    codes = (None, "", "fr", "ar", "pt-BR", "ru")
    people = [*itertools.product(codes, codes, (None, "MAR", "CMR", "BRA", "QMA", "KEN"))]
    table = values(column("own", Text), column("second", Text), column("country", Text), name="people").data(people)
    rows = select(*table.c, *tongues.statement(*table.c, **said))
    for own, second, country, language, fallback in db.session.execute(rows):
        chosen = tongues.choose(own, second, country, **said)
        assert (language, fallback) == (chosen.language, chosen.by_fallback), (own, second, country)
    assert tongues.table([("fr", False, 382), ("ar", False, 96), ("fr", True, 30)]) == [
        tongues.Line("fr", 412, 30),
        tongues.Line("ar", 96, 0),
    ]


def test_a_language_that_cannot_say_how_mails_end_is_told_by_its_frame(app):
    assert framing.frame("en").unsubscribe and framing.frame("en").consent
    assert framing.frame("sw") == Frame("", "")


def _why(*texts, **said) -> set[tuple[str, str, str]]:
    frames = said.pop("frames", lambda language: Frame("Get no more", "You agreed"))
    found = checking.check(texts, default="en", frames=frames, **said)
    return {(fault.language, fault.variant, fault.why) for fault in found}


def test_a_mailing_is_refused_while_any_language_or_variant_lacks_anything():
    good = Words("en", "plain", "Subject {state|there}", "", "Dear {name|friends}, [sign]({sign_link})")
    arabic = Words("ar", "plain", "موضوع", "", "نص")
    neutral = Words("ar", "neutral", "رسالة", "", "{sign_link}")
    assert _why(good, arabic, neutral, neutral_for={"ar"}) == set()
    assert _why() == {("en", "plain", "nothing")}
    assert _why(arabic) == {("en", "plain", "default")}
    assert _why(good, neutral) == {("ar", "plain", "missing")}
    assert _why(good, arabic, neutral_for={"ar"}) == {("ar", "neutral", "neutral")}
    lacks = {"frames": lambda language: Frame("" if language == "ar" else "x", "y")}
    assert _why(good, arabic, **lacks) == {("ar", "", "unsubscribe")}
    assert _why(Words("en", "plain", " ", "", "[x](ftp://example.org)")) == {
        ("en", "plain", "empty"),
        ("en", "plain", "link"),
    }
    assert _why(Words("en", "plain", "a\nb", "", "[x]({mission})")) == {
        ("en", "plain", "lines"),
        ("en", "plain", "target"),
    }
    telling = {"telling": lambda language: ("UN75",)}
    told = Words("en", "neutral", "A page for you", "", "See https://example.org/un75 {sign_link}")
    assert _why(good, told, **telling) == {("en", "neutral", "neutral-tells")}
    bad = Words("en", "neutral", "About un75 in {state}", "", "{organisation}")
    assert _why(good, bad, **telling) == {("en", "neutral", "neutral-slot"), ("en", "neutral", "neutral-tells")}
