"""The sheet for signatures on paper: the signed text in its language, accessible, asking for no more than it needs."""

import html
import re
import shutil
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from app.campaigns import markdown
from app.kernel import clock
from app.kernel.config import Controller
from app.kernel.i18n import CODES
from app.petitions import paper
from app.petitions.models import Paper, Petition, PetitionText
from tests.conftest import ROOT
from tests.support import PETITION

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not here")
CONTROLLER = Controller(
    "Coalition for UN75", "12 Rue de l’Exemple\n1202 Genève", "petition@example.org", "dp@example.org"
)
MARKED = re.compile(r"[\u064b-\u0652]")


@pytest.fixture
def petition(session):
    """The petition with its sheets."""
    return session.query(Petition).one()


@pytest.fixture
def controller(app, monkeypatch):
    """Somebody answers for the site."""
    monkeypatch.setitem(app.config, "CONTROLLER", CONTROLLER)


def words_of(session, code) -> PetitionText:
    return session.query(PetitionText).filter_by(language=code).one()


def sheet(session, petition, code) -> dict:
    return paper.sheet_of(petition, "un75", words_of(session, code))


def text_of(pdf: bytes, *options) -> str:
    """The words of a PDF as a program reads them, without the marks of direction that pdftotext adds."""
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    plain = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", run.stdout.decode())
    return " ".join(unicodedata.normalize("NFC", plain).split())


def pdfinfo(pdf: bytes, *options) -> str:
    """What pdfinfo says of a PDF."""
    return subprocess.run(["pdfinfo", *options, "-"], input=pdf, capture_output=True, check=True).stdout.decode(
        errors="replace"
    )


def test_the_release_has_drawn_a_sheet_for_every_language(session, petition):
    held = session.query(Paper).all()
    assert {(row.version, row.language) for row in held} == {(petition.version, code) for code in CODES}
    for row in held:
        assert row.pdf.startswith(b"%PDF-1.7")
        assert len(row.pdf) < 300_000


@pytest.mark.parametrize("code", CODES)
def test_every_sheet_meets_pdf_ua_1_so_every_character_has_a_glyph(session, petition, controller, code, caplog):
    pdf = paper.draw(sheet(session, petition, code))
    assert b"/MarkInfo" in pdf or b"/StructTreeRoot" in pdf
    assert not caplog.records, "it had to be drawn without the standard"


def test_the_same_words_give_the_same_bytes(session, petition):
    assert paper.draw(sheet(session, petition, "ar")) == paper.draw(sheet(session, petition, "ar"))


@needs_poppler
@pytest.mark.parametrize("code", CODES)
def test_the_whole_text_stands_on_it_with_version_and_fingerprint_and_can_be_read_out(session, petition, code):
    words = words_of(session, code)
    text = text_of(paper.draw(sheet(session, petition, code)))
    said = html.unescape(re.sub(r"<[^>]+>", " ", str(markdown.render(words.body))))
    wanted = re.findall(r"\w{2,}", unicodedata.normalize("NFC", f"{words.title} {words.addressees} {said}"))
    if code == "zh":
        text = text.replace(" ", "")
    # A letter under a vowel mark comes out twice, by typst's map of glyphs: the few such words are left aside.
    pieces = [word for word in wanted if not MARKED.search(word)]
    marked = [word for word in re.findall(r"[\w\u064b-\u0652]{2,}", said) if MARKED.search(word)]
    assert len(pieces) > 10 and len(marked) < 8
    stray = {part for word in marked for part in re.findall(r"\w{2,}", word)}
    assert [word for word in pieces if word not in text and word not in stray] == []
    assert words.digest.hex()[:12] in text


@needs_poppler
def test_it_asks_for_a_name_an_area_and_a_signature_and_for_nothing_else(session, petition, controller):
    found = sheet(session, petition, "en")
    assert found["labels"]["columns"] == ["No.", "Name", "Country or area", "Signature"]
    text = text_of(paper.draw(found), "-layout")
    assert "No. Name Country or area Signature 1 2 3" in text
    for words in ("address", "birth", "telephone"):
        assert words not in text.replace("Send filled sheets by post to the postal address above", "")


@needs_poppler
def test_it_says_who_answers_for_the_data_what_becomes_of_them_and_where_to_send_it(session, petition, controller):
    text = text_of(paper.draw(sheet(session, petition, "en")))
    for words in (
        "Responsible for your data: Coalition for UN75, 12 Rue de l’Exemple, 1202 Genève, petition@example.org.",
        "which reveal a political opinion",
        "They are destroyed once the petition has been handed over",
        "You can take your signature back",
        "If that could put you in danger, do not sign on paper.",
        "for yourself and once only",
        "Send filled sheets by post to the postal address above",
    ):
        assert words in text, words


@needs_poppler
def test_where_nobody_answers_for_the_site_it_says_not_to_collect_with_it(session, petition):
    text = text_of(paper.draw(sheet(session, petition, "en")))
    assert "Do not collect signatures with it." in text
    assert "Responsible for your data" not in text


@needs_poppler
@pytest.mark.parametrize("code", CODES)
def test_it_is_whole_leaves_with_a_numbered_line_for_each_signature(session, petition, controller, code):
    pdf = paper.draw(sheet(session, petition, code))
    info = pdfinfo(pdf)
    assert "Tagged:          yes" in info
    assert "(A4)" in info
    pages = int(re.search(r"Pages: +(\d+)", info)[1])
    assert pages % 2 == 0
    tree = pdfinfo(pdf, "-struct")
    for part in ("H1", "L (block)", "Figure", "Table", "THead"):
        assert part in tree
    assert tree.count("TR\n") > 20


def test_the_code_leads_to_the_page_and_says_that_it_comes_from_paper(session, petition):
    found = sheet(session, petition, "ar")
    assert found["url"] == "http://plenary.test/ar/un75/petitions/focal-point?from=paper"
    assert found["code"].startswith("<svg")
    assert found["address"] == "plenary.test/ar/un75/petitions/focal-point"


def test_what_is_written_from_left_to_right_is_isolated(session, petition, controller):
    labels = sheet(session, petition, "ar")["labels"]
    assert "\u2068petition@example.org\u2069" in labels["data"][1][0]
    assert f"\u2068{words_of(session, 'ar').digest.hex()[:12]}\u2069" in labels["footer"]
    assert "\u2068{page}\u2069" in labels["page"]


def test_a_text_of_every_kind_of_markdown_is_drawn():
    source = (
        "## Head\n\nA *word* **of** `code` and [a link](https://example.org/).\n\n> said\n\n3. three\n4. four\n   - in"
        "\n\n### Lower\n\n- a\n\n  b\n\n---\n\nend  \nof it"
    )
    found = paper.nodes(str(markdown.render(source)), "en")
    assert [node["kind"] for node in found] == ["h2", "p", "blockquote", "ol", "h3", "ul", "hr", "p"]
    assert found[1]["inner"][1] == {"kind": "em", "inner": ["word"]}
    assert "a link" in found[1]["inner"]
    assert found[3]["start"] == 3
    blank = {key: "x" for key in ("end", "online", "code", "version", "footer", "page", "overleaf")}
    labels = {**blank, "data-title": "x", "data": [["x"]], "sign-title": "x", "consent": "x", "columns": list("abcd")}
    head = {"language": "en", "title": "x", "addressees": "x", "author": "x", "url": "https://x.org/", "address": "x"}
    code = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    assert paper.draw({**head, "body": found, "code": code, "labels": labels}).startswith(b"%PDF")


def test_a_name_in_an_arabic_text_stands_apart():
    assert paper.nodes('<p>نص <bdi lang="en">Name 1</bdi></p>', "ar") == [
        {"kind": "p", "inner": ["نص ", {"kind": "bdi", "inner": ["\u2068Name 1\u2069"], "lang": "en"}]}
    ]


def test_a_character_without_a_glyph_does_not_stop_a_release(session, petition, app, monkeypatch, caplog):
    monkeypatch.setitem(app.config, "CONTROLLER", Controller("한국", "x", "x@example.org", "x"))
    assert paper.draw(sheet(session, petition, "en")).startswith(b"%PDF")
    assert "sheet is not accessible" in caplog.text


def test_only_what_says_something_else_is_drawn_again(app, session, petition, monkeypatch):
    drawn, draw = [], paper.draw
    monkeypatch.setattr(paper, "draw", lambda found: drawn.append(found["language"]) or draw(found))
    paper.refresh(petition.id)
    assert drawn == []
    words_of(session, "fr").addressees = "À tous"
    session.flush()
    paper.refresh(petition.id)
    assert drawn == ["fr"]
    monkeypatch.setitem(app.config, "CONTROLLER", CONTROLLER)
    paper.refresh_campaign(petition.campaign_id)
    assert sorted(drawn[1:]) == sorted(CODES)


def test_the_sheets_of_an_older_version_and_of_a_closed_petition_go(session, petition):
    session.add(Paper(petition_id=petition.id, version=9, language="en", digest="x", pdf=b"x"))
    session.flush()
    paper.refresh(petition.id)
    assert session.query(Paper).filter_by(version=9).count() == 0
    petition.closes_at = clock.now() - timedelta(days=1)
    session.flush()
    paper.refresh(petition.id)
    assert session.query(Paper).count() == 0


@pytest.mark.parametrize("lang", CODES)
def test_the_page_links_to_the_sheet_of_its_language_and_a_cache_may_keep_it(client, petition, lang):
    path, version = PETITION.format(lang=lang) + "/paper.pdf", petition.version
    for page in (PETITION.format(lang=lang), f"/{lang}/un75"):
        assert f'href="{path}"' in client.get(page).get_data(as_text=True)
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=focal-point-{version}-{lang}.pdf"
    assert "public" in answer.headers["Cache-Control"]
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_closed_petition_has_no_sheet_and_no_link_to_one(app, client, session, petition, monkeypatch):
    petition.closes_at, petition.time_zone = datetime(2026, 12, 1, tzinfo=UTC), "Etc/UTC"
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))
    assert client.get(PETITION.format(lang="en") + "/paper.pdf").status_code == 404
    assert "paper.pdf" not in client.get(PETITION.format(lang="en")).get_data(as_text=True)


@needs_poppler
def test_an_end_stands_on_it(session, petition):
    petition.closes_at, petition.time_zone = datetime(2027, 10, 24, 22, tzinfo=UTC), "America/New_York"
    text = text_of(paper.draw(sheet(session, petition, "en")))
    assert "Open until 24 October 2027, 18:00 (New York time)" in text


def test_what_was_counted_on_paper_is_told_beside_what_was_confirmed(app, client, session):
    def run(*arguments):
        session.commit()
        return app.test_cli_runner().invoke(args=["petitions", "paper", *arguments])

    assert run("focal-point", "1234").output == "focal-point: 1234 signatures on paper\n"
    assert "1,234" in client.get(PETITION.format(lang="en")).get_data(as_text=True)
    assert client.get("/api/v1/petitions/focal-point").json["signatures"] == {"confirmed": 0, "on_paper": 1234}
    assert run("nowhere", "1").exit_code == 1
    assert run("focal-point", "-1").exit_code == 2


def test_whoever_draws_nothing_does_not_load_typst():
    code = "import sys; import app.petitions.paper; sys.exit('typst' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
