"""What leaves the house: safe by default, with people only for who may and for a purpose, logged, for a day."""

import csv
import io
import re

import openpyxl
import pytest
from sqlalchemy import text

from app.accounts import exports
from app.accounts.models import Export
from app.accounts.roles import ROLES
from app.kernel import clock
from app.kernel.db import db
from tests.people.privacy_support import signed
from tests.support import run_jobs, run_task

FORM = "/en/desk/un75/exports/signatures"
SAFE = {"columns": "safe", "form": "csv"}
PERSONAL = {"columns": "personal", "form": "csv", "purpose": "To hand over the petition on 12 May."}


def ask(desk, **values) -> str:
    """Ask for a file and have it made; its address."""
    answer = desk.post(FORM, data=values)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    run_jobs(desk.application)
    listed = desk.get("/en/desk/un75/exports").get_data(as_text=True)
    return re.search(r"/en/desk/exports/\d+/file", listed)[0]


def read(answer) -> list[dict]:
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def test_the_safe_file_names_nobody(app, client, staff):
    signed(app, client)
    desk = staff("campaigner")
    answer = desk.get(ask(desk, **SAFE))
    (row,) = read(answer)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert row["State"] == "confirmed" and row["Petition"] == "focal-point"
    for what in ("Ama", "ama@", "CHE"):
        assert what not in answer.get_data(as_text=True)


def test_with_people_only_who_may_for_a_purpose_and_after_the_second_factor(app, session, client, staff):
    signed(app, client)
    desk = staff("administrator")
    assert desk.post(FORM, data={**PERSONAL, "purpose": " "}).status_code == 422
    (row,) = read(desk.get(ask(desk, **PERSONAL)))
    assert row["Name"] == "Ama Serwaa Mensah" and row["E-mail address"] == "ama@example.org"
    for endpoint in ("exports.ask_campaign", "exports.ask_site", "exports.file"):
        assert app.view_functions[endpoint].staff_fresh, endpoint
    for role in ("campaigner", "moderator"):
        assert "With personal data" not in staff(role).get(FORM).get_data(as_text=True)
        assert staff(role).post(FORM, data=PERSONAL).status_code == 422


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_may_export_is_what_the_table_says(app, staff, role):
    from app.accounts.roles import ACTIONS

    allowed = role in ACTIONS["signatures.export"].roles
    assert staff(role).get(FORM).status_code == (200 if allowed else 404)
    assert (staff(role).post(FORM, data=SAFE).status_code == 303) == allowed
    assert staff(role, "another").get(FORM).status_code == 404


def test_it_is_logged_with_its_purpose_when_asked_for_and_when_taken(app, session, client, staff):
    signed(app, client)
    desk = staff("administrator")
    desk.get(ask(desk, **PERSONAL))
    rows = session.execute(text("SELECT action, actor, reason FROM kernel_audit ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [
        ("exports.ask", desk.staff_id, "To hand over the petition on 12 May."),
        ("exports.take", desk.staff_id, None),
    ]


def test_nobody_else_can_have_the_file(app, client, staff):
    signed(app, client)
    desk = staff("administrator")
    path = ask(desk, **PERSONAL)
    assert staff("administrator", "*").get(path).status_code == 404
    assert desk.get(path).status_code == 200


def test_who_has_lost_the_role_cannot_have_it_either(app, session, client, staff):
    signed(app, client)
    desk = staff("administrator")
    path = ask(desk, **PERSONAL)
    session.execute(text("UPDATE accounts_role SET role = 'campaigner' WHERE staff_id = :id"), {"id": desk.staff_id})
    session.commit()
    assert desk.get(path).status_code == 404


def test_the_file_expires_after_a_day_and_is_deleted(app, session, client, staff, time):
    signed(app, client)
    desk = staff("campaigner")
    path = ask(desk, **SAFE)
    session.execute(text("UPDATE accounts_export SET expires_at = :over"), {"over": clock.now()})
    session.commit()
    assert desk.get(path).status_code == 404
    assert "deleted after a day" in desk.get("/en/desk/un75/exports").get_data(as_text=True)
    run_task(app, "privacy:forget")
    assert session.scalar(text("SELECT count(*) FROM accounts_export_part")) == 0
    assert session.scalar(text("SELECT count(*) FROM accounts_export")) == 1
    time.move(days=31)
    run_task(app, "privacy:forget")
    assert session.scalar(text("SELECT count(*) FROM accounts_export")) == 0


def test_the_file_lies_sealed(app, session, client, staff):
    signed(app, client)
    ask(staff("administrator"), **PERSONAL)
    lying = session.scalar(text("SELECT content FROM accounts_export_part"))
    assert b"Ama" not in bytes(lying) and b"example.org" not in bytes(lying)


def test_cells_are_defused_and_a_workbook_opens(app, session, client, staff):
    signed(app, client)
    session.execute(text("UPDATE petitions_signature SET name = :name"), {"name": _sealed("=HYPERLINK(1)")})
    session.commit()
    desk = staff("administrator")
    assert read(desk.get(ask(desk, **PERSONAL)))[0]["Name"] == "'=HYPERLINK(1)"
    book = openpyxl.load_workbook(io.BytesIO(desk.get(ask(desk, **{**PERSONAL, "form": "xlsx"})).get_data()))
    assert "'=HYPERLINK(1)" in [cell.value for cell in list(book.active.iter_rows())[1]]


def _sealed(name: str) -> bytes:
    from app.kernel.crypto import keyring
    from app.petitions.models import NAME_CONTEXT

    return keyring().encrypt(name, NAME_CONTEXT)


def test_filters_narrow_it_and_come_along_from_a_list(app, client, staff):
    signed(app, client)
    desk = staff("campaigner")
    form = desk.get(f"{FORM}?state=confirmed&since=2026-01-02").get_data(as_text=True)
    assert '<option selected value="confirmed">' in form and 'value="2026-01-02T00:00"' in form
    for wrong in ("state=made-up", "since=soon", "network=192.0.2.0", "name=Ama", "source=a+b"):
        assert desk.get(f"{FORM}?{wrong}").status_code == 404, "all in its place would be more than was asked for"
    assert desk.post(FORM, data={**SAFE, "by_network": "192.0.2.0"}).status_code == 404
    assert read(desk.get(ask(desk, **SAFE, by_state="pending"))) == []
    assert len(read(desk.get(ask(desk, **SAFE, by_state="confirmed", by_petition="focal-point")))) == 1
    assert desk.post(FORM, data={**SAFE, "by_state": "made-up"}).status_code == 422
    assert desk.post(FORM, data={**SAFE, "by_until": "one day"}).status_code == 422


def made_of_pieces(session, staff_id: int, rows) -> int:
    exports.register("test-pieces", "Pieces", {"n": "n"}, {}, rows, action="audit.see-all", campaign=False)
    export = Export(
        staff_id=staff_id,
        work_id=0,
        name="test-pieces",
        personal=False,
        form="csv",
        purpose="",
        filters={},
        created_at=clock.now(),
        expires_at=clock.now() + exports.KEEP,
    )
    session.add(export)
    session.commit()
    return export.id


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(exports, "_kinds", dict(exports._kinds))


def test_a_large_file_is_kept_in_pieces_and_a_killed_export_begins_anew(app, session, staff, registry):
    attempts = []

    def rows(filters, personal):
        attempts.append(0)
        for number in range(12_000):
            if len(attempts) == 1 and number == 9_000:
                raise KeyboardInterrupt
            yield [f"row {number:09}"]

    export_id = made_of_pieces(session, staff("administrator", "*").staff_id, rows)
    with app.test_request_context(), pytest.raises(KeyboardInterrupt):
        exports.make(export_id, clock.now)
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM accounts_export_part")) > 0
    with app.test_request_context():
        exports.make(export_id, clock.now)
        exports.make(export_id, clock.now)
    assert len(attempts) == 2, "what is ready is not made again"
    assert session.scalar(text("SELECT count(*) FROM accounts_export_part")) > 1
    said = b"".join(exports.pieces(export_id)).decode("utf-8-sig").split()
    assert len(said) == 1 + 12_000 * 2 and said[-1] == "000011999"


@pytest.mark.parametrize("width", [1, 200])
def test_a_job_taken_for_dead_that_goes_on_leaves_the_file_to_its_successor(
    app, session, staff, registry, width, monkeypatch
):
    """A worker that stood still for some seconds is given up, and its job begun again while it goes on."""
    attempts, real = [], exports._Pieces.ours

    def rows(filters, personal):
        attempts.append(0)
        mine = len(attempts)
        for number in range(9_000):
            yield [f"{mine}:{number:0{width}}"]

    def ours(pieces):
        if len(attempts) == 1:
            # Between two transactions of the one, the other does all of it.
            exports.make(export_id, clock.now)
        return real(pieces)

    monkeypatch.setattr(exports._Pieces, "ours", ours)
    export_id = made_of_pieces(session, staff("administrator", "*").staff_id, rows)
    with app.test_request_context():
        exports.make(export_id, clock.now)
    said = b"".join(exports.pieces(export_id)).decode("utf-8-sig").split()
    assert said[1:] == [f"2:{number:0{width}}" for number in range(9_000)]
    assert len(attempts) == 2 and session.scalar(text("SELECT rows FROM accounts_export")) == 9_000


def test_an_export_that_cannot_be_made_says_so(app, session, client, staff, registry):
    def rows(filters, personal):
        db.session.execute(text("SELECT 1 / 0"))
        yield []

    exports.register("audit-all", "Log", {"n": "n"}, {}, rows, action="audit.see-all", campaign=False)
    desk = staff("administrator", "*")
    answer = desk.post("/en/desk/exports/audit-all", data=SAFE)
    with pytest.raises(Exception, match="division by zero"):
        run_jobs(app)
    assert "It did not come to its end" in desk.get(answer.headers["Location"]).get_data(as_text=True)
