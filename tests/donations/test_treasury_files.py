"""Files for accountants: they hold what their list shows, for every filter, in exact decimals; a cell is never run."""

import csv
import io
import re
import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from lxml import html
from sqlalchemy import text

from app.accounts import exports
from app.donations import money, operations
from app.donations.money import Money
from app.kernel import clock
from app.kernel.db import db
from tests.browser import gift_sample
from tests.desk.test_list_exports import exported, offered
from tests.support import run_jobs

GIFTS, LEDGER = "/en/desk/gifts", "/en/desk/ledger"


@pytest.fixture
def desk(app, session, staff):
    """A treasurer, and one of everything in the books."""
    someone = staff("treasurer", "*")
    gift_sample.fill(someone.staff_id)
    gift_sample.gift(700, "JPY", campaign="other", donor_email="ama@donor.example.org")
    note = {"note": "=HYPERLINK(1)", "staff_id": someone.staff_id, "now": clock.now(), "campaign": None}
    day = datetime(2026, 2, 3, tzinfo=UTC)
    operations.enter(kind="grant", key=uuid.uuid4(), given=Money(1_234_567, "KWD"), happened_at=day, **note)
    session.commit()
    return someone


def shown(page: str) -> list:
    """The rows of a page's first table."""
    return html.fromstring(page).xpath("(//main//table)[1]/tbody/tr")


def taken(app, desk, what: str, **chosen) -> list[dict[str, str]]:
    """The rows of an export of the whole site."""
    form = {"columns": "safe", "form": "csv", **{f"by_{name}": value for name, value in chosen.items()}}
    assert desk.post(f"/en/desk/exports/{what}", data=form).status_code == 303
    run_jobs(app)
    path = re.search(r"/en/desk/exports/\d+/file", desk.get("/en/desk/exports").get_data(as_text=True))[0]
    return list(csv.DictReader(io.StringIO(desk.get(path).get_data().decode("utf-8-sig"), newline="")))


def test_the_file_of_gifts_holds_what_the_list_shows_for_every_filter(app, desk):
    ama = db.session.scalar(text("SELECT max(id) FROM donations_gift"))
    tried = {
        "state": ("given", "disputed", "unreceipted", "refunding"),
        "interval": ("monthly",),
        "monthly": ("past_due",),
        "currency": ("JPY",),
        "campaign": ("un75",),
        "donor": (str(ama),),
    }
    assert offered(desk.get(f"{GIFTS}?donor={ama}").get_data(as_text=True)) - {"receipt"} == set(tried)
    for query in [{}, *({name: value} for name, values in tried.items() for value in values)]:
        page = desk.get(GIFTS, query_string=query).get_data(as_text=True)
        listed = set(re.findall(r"/gifts/(\d+)\"", page))
        assert 0 < len(listed) < 8 or not query, query
        assert exported(app, desk, page) == listed, query


def test_the_file_of_the_ledger_holds_what_the_list_shows_for_every_filter(app, desk):
    tried = {
        "kind": ("fee", "grant"),
        "source": ("manual",),
        "currency": ("EUR", "KWD"),
        "since": ("2026-03-01",),
        "until": ("2026-03-04",),
        "campaign": ("un75", "-"),
    }
    assert offered(desk.get(LEDGER).get_data(as_text=True)) == set(tried)
    for query in [{}, *({name: value} for name, values in tried.items() for value in values)]:
        page = desk.get(LEDGER, query_string=query).get_data(as_text=True)
        assert len(exported(app, desk, page)) == len(shown(page)) > 0, query


def test_amounts_are_exact_and_no_cell_is_run(app, desk):
    rows = taken(app, desk, "ledger-all")
    for row in rows:
        for amount, minor, currency in (
            ("Amount", "Amount in minor units", "Currency"),
            ("Amount in the balance", "The same in minor units", "Currency of the balance"),
        ):
            exact = Decimal(row[amount])
            assert exact == money.amount(Money(int(row[minor]), row[currency]))
            assert -exact.as_tuple().exponent == money.exponent(row[currency])
    (grant,) = (row for row in rows if row["Currency"] == "KWD")
    assert grant["Amount"] == "1234.567" and grant["Note"] == "'=HYPERLINK(1)"
    assert any(row["Rate"] == "0.925" and row["Amount"] == "-80.00" for row in rows)
    assert all("donor.example.org" not in str(row) for row in rows)
    (of_kwd,) = (row for row in taken(app, desk, "ledger-sums-all", year="2026") if row["Currency"] == "KWD")
    assert (of_kwd["Month"], of_kwd["Net"], of_kwd["Net, in minor units"]) == ("2026-02", "1234.567", "1234567")


def test_who_gave_leaves_the_house_for_a_purpose_alone(app, desk, staff):
    form = {"columns": "personal", "form": "csv"}
    assert desk.post("/en/desk/exports/gifts-all", data=form).status_code == 422
    assert staff("observer", "*").get("/en/desk/exports/gifts-all").status_code == 404
    for kind in exports.every():
        if kind.name.startswith(("gifts", "ledger")):
            assert kind.action.startswith(kind.name.split("-")[0])
