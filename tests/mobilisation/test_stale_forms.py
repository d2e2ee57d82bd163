"""Mailings that two write at once, or that somebody looks at later: nobody says yes to what they never read, nobody's
words go under another's, and no page leads nowhere."""

import re
from html import unescape

from sqlalchemy import select, text, update

from app.campaigns import queries as campaigns
from app.kernel import clock, progress
from app.kernel.db import db
from app.mobilisation import audience, mailing_operations, mailing_settings, results
from app.mobilisation.models import Delivery, Lacking, Mailing
from app.people.org_models import Position
from app.positions import queries as positions
from tests.people.org_support import network
from tests.support import run_jobs

from .contact_support import contact
from .mailing_support import plan, spoken, started, tried, write
from .test_mailing_pages import ALL, _free, _read


def _hidden(desk, address: str, form: str = "") -> str:
    """The word that a form of a page holds for what it shows."""
    page = desk.get(address).get_data(as_text=True)
    for said in re.findall(r"<form.*?</form>", page, re.DOTALL):
        if form in said.split(">")[0] and (seen := re.search(r'name="seen"[^>]*value="([^"]*)"', said)):
            return seen[1]
    raise AssertionError(f"no form of {address} says what it shows")


def test_who_starts_or_approves_says_yes_to_what_they_read_and_to_nothing_later(app, session, staff, monkeypatch):
    spoken(monkeypatch)
    contact("kenya@example.org", network("fictional-one"), country="KEN")
    _free("KEN")
    mailing_settings.put("un75", mailing_settings.Settings(0, 3), actor=1, now=clock.now())
    one, second = staff("campaigner"), staff("campaigner")
    made = plan("country:KEN", "en", actor=one.staff_id)
    there, now = f"{ALL}/{made.id}", {"when": "now", "zone": "Etc/UTC"}
    tried(app, made)
    before = _hidden(one, there, "/ask")
    write(made, "en", "plain", "Other words", "Text")
    tried(app, made)
    stale = one.post(f"{there}/ask", data={**now, "seen": before})
    assert stale.status_code == 422 and "in the meantime" in stale.get_data(as_text=True)
    one.post(f"{there}/ask", data={**now, "seen": _hidden(one, there, "/ask")})
    assert "When As soon as may be" in _read(second, there).replace("</dt>", "")
    read = _hidden(second, there, "/approve")
    one.post(f"{there}/take-back")
    one.post(f"{there}/texts/en/plain", data={"subject": "Sent behind their back", "preheader": "", "body": "Text"})
    one.post(f"{there}/try")
    run_jobs(app)
    one.post(f"{there}/ask", data=now)
    assert second.post(f"{there}/approve", data={"seen": read}).status_code == 422
    assert db.session.get(Mailing, made.id, populate_existing=True).state == "waiting"
    assert second.post(f"{there}/approve", data={"seen": _hidden(second, there, "/approve")}).status_code == 303
    run_jobs(app)
    assert db.session.get(Mailing, made.id, populate_existing=True).state == "running"
    assert one.post(f"{there}/try").status_code == 422, "what runs is not tried out"


def test_of_two_who_write_the_same_text_or_plan_neither_loses_a_word(session, staff):
    one, two, made = staff("campaigner"), staff("campaigner"), plan()
    there = f"{ALL}/{made.id}/texts/en/plain"
    seen = _hidden(one, there)
    words = {"subject": "Fictional one", "preheader": "", "body": "First words", "seen": seen}
    assert one.post(there, data=words).status_code == 303
    assert one.post(there, data=words).status_code == 303, "pressed twice"
    late = two.post(there, data={**words, "body": "Second words"})
    page = late.get_data(as_text=True)
    assert late.status_code == 409 and "<del>First</del>" in page and "Second words</textarea>" in page
    assert two.post(there, data={**words, "drop": ""}).status_code == 409
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page)[1]
    assert two.post(there, data={**words, "body": "Second words", "seen": seen}).status_code == 303
    new = {
        "subject": "Sujet",
        "preheader": "",
        "body": "Texte",
        "seen": _hidden(one, f"{ALL}/{made.id}/texts/fr/plain"),
    }
    assert two.post(f"{ALL}/{made.id}/texts/fr/plain", data=new).status_code == 303
    assert one.post(f"{ALL}/{made.id}/texts/fr/plain", data={**new, "subject": "Autre"}).status_code == 409

    address = f"{ALL}/{made.id}/plan"
    said = {"name": "Fictional", "segment": "country:KEN", "language": "en", "ask": "", "letter": ""}
    said["seen"] = _hidden(one, address)
    assert one.post(address, data=said).status_code == 303
    late = two.post(address, data={**said, "segment": "country:CHL", "neutral": "y"})
    page = _text(late)
    assert late.status_code == 409 and "Saved now: country:KEN" in page and "Saved now: No" in page
    assert "country:CHL</textarea>" in late.get_data(as_text=True)


def _text(answer) -> str:
    return unescape(" ".join(re.sub("<[^>]*>", "", answer.get_data(as_text=True)).split()))


def test_a_page_that_asks_again_asks_for_itself_and_leaves_what_is_typed_alone(app, session, staff, monkeypatch):
    spoken(monkeypatch)
    contact("kenya@example.org", network("fictional-one"), country="KEN")
    _free("KEN")
    desk, made = staff("campaigner"), plan("country:KEN", "en")
    there = f"{ALL}/{made.id}"
    tried(app, made)
    for wrong in (
        {"when": "at", "at": "2099-01-01T10:00", "zone": "Mars/Olympus"},
        {"when": "now", "zone": "Etc/UTC", "quiet_from": "9", "quiet_until": "9"},
        {"when": "now", "zone": "Etc/UTC", "quiet_from": "25", "quiet_until": "9"},
    ):
        assert desk.post(f"{there}/ask", data=wrong).status_code == 422, wrong
    desk.post(f"{there}/ask", data={"when": "at", "at": "2099-07-01T09:00", "zone": "Africa/Nairobi"})
    assert "1 July 2099, 09:00 · Africa/Nairobi · 1 July 2099, 06:00 UTC" in _read(desk, there)
    desk.post(f"{there}/take-back")
    desk.post(f"{there}/ask", data={"when": "now", "zone": "Etc/UTC"})
    run_jobs(app)
    page = desk.get(there)
    assert page.headers["Refresh"].endswith(f"url={there}") and 'name="pace"' not in page.get_data(as_text=True)
    assert "See it as it arrives" in page.get_data(as_text=True)
    refused = desk.post(f"{there}/approve")
    assert refused.status_code == 422 and "Refresh" not in refused.headers
    # As another language is chosen on that page.
    above = desk.get(f"{there.replace('/en/', '/ar/')}/approve")
    assert above.status_code == 303 and above.headers["Location"] == there.replace("/en/", "/ar/")
    slow = desk.get(f"{there}/pace")
    assert slow.status_code == 200 and "Refresh" not in slow.headers
    assert desk.post(f"{there}/pace", data={"pace": "x"}).status_code == 422
    assert desk.post(f"{there}/pace", data={"pace": "120"}).status_code == 303
    assert "At most 120 mails an hour" in _read(desk, there)
    rule = desk.get("/en/desk/un75/segments/rule?rule=country:KEN").get_data(as_text=True)
    assert "/ar/desk/un75/segments/rule?rule=country:KEN" in rule


def test_a_preview_finds_anybody_by_their_organisation_and_shows_what_was_frozen(app, session, staff, monkeypatch):
    spoken(monkeypatch)
    one, desk = network("fictional-one"), staff("campaigner")
    reader = contact("kenya@example.org", one, country="KEN", organisation="Fictional Kenya")
    silent = contact("silent@example.org", one, agrees=False, country="KEN", organisation="Fictional Silent")
    other = contact("chile@example.org", one, country="CHL", organisation="Fictional Chile")
    _free("KEN")
    made = plan("country:KEN", "en")
    there = f"{ALL}/{made.id}/preview"
    found = desk.get(there, query_string={"q": "silent"}).get_data(as_text=True)
    assert f"contact={silent}" in found and f"contact={other}" not in found
    assert "Agreed with no network" in _text(desk.get(there, query_string={"contact": silent}))
    stranger = desk.get(there, query_string={"contact": other})
    assert stranger.status_code == 404 and "does not go to them" in _text(stranger)
    # A text of another language that is not finished keeps nobody from looking.
    write(made, "fr", "plain", "", "{nothing}")
    session.commit()
    assert "Dear Fictional Person" in _text(desk.get(there, query_string={"contact": reader}))
    mailing_operations.drop_text(made, "fr", "plain", actor=1, now=clock.now())
    started(app, made)
    session.execute(update(Position).where(Position.person_id == reader).values(name="Renamed Since"))
    session.commit()
    seen = _text(desk.get(there, query_string={"contact": reader}))
    assert "Dear Fictional Person" in seen and "Renamed" not in seen
    assert "Agreed with no network" in _text(desk.get(there, query_string={"contact": silent}))
    assert f"contact={reader}" in desk.get(there).get_data(as_text=True)
    gone = plan("country:KEN", "en")
    session.execute(update(Mailing).where(Mailing.id == gone.id).values(segment="network:gone"))
    session.commit()
    for query in ({}, {"contact": reader}):
        assert desk.get(f"{ALL}/{gone.id}/preview", query_string=query).status_code in (200, 404)


def test_two_dry_runs_name_everybody_once(app, session, monkeypatch):
    spoken(monkeypatch)
    contact("kenya@example.org", network("fictional-one"), country="KEN")
    _free("KEN")
    made = plan("country:KEN", "en")
    write(made, "en", "plain", "Fictional", "{mission}")
    first = mailing_operations.try_out(made, actor=1, now=clock.now())
    session.commit()
    assert tried(app, made)["lacking"] == {"mission": 1}
    assert progress.get(first).result == {"why": "again"}, "it was asked for once more before it began"
    assert session.scalars(select(Lacking.slot).where(Lacking.mailing_id == made.id)).all() == ["mission"]


def test_a_position_that_is_kept_back_has_not_moved_for_anybody(app, session, monkeypatch):
    spoken(monkeypatch)
    contact("kenya@example.org", network("fictional-one"), country="KEN")
    _free("KEN")
    made, campaign = started(app, plan("country:KEN", "en")), positions.campaign("un75").id
    session.execute(
        text(
            "INSERT INTO positions_change (campaign_id, ask, state, at, was, was_level, position, level, why)"
            " VALUES (:campaign, 'focal-point', 'KEN', :at, 'undecided', 'own', 'support', 'own', 'evidence')"
        ),
        {"campaign": campaign, "at": clock.now()},
    )
    assert [one.state for one in results.moved(made, ["KEN"])] == ["KEN"]
    session.execute(
        text(
            "INSERT INTO positions_withheld (campaign_id, ask, state, reason, language, at)"
            " VALUES (:campaign, 'focal-point', 'KEN', 'Fictional', 'en', :at)"
        ),
        {"campaign": campaign, "at": clock.now()},
    )
    assert results.moved(made, ["KEN"]) == []


def test_where_no_language_is_known_that_of_the_place_itself_is_taken(app, session, monkeypatch):
    spoken(monkeypatch)
    one, places = (
        network("fictional-one"),
        {"MEX": "es", "USA": "en", "PRI": "es", "GRL": "fr", "MAR": "ar", "VAT": "fr"},
    )
    people = {contact(f"{place}@example.org".lower(), one, country=place): said for place, said in places.items()}
    made = plan("everybody", "fr", "en", "es", "ar")
    pairs = {(language, "plain") for language in ("fr", "en", "es", "ar")}
    rows = session.execute(audience.statement(made, frozenset(code for code, _ in pairs), clock.now(), False)).all()
    assert {row.contact_id: row.language for row in rows} == people
    assert all(row.by_fallback for row in rows)
    assert session.scalar(select(Delivery.id)) is None


def test_a_neutral_text_holds_no_name_of_the_campaign_in_any_language_nor_the_sites_own_address(app, session, staff):
    made, desk = plan("everybody", "en", neutral=True, sender_name="Eau"), staff("campaigner")
    there = f"{ALL}/{made.id}/texts/en/neutral"
    names = {campaigns.campaign_view("un75", language).name for language in ("ar", "zh", "ru")}
    app.config["NEUTRAL_URL"], kept = "https://notes.example.org", app.config["NEUTRAL_URL"]
    try:
        for told in (*names, "http://plenary.test/en/", "l’eau"):
            answer = desk.post(there, data={"subject": "A page", "preheader": "", "body": f"{told} {{sign_link}}"})
            assert "would tell what a neutral mail is about" in _read(desk, answer.headers["Location"]), told
        # Three letters within a word are no name.
        answer = desk.post(there, data={"subject": "A beautiful page", "preheader": "", "body": "{sign_link}"})
        assert answer.headers["Location"].endswith(f"/mailings/{made.id}")
    finally:
        app.config["NEUTRAL_URL"] = kept
