"""The desk's pages for mailings: from a rule to the balance, as a campaigner and a coordinator see them."""

import re
from html import unescape

from sqlalchemy import select, text, update

from app.kernel.db import db
from app.mobilisation import mailing_queries, stamps
from app.mobilisation.models import Delivery
from tests.people.org_support import network
from tests.support import read_mailbox, run_jobs

from .contact_support import contact, delivery, mailing
from .mailing_support import BODY, plan, spoken, started, tried, write

ALL = "/en/desk/un75/mailings"


def _free(*states: str) -> None:
    for state in states:
        db.session.execute(
            text(
                "INSERT INTO states_civic_space (state_iso3, rating, as_of, source, basis, note)"
                " VALUES (:state, 'open', '2026-01-01', 'https://example.org/', 'edited', '')"
                " ON CONFLICT (state_iso3) DO UPDATE SET rating = 'open'"
            ),
            {"state": state},
        )
    db.session.commit()


def _read(desk, address: str) -> str:
    return " ".join(re.sub("<[^>]*>", "", desk.get(address).get_data(as_text=True)).split())


def test_a_campaigner_writes_tries_and_starts_a_mailing_and_sees_where_everybody_stands(app, staff, monkeypatch):
    spoken(monkeypatch)
    one, desk = network("fictional-one"), staff("campaigner")
    reader = contact("kenya@example.org", one, country="KEN", organisation="Fictional Kenya")
    contact("chile@example.org", one, country="CHL")
    _free("KEN", "CHL")
    assert "There is no mailing yet" in desk.get(ALL).get_data(as_text=True)
    said = {
        "name": "Fictional call",
        "segment": "country:KEN,CHL",
        "language": "en",
        "ask": "focal-point",
        "letter": "",
    }
    wrong = desk.post(f"{ALL}/new", data={**said, "segment": "country:KEN or", "reply_to": "nobody"})
    assert wrong.status_code == 422 and "A condition is missing here" in (page := wrong.get_data(as_text=True))
    assert "Fictional call" in page and "no complete e-mail address" in page
    made = desk.post(f"{ALL}/new", data={**said, "reply_to": "campaign@example.org"}).headers["Location"]
    words = {
        "subject": "About {state|your state}",
        "preheader": "Fictional <b> & {name|all}",
        "body": BODY.replace("{organisation}", "{nmae}"),
    }
    bad = desk.post(f"{made}/texts/en/plain", data=words).headers["Location"]
    assert "There is no slot {nmae} (line 3" in _read(desk, bad)
    assert "There is no slot" in desk.get(made).get_data(as_text=True)
    desk.post(f"{made}/texts/en/plain", data={**words, "body": BODY})
    desk.post(
        f"{made}/texts/ar/plain",
        data={"subject": "موضوع", "preheader": "", "body": "مرحبا {name|أصدقاء}\n\n{sign_link}"},
    )

    seen = desk.get(f"{made}/preview", query_string={"contact": reader}).get_data(as_text=True)
    assert "About Kenya" in seen and "Dear Fictional Person" in seen and "kenya@example.org" not in seen
    mail = desk.get(f"{made}/preview/mail.html", query_string={"language": "ar", "look": "dark"})
    assert 'dir="rtl"' in (html := mail.get_data(as_text=True)) and "@media all" in html and "<script" not in html
    assert "preheader" not in html and "<b>" not in desk.get(f"{made}/preview/mail.html").get_data(as_text=True)
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    desk.post(f"{made}/test/en/plain")
    run_jobs(app)
    (test,) = read_mailbox()
    assert test.subject == "[TEST] About your state" and test.raw["Reply-To"] == "campaign@example.org"

    assert desk.post(f"{made}/ask", data={"when": "now", "zone": "Etc/UTC"}).status_code == 422
    desk.post(f"{made}/try")
    run_jobs(app)
    assert "2 mails would go out." in _read(desk, made)
    past = desk.post(f"{made}/ask", data={"when": "at", "at": "2020-01-01T10:00", "zone": "Africa/Nairobi"})
    assert past.status_code == 422 and "This moment has passed" in past.get_data(as_text=True)
    assert desk.post(f"{made}/ask", data={"when": "now", "zone": "Etc/UTC"}).status_code == 303
    run_jobs(app)
    page = desk.get(made)
    assert page.headers["Refresh"] and "0 of 2" in re.sub("<.*?>", "", page.get_data(as_text=True))
    db.session.execute(update(Delivery).where(Delivery.contact_id == reader).values(state="uncertain"))
    db.session.commit()
    assert "kenya@example.org" in desk.get(f"{made}/uncertain").get_data(as_text=True)
    assert desk.post(f"{made}/pause").status_code == 303 and desk.post(f"{made}/pause").status_code == 422
    for action in ("resume", "cancel"):
        assert desk.post(f"{made}/{action}").status_code == 303
    assert "None in the states that it went to" in desk.get(f"{made}/balance").get_data(as_text=True)
    rows = desk.get(f"{made}/balance.csv").get_data(as_text=True).splitlines()
    assert rows[1] == "audience,,,,2" and {"uncertain,,en,KEN,1", "cancelled,cancelled,en,CHL,1"} == set(rows[2:])
    assert "example.org" not in "".join(rows)


def test_a_coordinator_writes_to_their_own_members_and_sees_no_other_mailing(app, staff, monkeypatch):
    spoken(monkeypatch)
    one, two = network("fictional-one"), network("fictional-two")
    contact("mine@example.org", one, country="KEN")
    contact("theirs@example.org", two, country="KEN")
    _free("KEN")
    other = plan("everybody", "en")
    desk = staff("coordinator", networks=[one])
    assert desk.get(f"{ALL}/{other.id}").status_code == 404
    said = {"name": "Fictional call", "segment": "everybody", "language": "en", "ask": "", "letter": ""}
    assert desk.post(f"{ALL}/new", data={**said, "network": str(two)}).status_code == 422
    made = desk.post(f"{ALL}/new", data={**said, "network": str(one)}).headers["Location"]
    assert "Fictional mailing" not in desk.get(ALL).get_data(as_text=True)
    desk.post(f"{made}/texts/en/plain", data={"subject": "Fictional", "preheader": "", "body": "Text"})
    desk.post(f"{made}/try")
    run_jobs(app)
    assert "1 mail would go out." in _read(desk, made)
    assert desk.get(f"{ALL}/settings").status_code == 403


def test_a_personal_link_fills_in_a_public_name_and_tells_nothing_else(app, client, staff, monkeypatch):
    spoken(monkeypatch)
    reader = contact("kenya@example.org", network(), country="KEN", organisation="Fictional Kenya")
    _free("KEN")
    made = started(app, plan("country:KEN", "en", letter="focal-point"))
    token = db.session.scalar(select(Delivery.token).where(Delivery.contact_id == reader))
    answer = client.get(f"/en/mail/{stamps.link_word(token)}/letter", follow_redirects=False)
    page = answer.get_data(as_text=True)
    assert answer.status_code in (200, 303)
    assert "kenya@example.org" not in page and "Fictional Person" not in page
    if answer.status_code == 200:
        assert 'value="Fictional Kenya"' in page
    assert client.get("/en/mail/AAAAAAAAAAAAAAAAAAAAAA/letter").status_code == 404
    assert made.state == "running"


def test_everybody_without_a_value_is_named_page_by_page(app, staff, monkeypatch, session):
    spoken(monkeypatch)
    one, desk = network("fictional-one"), staff("campaigner")
    for number in range(61):
        contact(f"p{number}@example.org", one, country="KEN", name=f"Fictional Reader {number:02}")
    _free("KEN")
    made = plan("country:KEN", "en")
    write(made, "en", "plain", "Fictional subject", "{mission}")
    assert tried(app, made)["lacking"] == {"mission": 61}
    page = f"{ALL}/{made.id}/lacking/mission"
    assert page in desk.get(f"{ALL}/{made.id}").get_data(as_text=True)
    first = desk.get(page).get_data(as_text=True)
    (further,) = re.findall(r'rel="next" href="([^"]+)"', first)
    both = first + desk.get(unescape(further)).get_data(as_text=True)
    assert sorted(re.findall(r"Fictional Reader \d\d", both)) == [f"Fictional Reader {n:02}" for n in range(61)]
    write(made, "en", "plain", "Fictional subject", "{name}")
    session.commit()
    assert "was changed since" in desk.get(page).get_data(as_text=True)
    assert tried(app, made)["queued"] == 61
    assert "found nobody" in desk.get(page).get_data(as_text=True)
    assert desk.get(f"{ALL}/{made.id}/lacking/nothing").status_code == 404


def test_hundreds_that_are_uncertain_are_named_and_a_person_decides_on_one_or_all(app, staff, session):
    one, desk = network("fictional-one"), staff("campaigner")
    made, other = mailing(audience=0), mailing(state="finished")
    ids = [
        delivery(
            made, contact(f"p{n}@example.org", one, name=f"Fictional Reader {n:03}"), state="uncertain", sent_at=None
        ).id
        for n in range(8)
    ]
    session.execute(
        text(
            "INSERT INTO mobilisation_delivery (mailing_id, language, state, reason)"
            " SELECT :made, 'en', 'uncertain', 'crash' FROM generate_series(1, 1200)"
        ),
        {"made": made.id},
    )
    kept = delivery(other, contact("late@example.org", one), state="uncertain", sent_at=None)
    session.commit()
    said = app.test_cli_runner().invoke(args=["mobilise", "status"]).output
    assert f"/en/desk/un75/mailings/{made.id}/uncertain" in said and str(kept.id) in said and "Reader" not in said
    assert max(map(len, said.splitlines())) < 160 and "decided: 1208" in said
    page = f"{ALL}/{made.id}/uncertain"
    seen = desk.get(page).get_data(as_text=True)
    assert all(f"Fictional Reader {n:03}" in seen for n in range(8)) and "1,208" in seen and "everybody" in seen
    desk.post(page, data={"again": ids[:2], "act": "leave"})
    desk.post(page, data={"again": ids[2:3]})
    assert desk.get(page).get_data(as_text=True).count("left as it is") == 2
    desk.post(page, data={"everybody": "1"})
    rows = "SELECT state, reason, count(*) FROM mobilisation_delivery WHERE mailing_id = :made GROUP BY 1, 2"
    found = {(row[0], row[1]): row[2] for row in session.execute(text(rows), {"made": made.id})}
    assert found == {("uncertain", "left"): 2, ("queued", None): 6, ("uncertain", "crash"): 1200}
    desk.post(page, data={"everybody": "1", "act": "leave"})
    assert mailing_queries.unsure("un75")[0][1] == 1, "the other mailing is at its end, and still asks"
    said = app.test_cli_runner().invoke(args=["mobilise", "leave", str(other.id), "--all"]).output
    assert "1 are left" in said and mailing_queries.unsure("un75") == []
