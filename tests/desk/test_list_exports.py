"""A file holds what its list shows: for every list that has an export, and every filter that the list offers."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import text

from app.kernel import audit, clock
from app.petitions import limits, names, selecting
from app.positions import desk_queries
from tests.people.org_support import DESK, network, organisation
from tests.people.privacy_support import signed
from tests.support import run_jobs

SIGNATURES = "/en/desk/un75/signatures/focal-point"
LOGS = ("/en/desk/audit", "/en/desk/un75/audit")
# What stands in a list's form and narrows nothing: an address leads to one signature; the others are an order, and the
# digests of a name that was typed before.
NO_FILTER = {"address", "kept_name", "sort"}


def exported(app, desk, page: str, column: str = "Number") -> set[str]:
    """What stands in a column of the file that the list's own link leads to, asked for as its form comes."""
    (link,) = html.fromstring(page).xpath("//main//a[contains(@href, '/exports/')]/@href")
    (form,) = [form for form in html.fromstring(desk.get(link).get_data(as_text=True)).forms if form.method == "POST"]
    answer = desk.post(form.action.partition("#")[0], data=dict(form.form_values()))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    run_jobs(app)
    site = re.sub(r"/exports/.*", "/exports", link)
    path = re.search(r"/en/desk/exports/\d+/file", desk.get(site).get_data(as_text=True))[0]
    file = desk.get(path).get_data().decode("utf-8-sig")
    return {row[column] for row in csv.DictReader(io.StringIO(file, newline=""))}


def offered(page: str) -> set[str]:
    """The filters of a list."""
    forms = [form for form in html.fromstring(page).forms if form.xpath("@role='search' or .//*[@name='address']")]
    return {field.get("name") for form in forms for field in form.inputs if field.get("name")} - NO_FILTER


def test_every_list_with_an_export_is_tried_here():
    lists = {path.name for path in Path("app").rglob("*.html") if "exports.choose_" in path.read_text()}
    # imports.html leads to all evidence, without a list of it; build.html: tests/mobilisation/segments/test_desk.py;
    # gifts.html, ledger.html, sums.html: tests/donations/test_treasury_files.py.
    tried = {"signatures.html", "organisations.html", "audit.html", "evidence.html", "build.html"}
    tried |= {"gifts.html", "ledger.html", "sums.html"}
    assert lists - {"exports.html", "imports.html"} == tried


def test_the_file_of_evidence_holds_what_the_list_shows_for_every_filter(app, staff):
    desk = staff("administrator")
    address = "/en/desk/un75/evidence"
    filters = {
        "q": "A/75",
        "ask": "focal-point",
        "type": "lead_act",
        "speaker": "CRI",
        "status": "draft",
        "relevance": "related",
        "confidence": "medium",
        "needs": desk_queries.UNCHECKED,
    }
    page = desk.get(address).get_data(as_text=True)
    assert offered(page) == filters.keys(), "a new filter has to be tried here"
    for name, value in filters.items():
        page = desk.get(address, query_string={name: value}).get_data(as_text=True)
        listed = set(re.findall(r"UN75-\d{3}", page.partition("<table")[2]))
        assert exported(app, desk, page, "ref") == listed, name


@pytest.fixture
def crowd(app, session, client):
    """Signatures that differ in everything that a filter asks for."""
    now = clock.now()
    for place, area in enumerate(("CHE", "KEN", "CHE", "KEN")):
        signed(app, client, email=f"one{place}@d{place % 3}.example.org", name=f"Fictional {place % 2}", area=area)
    ids = session.scalars(text("SELECT id FROM petitions_signature ORDER BY id")).all()
    for place, number in enumerate(ids):
        given = {
            "id": number,
            "source": ("letter", None, "letter", "fair")[place],
            "network": limits.digests(limits.NETWORK, f"192.0.{place // 2}.0/24")[0],
            "domain": limits.digests(limits.DOMAIN, f"d{place % 3}.example.org")[0],
            "digest": names.digests(f"Fictional {place % 2}")[0],
            "at": now - timedelta(hours=place * 5),
        }
        session.execute(
            text(
                "UPDATE petitions_signature SET source = :source, network = :network, domain = :domain,"
                " name_digest = :digest, signed_at = :at WHERE id = :id"
            ),
            given,
        )
    session.execute(
        text("UPDATE petitions_signature SET state = 'pending', confirmed_at = NULL, held = 'network' WHERE id = :id"),
        {"id": ids[3]},
    )
    session.commit()
    return [str(number) for number in ids]


def test_signatures(app, session, staff, crowd):
    desk, now = staff("administrator"), clock.now()
    first = session.execute(text("SELECT network, domain FROM petitions_signature ORDER BY id LIMIT 1")).one()
    tried = {
        "state": ("confirmed", "held"),
        "area": ("CHE",),
        "held": ("network",),
        "source": ("letter",),
        "network": (selecting.short(bytes(first.network)),),
        "domain": (selecting.short(bytes(first.domain)),),
        "name": (".".join(digest.hex() for digest in names.digests("Fictional 0")),),
        "since": (selecting.moment(now - timedelta(hours=7)),),
        "until": (selecting.moment(now - timedelta(hours=7)),),
    }
    assert offered(desk.get(SIGNATURES).get_data(as_text=True)) == set(tried)
    every = [{name: value} for name, values in tried.items() for value in values]
    for query in [{}, *every, {"area": "CHE", "source": "letter"}]:
        page = desk.get(SIGNATURES, query_string=query).get_data(as_text=True)
        listed = set(re.findall(rf"{SIGNATURES}/(\d+)", page))
        assert 0 < len(listed) < len(crowd) or not query, query
        assert exported(app, desk, page) == listed, query
    logged = " ".join(session.scalars(text("SELECT after::text FROM kernel_audit WHERE action = 'exports.ask'")))
    assert "chosen" in logged and not any(value in logged for key in ("name", "network") for value in tried[key])


@pytest.mark.parametrize("role", ["campaigner", "coordinator"])
def test_organisations(app, staff, role):
    one, other = network("one"), network("other")
    ids = [
        organisation("Fictional Water League", one, country="KEN", ecosoc="special", website="https://water.example/"),
        organisation("Fictional Bread", one, other, country="GHA"),
        organisation("Fictional Voices", other, country="KEN"),
    ]
    desk = staff(role, networks=(one, other) if role == "coordinator" else ())
    tried = {"q": ("water", "water.example", "fict br"), "country": ("KEN",), "ecosoc": ("special",), "network": (one,)}
    assert offered(desk.get(DESK).get_data(as_text=True)) == set(tried)
    for query in [{}, *({name: value} for name, values in tried.items() for value in values)]:
        page = desk.get(DESK, query_string=query).get_data(as_text=True)
        listed = set(re.findall(rf"{DESK}/(\d+)\"", page))
        assert 0 < len(listed) < len(ids) or not query, query
        assert exported(app, desk, page) == listed, query
        file = desk.get(f"{DESK}.csv", query_string=query).get_data().decode("utf-8-sig")
        assert {row["id"] for row in csv.DictReader(io.StringIO(file, newline=""))} == listed, query


def test_logs(app, session, staff):
    desk, now = staff("administrator", "*"), clock.now()
    for actor, action, subject, campaign, age in (
        (desk.staff_id, "pages.publish", "page:1", "un75", 0),
        (None, "pages.restore", "page:2", "un75", 3),
        (None, "privacy.mail", "request:1", None, 5),
        (desk.staff_id, "privacy.mail", "request:2", "another", 9),
    ):
        audit.record(action, subject, actor=actor, now=now - timedelta(days=age), campaign=campaign)
    session.commit()
    day = (now - timedelta(days=4)).date().isoformat()
    tried = {
        "actor": ("machine", str(desk.staff_id)),
        "action": ("pages.", "pages.publish"),
        "subject": ("page:1",),
        "first": (day,),
        "last": (day, now.date().isoformat()),
        "campaign": ("un75",),
    }
    for path in LOGS:
        mine = {name: values for name, values in tried.items() if name != "campaign" or path == LOGS[0]}
        assert offered(desk.get(path).get_data(as_text=True)) == set(mine)
        for query in [{}, *({name: value} for name, values in mine.items() for value in values)]:
            # Asking for a file is written down, too: what both show was there before.
            before = session.scalar(text("SELECT max(id) FROM kernel_audit"))
            page = desk.get(path, query_string=query).get_data(as_text=True)
            listed = _subjects(page)
            found = exported(app, desk, page)
            rows = session.execute(
                text("SELECT action, subject FROM kernel_audit WHERE id = ANY(:ids) AND id <= :last"),
                {"ids": [int(number) for number in found], "last": before},
            )
            assert sorted((row.action, row.subject) for row in rows) == listed, (path, query)


def _subjects(page: str) -> list[tuple[str, str]]:
    cells = html.fromstring(page).xpath("//tbody/tr")
    return sorted((row.xpath(".//code")[0].text, row.xpath(".//code")[1].text) for row in cells)
