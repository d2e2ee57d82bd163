"""The private reading, work with missions, the quick note: for the desk alone, encrypted, and gone in time."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock, retention
from app.kernel.db import db
from app.positions.contact_models import Contact, Reading, ReadingPhoto, StateWork
from tests.desk_support import make_staff
from tests.positions.reply_support import campaign

SECRET = "fictional whisper in a fictional corridor"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
STATE = "/en/desk/un75/states/KEN"


def told(**changes):
    """The fields of a reading."""
    until = (clock.today() + timedelta(days=30)).isoformat()
    values = {"ask": "focal-point", "act": "cosponsor", "told": SECRET, "sure": "high", "record": "off"}
    return {**values, "by_whom": "a fictional delegate", "until": until, **changes}


@pytest.fixture
def desk(staff, session):
    return staff("campaigner")


def test_what_we_were_told_stands_beside_the_public_position_with_the_difference(desk):
    assert desk.post(f"{STATE}/reading", data=told()).status_code == 303
    page = desk.get(STATE).get_data(as_text=True)
    assert SECRET in page
    assert "In public: No position recorded; we were told: would co-sponsor." in page
    rows = desk.get("/en/desk/un75/states?told=differs&ask=focal-point").get_data(as_text=True)
    assert "Kenya" in rows and "Fiji" not in rows


def test_it_moves_nothing_and_stands_in_no_public_answer_no_log_and_no_column_in_the_clear(client, desk):
    addresses = (
        "/api/v1/campaigns/un75/positions?ask=focal-point",
        "/en/un75/positions/focal-point/positions.csv",
        "/api/v1/campaigns/un75/evidence",
    )
    before = [client.get(address).get_data() for address in addresses]
    desk.post(f"{STATE}/reading", data=told())
    assert [client.get(address).get_data() for address in addresses] == before
    for table in ("positions_reading", "kernel_audit", "procrastinate_jobs"):
        rows = str(db.session.execute(text(f"SELECT * FROM {table}")).all())
        for secret in (SECRET, "cosponsor", "fictional delegate"):
            assert secret not in rows, table
    assert "KEN" not in str(db.session.execute(text("SELECT * FROM kernel_audit WHERE action LIKE 'reading%'")).all())


@pytest.mark.parametrize("role", ["moderator", "translator", "coordinator", "treasurer", "observer"])
def test_other_roles_see_none_of_it(staff, role):
    other = staff(role)
    assert other.get(STATE).status_code == 403
    assert other.get("/en/desk/un75/states").status_code == 403


def test_it_is_deleted_when_its_day_is_over(desk):
    desk.post(f"{STATE}/reading", data=told(until=clock.today().isoformat()))
    list(retention.run(clock.now()))
    assert db.session.query(Reading).count() == 1
    list(retention.run(clock.now() + timedelta(days=1)))
    assert db.session.query(Reading).count() == 0


def test_a_wrong_reading_is_told_and_nothing_typed_is_lost(desk):
    late = (clock.today() + timedelta(days=800)).isoformat()
    for changes in ({"act": "dance"}, {"until": late}, {"told": ""}, {"ask": "no-ask"}):
        answer = desk.post(f"{STATE}/reading", data=told(**changes))
        assert answer.status_code == 422
        assert "a fictional delegate" in answer.get_data(as_text=True)
    assert desk.post("/en/desk/un75/states/ZZZ/reading", data=told()).status_code == 404
    assert db.session.query(Reading).count() == 0


def quick(**changes):
    """The fields of a quick note."""
    return {"state": "KEN", "client_id": "a" * 24, **told(), **changes}


def test_a_quick_note_sent_twice_is_stored_once_with_its_photo_sealed(desk):
    import io

    for _ in range(2):
        values = quick(photo=(io.BytesIO(PIXEL), "photo.png"))
        answer = desk.post("/en/desk/un75/quick-note", data=values, content_type="multipart/form-data")
        assert answer.status_code == 303
    assert db.session.query(Reading).count() == 1
    assert b"PNG" not in db.session.execute(text("SELECT content FROM positions_reading_photo")).scalar_one()
    reading = db.session.query(Reading).one()
    photo = desk.get(f"{STATE}/readings/{reading.id}/photo")
    assert photo.mimetype == "image/png" and photo.data.startswith(b"\x89PNG")
    assert desk.post(f"{STATE}/readings/{reading.id}/drop").status_code == 303
    assert db.session.query(ReadingPhoto).count() == 0


def test_the_quick_note_has_a_name_of_its_own_each_time_and_runs_only_our_script(desk):
    first, second = (desk.get("/en/desk/un75/quick-note") for _ in range(2))
    assert first.get_data() != second.get_data()
    assert "script-src 'self'" in first.headers["Content-Security-Policy"]
    answer = desk.post("/en/desk/un75/quick-note", data=quick(state=""))
    assert answer.status_code == 422
    assert "a" * 24 in answer.get_data(as_text=True)


def test_signing_out_clears_what_a_shared_phone_kept(desk):
    assert "storage" in desk.post("/en/desk/sign-out").headers["Clear-Site-Data"]


def test_a_state_has_an_owner_a_next_step_and_contacts_that_colleagues_see_this_week(desk, staff):
    colleague = make_staff("campaigner", name="Fictional Colleague")
    assert desk.post(f"{STATE}/owner", data={"staff": str(colleague.id), "organisation": ""}).status_code == 303
    today = clock.today()
    step = {"next-step": "Bring the draft", "next-on": today.isoformat()}
    assert desk.post(f"{STATE}/next", data=step).status_code == 303
    assert desk.post(f"{STATE}/next", data={**step, "next-on": ""}).status_code == 422
    met = {"contact-met_on": today.isoformat(), "contact-note": SECRET}
    assert desk.post(f"{STATE}/contact", data=met).status_code == 303
    page = desk.get(STATE).get_data(as_text=True)
    assert "Fictional Colleague" in page and "Bring the draft" in page and SECRET in page
    listed = desk.get("/en/desk/un75/states?due=1").get_data(as_text=True)
    assert "Kenya" in listed and "Fiji" not in listed
    assert "Kenya" not in desk.get("/en/desk/un75/states?owner=mine&name=ken").get_data(as_text=True)
    row = db.session.query(StateWork).one()
    assert (row.owner_staff, row.next_by) == (colleague.id, desk.staff_id)


def test_contacts_of_more_than_a_year_ago_go(desk):
    desk.post(f"{STATE}/contact", data={"contact-met_on": clock.today().isoformat(), "contact-note": "x"})
    desk.post(f"{STATE}/next", data={"next-step": "x", "next-on": clock.today().isoformat()})
    list(retention.run(clock.now() + timedelta(days=366)))
    assert db.session.query(Contact).count() == 0
    assert db.session.query(StateWork).one().next_step is None


def test_an_owner_that_is_no_organisation_here_is_told(desk):
    answer = desk.post(f"{STATE}/owner", data={"staff": "", "organisation": "Fictional Friends of Nobody"})
    assert answer.status_code == 422
    assert "Fictional Friends of Nobody" in answer.get_data(as_text=True)


def test_the_list_is_paged_by_key_and_shows_every_state_once(desk):
    import re

    seen, address = [], "/en/desk/un75/states"
    while address:
        page = desk.get(address).get_data(as_text=True)
        seen += re.findall(r"/desk/un75/states/([A-Z]{3})\"", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1].replace("&amp;", "&") if further else None
    assert len(seen) == len(set(seen)) == 195
    assert desk.get("/en/desk/un75/states?at=xKEN").status_code == 404
    assert campaign().slug == "un75"
