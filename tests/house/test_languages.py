"""The UN's minimum standard for multilingual sites: same page, own script, no mixing, and nothing left in English."""

import re
from functools import cache

import pytest

from app.kernel import catalogues
from app.kernel.i18n import CODES, LANGUAGES
from tests.house.sitemap import every_page

# What the source says does not change while tests run, and reading it takes seconds.
extracted = cache(catalogues.extracted)
BAR = re.compile(r'<nav class="languages".*?</nav>', re.DOTALL)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("ar", "ar"),
        ("zh-CN,zh;q=0.9", "zh"),
        ("pt-BR,es;q=0.5", "es"),
        ("sw", "en"),
        ("", "en"),
        ("fr-CH, de;q=0.9", "fr"),
    ],
)
def test_the_first_page_is_found_by_the_readers_languages(client, asked, given):
    answer = client.get("/", headers={"Accept-Language": asked})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/{given}/"
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/de/", "/EN/", "/xx/un75", "/en-GB/un75", "/english"])
def test_an_unknown_language_is_no_page(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("code", CODES)
def test_the_language_bar_stands_in_the_order_of_the_un_each_in_its_own_script(client, code):
    bar = BAR.search(client.get(f"/{code}/un75/why").get_data(as_text=True))[0]
    names = re.findall(r'<a href="([^"]+)" lang="(\w+)" dir="(\w+)"[^>]*>([^<]+)</a>', bar)
    assert [(lang, dir_, name) for _, lang, dir_, name in names] == [(x.code, x.dir, x.autonym) for x in LANGUAGES]
    assert [href.removeprefix("http://plenary.test") for href, *_ in names] == [f"/{c}/un75/why" for c in CODES]


def test_alternates_are_mutual_and_canonical_is_the_page_itself(client):
    seen = {}
    for code in CODES:
        page = client.get(f"/{code}/un75/road").get_data(as_text=True)
        seen[code] = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', page))
        assert f'<link rel="canonical" href="http://plenary.test/{code}/un75/road">' in page
    assert all(links == seen["en"] for links in seen.values())
    assert set(seen["en"]) == {*CODES, "x-default"}


def test_no_page_but_the_english_holds_the_words_of_the_english_interface(app, client):
    """Whatever string of the catalogue stands on the English page may not stand on another language's."""
    strings = [m.id for m in extracted() if isinstance(m.id, str) and len(m.id) > 12 and "%" not in m.id]
    for languages in every_page(app, client):
        standing = [s for s in strings if s in languages["en"].text]
        for code in set(CODES) - {"en"}:
            page = languages[code]
            # What is in English and says so is somebody's title or name.
            text = re.sub(r'<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', "", page.text, flags=re.DOTALL)
            assert not [s for s in standing if s in text], page.path


@pytest.mark.parametrize("code", CODES)
def test_every_footer_says_that_this_is_not_a_site_of_the_united_nations(app, client, code):
    from flask_babel import force_locale, gettext

    with app.test_request_context(), force_locale(code):
        words = gettext("This is a site of civil society. It is not a site of the United Nations.")
    for path in ("/", "/un75", "/un75/petitions/focal-point", "/imprint", "/nowhere-at-all", "/signature/x"):
        assert words in client.get(f"/{code}{path}").get_data(as_text=True), path


def test_the_catalogues_are_whole(monkeypatch):
    monkeypatch.setattr(catalogues, "extracted", extracted)
    assert list(catalogues.faults()) == []


def test_a_fault_of_each_kind_in_a_catalogue_is_found(tmp_path, monkeypatch):
    import shutil

    shutil.copytree(catalogues.FOLDER, tmp_path / "translations", ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path / "translations")
    monkeypatch.setattr(catalogues, "extracted", extracted)
    # Broken is the French one alone; that all are looked through, the test above shows.
    monkeypatch.setattr(catalogues, "CODES", ("fr",))
    path = catalogues.path("fr")
    text = path.read_text(encoding="utf-8")
    faults = {
        "is missing; run": re.sub(r'\n(#: [^\n]+\n)+msgid "Another area"\nmsgstr "[^"]*"\n', "\n", text),
        "is in no source file": text + '\nmsgid "Never said"\nmsgstr "Jamais dit"\n',
        "fuzzy": text.replace('msgid "Another area"', '#, fuzzy\nmsgid "Another area"'),
        "forms are wanted": re.sub(r'(msgid "Another area"\nmsgstr )"[^"]*"', r'\1""', text),
        "placeholders of form": re.sub(r"(msgstr.*)%\(count\)s", r"\1%(number)s", text),
        "still English": re.sub(
            r'(msgid "Campaigns of civil society at the United Nations"\nmsgstr )".*"',
            r'\1"Campaigns of civil society at the United Nations"',
            text,
        ),
        "Plural-Forms is": text.replace("plural=(n > 1)", "plural=(n != 1)"),
    }
    for words, broken in faults.items():
        assert broken != text, words
        path.write_text(broken, encoding="utf-8")
        assert any(words in fault for fault in catalogues.faults()), words


def test_arabic_counts_in_its_six_ways():
    from gettext import c2py

    forms = c2py(catalogues.PLURALS["ar"].partition("plural=")[2].rstrip(";"))
    numbers = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111)
    assert [forms(n) for n in numbers] == [0, 1, 2, 3, 3, 4, 4, 5, 5, 5, 3, 4]
    from babel import Locale

    order = ("zero", "one", "two", "few", "many", "other")
    assert [order[forms(n)] for n in numbers] == [Locale("ar").plural_form(n) for n in numbers]


def test_russian_french_and_chinese_count_as_cldr_says():
    from gettext import c2py

    from babel import Locale

    orders = {
        "ru": ("one", "few", "many"),
        "fr": ("one", "other"),
        "en": ("one", "other"),
        "es": ("one", "other"),
        "zh": ("other",),
    }
    for code, order in orders.items():
        forms = c2py(catalogues.PLURALS[code].partition("plural=")[2].rstrip(";"))
        for n in (0, 1, 2, 3, 4, 5, 10, 11, 12, 14, 21, 22, 25, 100, 101, 111, 112, 121):
            assert order[forms(n)] == Locale(code).plural_form(n), (code, n)
