"""The PDF that is handed over: accessible, always the same, and not to be broken by a name."""

import re
from dataclasses import replace

import pytest
from flask_babel import force_locale, gettext

from app.kernel.i18n import CODES
from app.letters.handover import content, names, showing
from app.letters.handover.pdf import pdf
from tests.petitions.test_paper import needs_poppler, pdfinfo

from . import invented, reading

HOSTILE = (
    '#panic("x")',
    "*bold* _thin_ `code` $x^2$ @ref <label> \\u{202e} // no /* comment */",
    "\u202eeugaeL\u202c \u2067League\u2069 \u200fof\u200e W\u0000a\u0007ter\ufeff",
    "</w:t> & ]]> \ud800 \U0010ffff",
    "W" * 5000,
    "Water League " * 400,
    "\u202e" * 5000,
    "🌊💧 Water 🌊",
    "   ",
    "=" * 60,
    "- item\n+ item\n/ term: x",
)
SCRIPTS = {
    "Greek": "Φανταστική Ένωση Νερού",
    "Hebrew": "ליגת המים הדמיונית",
    "Hindi": "काल्पनिक जल संघ",
    "Bengali": "কাল্পনিক জল লীগ",
    "Thai": "สันนิบาตน้ำสมมุติ",
    "Korean": "가상 물 연맹",
    "Japanese": "架空の水連盟",
    "traditional Chinese": "虛構水資源聯盟",
    "Amharic": "ምናባዊ የውሃ ሊግ",
    "Georgian": "გამოგონილი წყლის ლიგა",
    "Armenian": "Հորինված ջրի լիգա",
    "Persian": "اتحادیه خیالی آب",
    "Vietnamese": "Liên đoàn Nước hư cấu",
    "Tamil": "கற்பனை நீர் கழகம்",
}


def of(*called: str, language: str = "en", **changes):
    """A safe document under which these signed."""
    signed = tuple(invented.signatory(language, name=name) for name in called)
    return showing.safe(invented.handover(language, signatories=signed, **changes))


@pytest.mark.parametrize("code", CODES)
def test_it_is_pdf_ua_1_and_says_its_title_and_language(code, caplog):
    made = pdf(showing.safe(invented.handover(code)))
    assert not caplog.records, "it had to be drawn without the standard"
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", made)
    assert b"/MarkInfo<</Marked true" in made and b"/StructTreeRoot" in made
    assert f"/Lang({code}".encode() in made and b"/DisplayDocTitle true" in made


@needs_poppler
def test_it_is_tagged_by_what_each_part_means():
    handover = invented.handover("en")
    made = pdf(showing.safe(handover))
    tree = pdfinfo(made, "-struct")
    assert b"/S/Title" in made
    for part in ("H1", "H2", "H3", "L (block)", "LI", "Figure", "Link"):
        assert part in tree, part
    assert tree.count("LI (block)") > len(handover.signatories)


@pytest.mark.parametrize("code", ("ar", "en"))
def test_the_same_records_give_the_same_bytes(code):
    assert pdf(showing.safe(invented.handover(code))) == pdf(showing.safe(invented.handover(code)))


def test_a_thousand_signatories_take_pages_and_not_a_book():
    made = pdf(showing.safe(invented.handover("en", 1000, 0)))
    assert len(re.findall(rb"/Type/Page\b", made)) <= 16


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name[:12]))
def test_no_name_breaks_it_or_does_anything(name, caplog):
    made = pdf(of(name, "Fictional Last League"))
    assert not caplog.records and made.startswith(b"%PDF")
    assert "Fictional Last League" in reading.by_pdfium(made)


@needs_poppler
def test_a_name_of_signs_is_shown_as_it_was_signed():
    for name in HOSTILE[:2]:
        said = "".join(reading.by_poppler(pdf(of(name))).split())
        assert "".join(name.split()) in said


@needs_poppler
def test_a_name_without_end_stays_in_its_column():
    from subprocess import run

    found = run(["pdftotext", "-bbox", "-", "-"], input=pdf(of(HOSTILE[4])), capture_output=True, check=True).stdout
    right = [float(place) for place in re.findall(rb'xMax="([\d.]+)"', found)]
    assert max(right) < 595


def test_what_turns_a_line_round_is_taken_out_of_a_name():
    assert names.clean(HOSTILE[2]) == "eugaeL League of W a ter"
    shown = names.shown(invented.signatory("en", name=HOSTILE[6]), "en")
    assert shown[0] == "…"


def test_names_in_scripts_from_all_over_the_world_are_drawn_as_signed(caplog):
    for script, name in SCRIPTS.items():
        assert names.drawable(names.clean(name)), script
    pdf(of(*SCRIPTS.values()))
    assert not caplog.records


def test_a_script_without_a_font_gives_way_to_another_name_or_to_latin_letters(caplog):
    cherokee = "ᎠᏂᏴᏫᏯ"
    signed = invented.signatory("fr", name=cherokee, names={"en": "Fictional River People"})
    assert names.shown(signed, "fr") == ("Fictional River People", "en", "")
    assert names.shown(replace(signed, names={"fr": "Peuple fictif"}), "fr") == ("Peuple fictif", "fr", "")
    latin, spoken, _ = names.shown(replace(signed, names={}), "fr")
    assert latin.isascii() and latin and spoken == "en"
    handover = of(cherokee, language="fr")
    with force_locale("fr"):
        told = gettext("A name in a script that this document cannot show stands here in another language or script.")
    assert told in content.document(handover).sections[0].notes
    pdf(handover)
    assert not caplog.records


@needs_poppler
def test_a_missions_copy_opens_with_its_address_and_its_own_organisations():
    handover = invented.handover("en")
    country = handover.signatories[0]
    mission = invented.mission("en", country.iso3)
    text = reading.by_poppler(pdf(showing.safe(replace(handover, addressee=mission, country_first=True))))
    places = [
        text.index(words)
        for words in ("Fictional Permanent Mission", "New York, NY 10017", f"Organisations from {country.country}")
    ]
    assert places == sorted(places) and places[-1] < text.index("About this text") < text.index("Signatories\nAfter")
    plain = reading.by_poppler(pdf(showing.safe(replace(handover, addressee=mission))))
    assert "New York, NY 10017" in plain and "Organisations from" not in plain


@needs_poppler
def test_the_text_stands_there_with_version_date_fingerprint_and_length():
    text = reading.by_poppler(pdf(showing.safe(invented.handover("en"))))
    for words in ("1 November 2026", "5f3c" * 16, "Digital fingerprint (SHA-256)", "199", "plenary.example/en/un75"):
        assert words in text


@needs_poppler
def test_a_draft_translation_says_that_it_is_one():
    with force_locale("fr"):
        told = gettext("A draft translation. What was agreed is the text in the negotiated language.")
    assert told.split(".")[0] in " ".join(reading.by_poppler(pdf(showing.safe(invented.handover("fr")))).split())
    assert "translation" not in reading.by_poppler(pdf(showing.safe(invented.handover("en"))))


def test_a_web_worker_that_only_knows_of_it_does_not_load_typst_or_docx():
    import subprocess
    import sys

    code = (
        "import sys; import app.letters.handover.pdf, app.letters.handover.docx;"
        "sys.exit(bool({'typst', 'docx'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
