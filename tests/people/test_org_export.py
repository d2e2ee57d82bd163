"""The export of organisations: a coordinator's holds their own networks' members and nobody else's."""

import csv
import io
import re
from datetime import timedelta

from app.kernel import audit, clock
from tests.people.org_support import network, organisation, person
from tests.support import run_jobs

FORM = "/en/desk/exports/organisations"


def export(app, desk, **values) -> str:
    answer = desk.post(FORM, data={"columns": "safe", "form": "csv", **values})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    run_jobs(app)
    path = re.search(r"/en/desk/exports/\d+/file", desk.get("/en/desk/exports").get_data(as_text=True))[0]
    return desk.get(path).get_data().decode("utf-8-sig")


def test_a_coordinators_export_holds_no_other_networks_organisation(app, staff):
    mine, other = network("mine"), network("other")
    person(organisation("Fictional Mine", mine, other), "mine@example.org", title="Secretary")
    person(organisation("Fictional Other", other), "other@example.org")
    organisation("Fictional Nobody")
    desk = staff("coordinator", networks=(mine,))
    people = {"columns": "personal", "purpose": "To write to our members.", "networks": str(other)}
    file = export(app, desk, **people)
    (row,) = csv.DictReader(io.StringIO(file, newline=""))
    assert "Fictional Mine" in row.values() and "mine@example.org" in row.values()
    assert "other" not in file.lower() and "Nobody" not in file
    foreign = {"columns": "safe", "form": "csv", "by_network": str(other)}
    assert desk.post(FORM, data=foreign).status_code == 422
    assert "Fictional" not in export(app, staff("coordinator"))


def test_the_safe_file_of_who_sees_all_names_no_person(app, staff):
    mine = network("mine")
    person(organisation("Fictional Mine", mine), "mine@example.org", "Fictional Person")
    organisation("Fictional Nobody")
    desk = staff("campaigner")
    file = export(app, desk)
    assert "Fictional Mine" in file and "Fictional Nobody" in file
    assert "Fictional Person" not in file and "@" not in file
    assert "Fictional Nobody" not in export(app, desk, by_network=str(mine))
    assert FORM in desk.get("/en/desk/organisations").get_data(as_text=True)


def test_the_list_to_download_asks_for_a_fresh_factor_and_is_written_down(staff, session, monkeypatch):
    desk = staff("campaigner")
    address = "/en/desk/organisations.csv"
    answer = desk.get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    entries = session.query(audit.Entry).filter_by(action="organisations.export").all()
    assert [entry.actor for entry in entries] == [desk.staff_id]
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert desk.get(address).status_code == 403
    assert session.query(audit.Entry).filter_by(action="organisations.export").count() == 1
