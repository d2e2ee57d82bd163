"""The page of the audit log: who did what to what, filtered, page by page, and as an export."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from app.kernel import audit, clock
from tests.house.queries import counted
from tests.support import run_jobs

MAY = datetime(2026, 5, 1, 9, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def desk(staff):
    return staff("administrator", "*", name="Fictional Amina")


@pytest.fixture
def log(desk, session):
    """Three things that were done, by two people and by the machine."""
    audit.record("pages.publish", "page:7", actor=desk.staff_id, now=MAY, campaign="un75", after={"state": "public"})
    audit.record("signatures.invalidate", "bulk:3", actor=None, now=JUNE, campaign="un75", reason="a flood")
    audit.record("staff.role", "staff:9", actor=999, now=JUNE, before={"role": "observer"}, after={"role": "moderator"})
    session.commit()


ACTIONS = {"pages.publish", "signatures.invalidate", "staff.role"}


def shown(desk, path: str) -> set[str]:
    answer = desk.get(path)
    assert answer.status_code == 200
    return set(re.findall(r'<code dir="ltr">(\w+\.[\w-]+)</code>', answer.get_data(as_text=True)))


def test_it_says_who_what_before_and_after(desk, log):
    page = desk.get("/en/desk/audit").get_data(as_text=True)
    assert "Fictional Amina" in page and "the machine, the command line" in page
    assert "somebody who has left, number 999" in page
    assert "role: observer" in page and "role: moderator" in page and "a flood" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=machine", {"signatures.invalidate"}),
        ("actor=999", {"staff.role"}),
        ("action=pages", {"pages.publish"}),
        ("action=staff.role", {"staff.role"}),
        ("action=sig", set()),
        ("subject=bulk:3", {"signatures.invalidate"}),
        ("first=2026-05-02", ACTIONS - {"pages.publish"}),
        ("last=2026-05-01", {"pages.publish"}),
        ("campaign=un75", ACTIONS - {"staff.role"}),
        ("campaign=un75&actor=machine&first=2026-06-01&last=2026-06-01", {"signatures.invalidate"}),
        ("first=no+day&actor=nobody", set()),
        ("subject=%00", ACTIONS),
    ],
)
def test_filters_narrow_it(desk, log, query, found):
    assert shown(desk, f"/en/desk/audit?{query}") == found


def test_of_a_campaign_only_what_was_done_in_it_is_shown(staff, log):
    assert shown(staff("administrator"), "/en/desk/un75/audit") == ACTIONS - {"staff.role"}
    assert shown(staff("administrator"), "/en/desk/un75/audit?campaign=another") == ACTIONS - {"staff.role"}
    assert staff("campaigner").get("/en/desk/un75/audit").status_code == 403
    assert staff("administrator").get("/en/desk/audit").status_code == 403


def test_it_goes_page_by_page_at_the_same_cost(desk, session):
    for number in range(120):
        audit.record("test.thing", f"thing:{number}", actor=None, now=clock.now())
    session.commit()
    seen, path, costs = [], "/en/desk/audit?action=test", []
    while path:
        with counted() as asked:
            page = desk.get(path).get_data(as_text=True)
        costs.append(len(asked.statements))
        seen += re.findall(r"thing:(\d+)", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        path = further and further[1].replace("&amp;", "&")
    assert [int(number) for number in seen] == list(range(119, -1, -1))
    assert len(costs) == 3 and max(costs) - min(costs) <= 1 and max(costs) < 10
    assert desk.get("/en/desk/audit?at=made-up").status_code == 404


def test_it_can_be_exported(app, desk, log):
    answer = desk.post("/en/desk/exports/audit-all", data={"columns": "safe", "form": "csv", "by_last": "2026-05-31"})
    assert answer.status_code == 303
    run_jobs(app)
    path = re.search(r"/en/desk/exports/\d+/file", desk.get("/en/desk/exports").get_data(as_text=True))[0]
    (row,) = csv.DictReader(io.StringIO(desk.get(path).get_data().decode("utf-8-sig")))
    assert row["What was done"] == "pages.publish" and row["After"] == "state: public"
    assert "Fictional Amina" not in str(row)
