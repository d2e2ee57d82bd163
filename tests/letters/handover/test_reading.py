"""What stands in a PDF comes back from it: every word, in reading order, by two programs that share no code."""

import re
import shutil
import subprocess

import pytest

from app.kernel.i18n import CODES
from app.letters.handover import content, showing
from app.letters.handover.pdf import pdf

from . import invented, reading

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not here")
READERS = (reading.by_poppler, reading.by_pdfium)
LEAST = 0.99


def check(handover, language):
    """Both readers give back 99 of a hundred words, in the order in which they were written."""
    made = pdf(handover)
    said = reading.pieces("\n".join(reading.said(content.document(handover))), language)
    for read in READERS:
        found = reading.pieces(read(made), language)
        share = reading.in_order(said, found)
        assert share >= LEAST, (read.__name__, share, reading.lost(said, found)[:20])
    return made


@pytest.mark.parametrize("code", CODES)
def test_ninety_nine_words_of_a_hundred_come_back_in_reading_order(code):
    check(showing.safe(invented.handover(code, 60, 8)), code)


@pytest.mark.parametrize("code", ("ar", "en"))
def test_so_do_those_of_three_columns_and_of_a_missions_copy(code):
    handover = invented.handover(code, 160, 0)
    copy = invented.handover(
        code, 160, 0, addressee=invented.mission(code, handover.signatories[0].iso3), country_first=True
    )
    check(showing.safe(copy), code)


@pytest.mark.parametrize("code", CODES)
def test_every_font_is_embedded_and_every_letter_has_its_meaning(code):
    made = pdf(showing.safe(invented.handover(code)))
    run = subprocess.run(["pdffonts", "-"], input=made, capture_output=True, check=True)
    rows = run.stdout.decode().splitlines()[2:]
    assert len(rows) > 1
    for row in rows:
        embedded, _, unicode = re.search(r"(yes|no) +(yes|no) +(yes|no) +\d+ +\d+$", row).groups()
        assert (embedded, unicode) == ("yes", "yes"), row


def test_an_arabic_name_in_a_french_letter_and_a_latin_one_in_an_arabic_letter_are_whole():
    arabic, latin = invented.name("ar", 7), invented.name("fr", 8)
    for code, foreign in (("fr", arabic), ("ar", latin)):
        made = pdf(showing.safe(invented.handover(code, 3, 0, signatories=(invented.signatory(code, name=foreign),))))
        for read in READERS:
            assert " ".join(reading.pieces(foreign, code)) in " ".join(reading.pieces(read(made), code))


@pytest.mark.parametrize(("code", "number"), (("en", 0), ("ar", 0), ("ar", 1), ("ar", 3), ("zh", 1)))
def test_a_letter_that_nobody_or_few_signed_is_read_back_too(code, number):
    made = check(showing.safe(invented.handover(code, number, 0)), code)
    if (code, number) == ("en", 0):
        assert "Nobody has signed this letter yet." in reading.by_poppler(made)
