"""What a stranger, two people at once, and a colleague with another's numbers try; and where rooms meet."""

from datetime import timedelta

from sqlalchemy import select, text

from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import (
    audience,
    mailing_operations,
    mailing_queries,
    mailing_settings,
    mailing_tasks,
    proposals,
    stamps,
    starting,
)
from app.mobilisation.engine import paces
from app.mobilisation.models import Delivery, Mailing
from app.mobilisation.segments import rule, sql
from app.mobilisation.segments.facts import Facts, Viewer
from app.mobilisation.writing.models import MissionLetter
from app.people import operations as people
from app.people.models import Person
from tests.people.org_support import network, organisation, person
from tests.people.test_import_contacts import ACTION, consent, taken_in
from tests.people.test_importing import uploaded

from .contact_support import contact, delivery, mailing, said
from .mailing_support import plan, spoken, started, tried, write
from .writing_support import waiting

DESK = "/en/desk/un75"
HOSTILE = (
    "country:KEN'; DROP TABLE people_person; --",
    "country:KEN or",
    "((((((((((((((((((country:KEN))))))))))))))))))",
    "not " * 400 + "country:KEN",
    "country:" + "KEN," * 900,
    "position:nope=support",
    "position:focal-point=<script>alert(1)</script>",
    "network:\u202eenemy",
    "mailed:since.9999-99-99",
    "group:NAM\x00",
    "changed:focal-point=-0001-01-01",
    "language:" + "a" * 1990,
    "{{7*7}} %s %(x)s \\",
)


def _free(*states: str, rating: str = "open") -> None:
    for state in states:
        db.session.execute(
            text(
                "INSERT INTO states_civic_space (state_iso3, rating, as_of, source, basis, note)"
                " VALUES (:state, :to, '2026-01-01', 'https://example.org/', 'edited', '')"
                " ON CONFLICT (state_iso3) DO UPDATE SET rating = :to"
            ),
            {"state": state, "to": rating},
        )
    db.session.commit()


def test_no_rule_in_an_address_breaks_a_page_or_says_a_word_of_markup(session, staff):
    network("fictional-one")
    for desk in (staff("campaigner"), staff("coordinator", networks=[network("fictional-two")])):
        for hostile in HOSTILE:
            for path, name, expected in (
                ("segments/rule", "rule", (422,)),
                ("segments/why", "rule", (404,)),
                ("mailings/new", "segment", (200,)),
            ):
                answer = desk.get(f"{DESK}/{path}", query_string={name: hostile})
                assert answer.status_code in expected, (path, hostile, answer.status_code)
                assert "<script>alert(1)" not in answer.get_data(as_text=True)
            made = desk.post(f"{DESK}/mailings/new", data={"name": "Fictional", "segment": hostile, "language": "en"})
            assert made.status_code == 422, hostile
        lax = {"name": "Fictional", "segment": "everybody", "language": "en", "ask": "", "letter": "", "week_cap": "50"}
        assert "a whole number from 1 to 3" in desk.post(f"{DESK}/mailings/new", data=lax).get_data(as_text=True)
        for odd in ("9" * 30, "-1", "٣", "1e3", "' OR 1=1"):
            assert desk.get(f"{DESK}/segments/rule", query_string={"segment": odd}).status_code == 404
            assert desk.get(f"{DESK}/segments/why", query_string={"rule": "", "contact": odd}).status_code == 404
        assert desk.get(f"{DESK}/mailings/99999999999999999999").status_code == 404


def test_who_wrote_to_a_mission_can_be_asked_for_by_the_campaign_alone(session, kenya, staff):
    letters = waiting(kenya, 3)
    wrote, waits = (contact(one.email, network(f"fictional-{n}"), country="KEN") for n, one in enumerate(letters[:2]))
    session.execute(
        text("UPDATE mobilisation_mission_letter SET status = 'sent', done_at = now() WHERE id = :id"),
        {"id": letters[0].id},
    )
    session.commit()
    asked, now = rule.parse("wrote:mission"), clock.now()
    assert set(session.scalars(sql.contacts(asked, Viewer(), "un75", now))) == {wrote}
    assert waits in set(session.scalars(sql.contacts(rule.parse("not wrote:mission"), Viewer(), "un75", now)))
    assert "Wrote to its mission" in staff("campaigner").get(f"{DESK}/segments/rule").get_data(as_text=True)
    people.erase(wrote, now)
    session.commit()
    assert session.get(MissionLetter, letters[0].id, populate_existing=True) is None


def test_two_mailings_that_start_together_bring_nobody_more_than_the_week_allows(app, session, monkeypatch):
    spoken(monkeypatch)
    one = network("fictional-one")
    reader = contact("kenya@example.org", one, country="KEN")
    _free("KEN")
    lax, strict = plan("country:KEN", "en", week_cap=50), plan("country:KEN", "en", week_cap=1)
    for _ in range(mailing_settings.of("un75").week_cap):
        delivery(mailing(), reader)
    texts = starting.compose(lax, starting.words(lax.id))
    # What the campaign allows a week holds, whatever a mailing says.
    assert [found.reason for found in audience.read(lax, texts, clock.now())] == ["week_cap"]
    later = clock.now() + timedelta(days=8)
    assert [found.reason for found in audience.read(strict, texts, later)] == [None]
    asked = []
    real = audience.read
    monkeypatch.setattr(
        audience,
        "read",
        lambda *said: (
            asked.append(session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")))
            or real(*said)
        ),
    )
    session.execute(text("UPDATE mobilisation_delivery SET sent_at = now() - interval '8 days'"))
    session.commit()
    assert started(app, strict).state == "running" and asked[-1] >= 1
    again = plan("country:KEN", "en", week_cap=1)
    assert tried(app, again)["excluded"] == {"week_cap": 1}
    # Started twice, by a job and by the sweep, it goes out once.
    mailing_tasks.start(strict.id)
    assert len(session.scalars(select(Delivery.id).where(Delivery.mailing_id == strict.id)).all()) == 1


def test_a_coordinator_is_told_of_nobody_elses_organisation(app, session, staff, monkeypatch):
    spoken(monkeypatch)
    mine, theirs = network("fictional-one"), network("fictional-two")
    reader = contact("both@example.org", mine, country="KEN", organisation="Fictional Mine")
    hidden = organisation("Fictional Secret", theirs, country="KEN")
    person(hidden, "both@example.org", "Fictional Other Name")
    _free("KEN")
    assert mailing_queries.people([reader], (mine,)) == {reader: ("Fictional Person", "Fictional Mine")}
    desk = staff("coordinator", networks=[mine])
    made = desk.post(
        f"{DESK}/mailings/new",
        data={"name": "F", "segment": "everybody", "language": "en", "ask": "", "letter": "", "network": str(mine)},
    ).headers["Location"]
    desk.post(f"{made}/texts/en/plain", data={"subject": "F", "preheader": "", "body": "{mission}"})
    number = int(made.rpartition("/")[2])
    report = tried(app, db.session.get(Mailing, number))
    assert report["lacking"] == {"mission": 1} and report["queued"] == 0
    page = desk.get(made).get_data(as_text=True)
    assert "Fictional Mine" in page and "Secret" not in page and "Other Name" not in page
    preview = desk.get(f"{made}/preview", query_string={"contact": reader}).get_data(as_text=True)
    assert "Secret" not in preview
    stranger = contact("stranger@example.org", theirs, country="KEN")
    assert desk.get(f"{made}/preview", query_string={"contact": stranger}).status_code == 404
    assert desk.get(f"{DESK}/segments/why", query_string={"rule": "", "contact": stranger}).status_code == 404
    other = staff("coordinator", networks=[theirs])
    for path in ("", "/balance", "/balance.csv", "/uncertain", "/preview", "/texts/en/plain", "/plan"):
        assert other.get(made + path).status_code == 404, path
    for path in ("try", "ask", "take-back", "pause", "resume", "pace", "cancel", "cancel-state", "uncertain"):
        assert other.post(f"{made}/{path}", data={"state": "KEN", "when": "now"}).status_code in (404, 303), path
    assert db.session.get(Mailing, number, populate_existing=True).state == "draft"


def test_nobody_to_write_to_starts_nothing_and_an_arabic_neutral_text_tells_nothing(app, session, monkeypatch):
    spoken(monkeypatch)
    one = network("fictional-one")
    reader = contact("reader@example.org", one, country="MAR", organisation="منظمة خيالية")
    said(reader, one, ago=5)
    _free("MAR", rating="closed")
    session.execute(text("UPDATE people_position SET language = 'ar'"))
    session.commit()
    nobody = plan("country:CHL", "en")
    assert tried(app, nobody)["audience"] == 0
    try:
        mailing_operations.ask(nobody, None, "UTC", None, actor=1, now=clock.now())
    except mailing_operations.Refused as refused:
        assert refused.why == "nobody"
    else:
        raise AssertionError("it was asked for")
    session.rollback()
    made = plan("everybody", "ar", neutral=True)
    write(made, "ar", "neutral", "صفحة لك", "مرحبا {organisation}\n\n{sign_link}")
    session.commit()
    assert {fault.why for fault in starting.faults(made, starting.words(made.id))} == {"neutral-slot"}
    write(made, "ar", "neutral", "صفحة لك", "مرحبا {name}\n\n{sign_link}")
    session.commit()
    row = next(audience.read(made, starting.compose(made, starting.words(made.id)), clock.now()))
    assert (row.variant, row.language, row.reason) == ("neutral", "ar", None)
    assert row.values == {"name": "\u2068Fictional Person\u2069"}


def test_a_proposal_means_those_whom_it_counts(session):
    now = clock.now()
    one = proposals.Proposal("un75", "focal-point", "NLD", 3, (now - proposals.QUIET).date())
    asked = rule.parse(one.segment)
    Facts("un75", Viewer(), now).check(asked)
    aruba = contact("aruba@example.org", network("fictional-one"), country="ABW")
    written = contact("written@example.org", network("fictional-two"), country="NLD")
    delivery(mailing(), written)
    there = rule.parse(one.segment.replace(" position:focal-point=undecided", ""))
    assert set(session.scalars(sql.contacts(there, Viewer(), "un75", now))) == {aruba}
    assert session.get(Person, written) is not None


def test_lists_as_they_come_bring_nobody_back_and_nobody_twice(app, session, staff, work, monkeypatch):
    spoken(monkeypatch)
    desk, networks = staff("campaigner"), [network(f"fictional-{number}") for number in range(5)]
    gone = contact("gone@water.example", networks[0], country="KEN", organisation="Fictional Gone")
    people.erase(gone, clock.now())
    session.commit()
    arabic = "Organisation;Contact;Email;Country\r\nمنظمة خيالية للمياه;آمنة الخيالية;amina@water.example;Kenya\r\n"
    there = uploaded(desk, arabic.encode("windows-1256"))
    sent = {"column-0": "name", "column-1": "person", "column-2": "address", "column-3": "country", "policy": "skip"}
    assert "منظمة خيالية للمياه" in desk.get(f"{there}/columns").get_data(as_text=True)
    assert desk.post(f"{there}/columns", data={**sent, **consent(networks[0])}).status_code == 303
    work()
    desk.post(f"{there}/apply")
    work()
    action = (
        f"{ACTION}\n"
        '1,آمنة,الخيالية,Amina@Water.example,,Nairobi,"a, b",Subscribed,منظمة خيالية للمياه\n'
        "2,Zoe,Fictional,gone@water.example,,,,Subscribed,Fictional Gone\n"
        "3,Ben,Fictional,ben@water.example,,,,Unsubscribed,Fictional Left\n"
    )
    for one in networks[1:]:
        taken_in(desk, work, action, **consent(one))
    known = session.scalars(select(Person.email).where(Person.email.is_not(None))).all()
    assert "gone@water.example" not in known
    session.execute(text("UPDATE people_organisation SET country = 'KEN'"))
    session.commit()
    _free("KEN")
    made = started(app, plan("country:KEN", "en"))
    rows = {row.contact_id: row for row in session.scalars(select(Delivery).where(Delivery.mailing_id == made.id))}
    amina = session.scalar(select(Person.id).where(Person.email == "amina@water.example")) or next(
        one.id for one in session.scalars(select(Person)) if (one.email or "").lower() == "amina@water.example"
    )
    assert [number for number, row in rows.items() if row.state == "queued"] == [amina]
    assert len(rows) == made.audience and gone not in rows


def test_addresses_that_nobody_was_given_lead_nowhere(client, session, kenya):
    network("fictional-one")
    for odd in ("..", "%2e%2e", "fictional-one%00", "' OR 1=1", "<script>", "a" * 3000, "\u202eone"):
        assert client.get(f"/n/{odd}").status_code in (404, 308), odd
        for path in ("", "/letter"):
            assert client.get(f"/en/mail/{odd}{path}").status_code == 404, odd
        assert client.post(f"/en/mail/{odd}", data={"List-Unsubscribe": "One-Click"}).status_code == 404, odd
        assert client.get(f"/en/mail/choices/{odd}").status_code == 404, odd
        assert client.get(f"/en/written/{odd}").status_code == 404, odd
        assert client.get(f"/en/un75/write/focal-point/{odd}").status_code == 404, odd
        assert client.get(f"/en/un75/write/{odd}/KEN").status_code == 404, odd
        page = client.get("/en/un75/write/focal-point", query_string={"state": odd})
        assert page.status_code in (200, 404) and "<script>" not in page.get_data(as_text=True)
    hostile = {"way": "us", "us-own": "<script>alert(1)</script> " * 4, "us-subject": "a\r\nBcc: x@example.org"}
    answer = client.post("/en/un75/write/focal-point/KEN/new-york", data=hostile)
    assert answer.status_code == 422 and "<script>alert(1)" not in answer.get_data(as_text=True)
    forwarded = delivery(mailing(letter="focal-point"), contact("a@example.org", network("fictional-two")))
    answer = client.post(f"/en/mail/{stamps.link_word(forwarded.token)}", data={"leave": "everything"})
    assert answer.status_code == 422 and "a@example.org" not in answer.get_data(as_text=True)


def test_a_stopped_domain_is_told_at_the_desk_and_not_by_its_name(session, staff):
    desk, told = staff("campaigner"), "Mail to 1 domain has stopped"
    mailing()
    assert told not in desk.get(DESK).get_data(as_text=True)
    paces.stop("domain", "fictional-refuser.example", "5.7.1", "no", clock.now())
    session.commit()
    page = desk.get(DESK).get_data(as_text=True)
    assert told in page and "fictional-refuser" not in page
    paces.free("domain", "fictional-refuser.example")
    session.commit()
    assert told not in desk.get(DESK).get_data(as_text=True)
