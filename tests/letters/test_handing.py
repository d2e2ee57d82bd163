"""A document for handing a letter over says what the letter's page says, and whoever hides takes it along."""

import io
import re
from datetime import timedelta

import docx
import pytest
from sqlalchemy import text, update

from app.accounts.models import StaffSession
from app.kernel import audit, clock, progress
from app.kernel.db import db
from app.letters import handing, operations, retention
from app.letters.handover_models import HandoverFile
from app.letters.models import Letter, Signatory
from tests.letters.support import LETTER, close_day, confirmed, letter, organisation, said
from tests.support import run_jobs

DESK = "/en/desk/un75/letters/focal-point"
PAGE = f"{DESK}/handover"
WAYS = {1: {}, 2: {"visibility": "area"}, 3: {"visibility": "counted"}, 4: {"delayed": "y"}}


def choices(**changes) -> dict[str, str]:
    """What the form sends."""
    values = {"version": "1", "language": "en", "form": "docx", "state": "", "address": "", **changes}
    return {f"document-{name}": value for name, value in values.items()}


def asked(desk, full: bool = False, **changes):
    """Ask for a document; the answer."""
    return desk.post(PAGE + ("/full" if full else ""), data=choices(**changes))


def links(desk) -> list[str]:
    """Where one's own files are, the newest first."""
    return re.findall(r'href="([^"]+/handover/(?:full/)?\d+)"', desk.get(PAGE).get_data(as_text=True))


def made(app, desk, full: bool = False, **changes) -> str:
    """Ask for a document and have it made; where it is."""
    answer = asked(desk, full, **changes)
    assert answer.status_code == 303, said(answer)
    run_jobs(app)
    return links(desk)[0]


def words(content: bytes) -> str:
    """All that a DOCX says."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    feet = [one.text for section in document.sections for one in section.footer.paragraphs]
    return "\n".join([*(one.text for one in document.paragraphs), *cells, *feet])


def named(document: str) -> set[int]:
    """Which of the invented organisations a document names."""
    return {int(number) for number in re.findall(r"Fictional League (\d+)", document)}


@pytest.fixture
def four(app, client) -> dict[int, str]:
    """Four organisations: named, told by country, counted, and to be named at the handover; their own pages."""
    return {number: confirmed(app, client, **organisation(number, **way)) for number, way in WAYS.items()}


def test_a_safe_copy_names_whom_the_page_names_and_nobody_else(app, client, session, staff, four):
    desk = staff("campaigner")
    document = words(desk.get(made(app, desk)).data)
    app.wsgi_app.clear()
    public = said(client.get(LETTER.format(lang="en") + "/signatories"))
    assert named(document) == named(public) == {1}
    assert "Ama Serwaa" not in document
    assert not re.search(r"Not named|Counted and not named|in tens", document), "three are too few to be told"
    assert "Version 1" in document and letter(session).slug


def test_figures_of_who_is_not_named_are_those_of_the_page(app, client, session, staff):
    for number in range(1, 13):
        confirmed(app, client, **organisation(number, visibility="area"))
    confirmed(app, client, **organisation(20))
    for number in range(21, 24):
        confirmed(app, client, **organisation(number, delayed="y"))
    close_day(session, clock.today() - timedelta(days=1))
    app.wsgi_app.clear()
    page = said(client.get(LETTER.format(lang="en")))
    assert "11 organisations have signed" in page and "Africa: 10" in page
    document = words(desk_copy(app, staff("campaigner")))
    assert named(document) == {20}
    lines = document.split("\n")
    assert lines[lines.index("Total") + 1] == "11"
    assert "Not named: 10" in document
    assert not re.search(r"\b(12|13|14|15|16)\b", document.replace("2026", "")), "no number that the page has not"


def desk_copy(app, desk, **changes) -> bytes:
    """A safe copy."""
    return desk.get(made(app, desk, **changes)).data


def test_a_full_copy_asks_for_the_factor_names_who_waits_and_is_logged_without_a_name(app, session, staff, four):
    desk = staff("administrator")
    session.execute(update(StaffSession).values(factor_at=clock.now() - timedelta(minutes=16)))
    session.commit()
    assert asked(desk, full=True).status_code == 403, "the second factor first"
    assert session.query(HandoverFile).count() == 0
    session.execute(update(StaffSession).values(factor_at=clock.now()))
    session.commit()
    where = made(app, desk, full=True)
    answer = desk.get(where)
    document = words(answer.data)
    assert named(document) == {1, 4}, "who is hidden is in no copy"
    assert "Ama Serwaa Mensah" in document and "Not for publication" in document
    assert "not-for-publication" in answer.headers["Content-Disposition"]
    session.execute(update(StaffSession).values(factor_at=clock.now() - timedelta(minutes=16)))
    session.commit()
    assert desk.get(where).status_code == 403
    entries = session.query(audit.Entry).filter(audit.Entry.action.like("letters.document%")).all()
    assert [one.action for one in entries] == ["letters.document", "letters.document-take"]
    assert not any("Fictional" in str(one.after) or "Ama" in str(one.after) for one in entries)


def test_nobody_but_an_administrator_gets_a_full_copy_and_nobody_the_file_of_another(app, staff, four):
    assert asked(staff("campaigner"), full=True).status_code == 403
    assert "Make a full copy" not in said(staff("campaigner").get(PAGE))
    assert staff("moderator").get(PAGE).status_code == 403
    desk = staff("administrator")
    safe, full = made(app, desk), made(app, desk, full=True)
    assert staff("administrator").get(safe).status_code == 404
    assert staff("administrator").get(full).status_code == 404
    assert desk.get(full.replace("/full", "")).status_code == 404, "not without the second factor"


@pytest.mark.parametrize("number, left", [(1, "neither"), (4, "safe"), (2, "both"), (3, "both")])
def test_whoever_hides_takes_every_file_along_that_names_them(app, client, session, staff, four, number, left):
    desk = staff("administrator")
    where = {"safe": made(app, desk), "full": made(app, desk, full=True)}
    client.post(four[number], data={"action": "show", "visibility": "counted" if number != 3 else "area"})
    there = {kind for kind, path in where.items() if desk.get(path).status_code == 200}
    assert there == {"neither": set(), "safe": {"safe"}, "both": {"safe", "full"}}[left]
    session.expire_all()
    assert {one.is_full for one in session.query(HandoverFile) if one.content} == {kind == "full" for kind in there}
    assert ("not to be shown any more" in said(desk.get(PAGE))) == (left != "both")


def test_whoever_hides_while_a_file_is_drawn_is_not_in_it(app, client, session, staff, four, monkeypatch):
    desk = staff("campaigner")
    assert asked(desk).status_code == 303
    signatory = session.query(Signatory).filter_by(visibility="public", delayed=False).one().id
    draw, drawn = handing.DRAWN_BY["docx"], []

    def drawing(handover):
        drawn.append(handover)
        if len(drawn) == 1:
            operations.choose(signatory, "counted", False, clock.now())
            db.session.commit()
        return draw(handover)

    monkeypatch.setitem(handing.DRAWN_BY, "docx", drawing)
    run_jobs(app)
    assert [len(one.signatories) for one in drawn] == [1, 0]
    assert named(words(desk.get(links(desk)[0]).data)) == set()


def test_a_job_that_was_killed_is_run_again_and_one_that_is_done_does_nothing(app, session, staff, four, monkeypatch):
    desk = staff("campaigner")
    work = asked(desk).headers["Location"]
    file_id = session.query(HandoverFile).one().id

    class Killed(BaseException):
        pass

    def dies(handover):
        raise Killed

    draw = handing.DRAWN_BY["docx"]
    monkeypatch.setitem(handing.DRAWN_BY, "docx", dies)
    with pytest.raises(Killed):
        handing.make(file_id, clock.now)
    db.session.rollback()
    assert "1 of 2" in said(desk.get(work))
    monkeypatch.setitem(handing.DRAWN_BY, "docx", draw)
    handing.make(file_id, clock.now)
    first = desk.get(links(desk)[0]).data
    monkeypatch.setitem(handing.DRAWN_BY, "docx", dies)
    handing.make(file_id, clock.now)
    assert desk.get(links(desk)[0]).data == first
    assert session.query(progress.Work).one().state == "done"


def test_neither_job_nor_table_nor_file_name_tells_anything(app, session, staff, four):
    desk = staff("administrator")
    address = "Fictional Mission of Nowhere\n1 Fictional Plaza"
    assert asked(desk, full=True, state="KEN", address=address, country_first="y").status_code == 303
    (args,) = session.scalars(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'handover:make'"))
    assert list(args) == ["file_id"]
    run_jobs(app)
    answer = desk.get(links(desk)[0])
    assert "Fictional Mission of Nowhere" in words(answer.data)
    assert answer.headers["Content-Disposition"].endswith("un75_focal-point_en_v1_not-for-publication.docx")
    (lying,) = session.execute(text("SELECT address, content FROM letters_handover")).all()
    assert b"Fictional" not in bytes(lying.address) and not bytes(lying.content).startswith(b"PK")
    (work,) = session.query(progress.Work).all()
    assert work.input == {} and set(work.result) == {"file"}


def test_a_file_is_there_for_a_day(app, session, staff):
    desk = staff("campaigner")
    where = made(app, desk)
    session.execute(update(HandoverFile).values(created_at=clock.now() - timedelta(hours=25)))
    session.commit()
    assert desk.get(where).status_code == 404
    assert retention.forget_files(clock.now(), 10) == 1
    assert session.query(HandoverFile).count() == 0


def test_an_arabic_copy_is_arabic_from_right_to_left_as_pdf_and_as_docx(app, staff, four):
    desk = staff("campaigner")
    content = desk_copy(app, desk, language="ar")
    assert docx.Document(io.BytesIO(content)).core_properties.language == "ar-SA"
    assert b"%PDF-1.7" in desk_copy(app, desk, language="ar", form="pdf")[:10]
    assert "الرأس الأخضر" in words(content) or "كابو فيردي" in words(content)
    assert named(words(content)) == {1}


def test_organisations_of_the_missions_country_stand_first_if_wished(app, client, staff):
    confirmed(app, client, **organisation(1, country="KEN"))
    confirmed(app, client, **organisation(2, country="CPV"))
    values = {"state": "KEN", "address": "Fictional Mission\nFictional Street"}
    document = words(desk_copy(app, staff("campaigner"), country_first="y", **values))
    assert document.index("Organisations from Kenya") < document.index("About this text")
    assert re.search(r"Fictional League (\d)", document)[1] == "1"


def test_a_wrong_form_comes_back_filled(staff):
    desk = staff("campaigner")
    answer = asked(desk, state="KEN")
    assert answer.status_code == 422 and "type the name and address of the mission" in said(answer)
    answer = asked(desk, version="7", language="xx", form="exe", country_first="y", address="Fictional line\n" * 9)
    assert answer.status_code == 422
    for sentence in ("no text in this language", "Please choose one of these", "At most 8 lines", "whose mission"):
        assert sentence in said(answer)
    assert "Fictional line" in said(answer)


def test_after_a_change_of_substance_a_copy_names_who_stands_under_its_version(app, client, session, staff):
    own = confirmed(app, client, **organisation(1))
    confirmed(app, client, **organisation(2))
    session.execute(
        text(
            "INSERT INTO letters_version (letter_id, number, kind, published_at)"
            " SELECT id, 2, 'material', :now FROM letters_letter WHERE slug = 'focal-point'"
        ),
        {"now": clock.now()},
    )
    session.execute(
        text(
            "INSERT INTO letters_text (letter_id, version, language, title, addressees, body, digest, state)"
            " SELECT letter_id, 2, language, title, addressees, body, digest, state FROM letters_text"
            " WHERE letter_id = :letter"
        ),
        {"letter": letter(session).id},
    )
    session.execute(update(Letter).where(Letter.slug == "focal-point").values(version=2))
    session.commit()
    app.wsgi_app.clear()
    client.post(own, data={"action": "reaffirm", "text_language": "en"})
    desk = staff("campaigner")
    assert "named ones stand" in said(desk.get(PAGE))
    newer, older = (words(desk_copy(app, desk, version=version)) for version in "21")
    assert (named(newer), named(older)) == ({1}, {2})
    assert "not told under which version" in newer
