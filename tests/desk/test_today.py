"""The desk's first page: what needs its reader today, and nothing that they may not see to."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import audit, clock, progress
from tests.house.queries import counted

START, CAMPAIGN = "/en/desk", "/en/desk/un75"


@pytest.fixture
def busy(app, client, session):
    """Something of everything: a translation behind, a signature held, news on their way, jobs that failed."""
    from tests.support import sign

    sign(client)
    for statement in (
        "UPDATE petitions_signature SET held = 'network'",
        "UPDATE campaigns_block SET digest = 'new', text = 'New words.' WHERE id = (SELECT id FROM campaigns_block"
        " WHERE kind = 'pages' AND slug = 'why' AND language = 'en' AND key <> 'head' ORDER BY id LIMIT 1)",
        "INSERT INTO petitions_sending (petition_id, update_slug, asked_at)"
        " SELECT id, 'launch', now() FROM petitions_petition",
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('mail', 'petitions:mail', 'failed')",
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('mail', 'petitions:mail', 'failed')",
    ):
        session.execute(text(statement))
    session.commit()


WORDS = {
    "jobs": "2 jobs have failed",
    "held": "1 signature is held and waits to be looked at",
    "stale": "5 translations are behind their source",
    "news": "The update launch is being sent to the signers",
}


@pytest.mark.parametrize(
    ("role", "campaign", "told"),
    [
        ("administrator", "*", ["jobs", "held", "stale", "news"]),
        ("administrator", "un75", ["held", "stale", "news"]),
        ("campaigner", "un75", ["stale", "news"]),
        ("moderator", "un75", ["held"]),
        ("observer", "un75", []),
        ("campaigner", "another", []),
    ],
)
def test_each_is_told_what_they_can_see_to_the_most_urgent_first(busy, staff, role, campaign, told):
    page = staff(role, campaign).get(START).get_data(as_text=True)
    assert {name for name, words in WORDS.items() if words in page} == set(told)
    assert sorted(told, key=lambda name: page.index(WORDS[name])) == told


def test_a_translator_is_told_of_their_own_language_alone(busy, staff):
    page = staff("translator", languages=("fr",)).get(CAMPAIGN).get_data(as_text=True)
    assert "1 translation is behind its source" in page
    assert "behind" not in staff("translator", languages=("pt",)).get(CAMPAIGN).get_data(as_text=True)


def test_a_campaigns_page_tells_what_is_its_own(busy, staff):
    page = staff("administrator", "*").get(CAMPAIGN).get_data(as_text=True)
    assert WORDS["held"] in page and WORDS["jobs"] not in page


def test_where_nothing_needs_anybody_the_page_says_so_and_where_to_go(staff, session):
    # The campaign comes with drafts of evidence, which wait to be checked.
    session.execute(text("UPDATE positions_evidence SET status = 'checked' WHERE status = 'draft'"))
    page = staff("campaigner").get(START).get_data(as_text=True)
    assert "Nothing needs you here today." in page and f'href="{CAMPAIGN}"' in page
    assert "Nothing needs you today." in staff("campaigner").get(CAMPAIGN).get_data(as_text=True)
    assert "No campaign is yours yet" in staff("campaigner", "another").get(START).get_data(as_text=True)


def test_work_under_way_is_found_again_by_whoever_began_it(staff, session):
    client = staff("campaigner")
    work_id = progress.begin("test.work", actor=client.staff_id, now=clock.now(), total=40, campaign="un75")
    session.commit()
    page = client.get(START).get_data(as_text=True)
    assert f"/en/desk/work/{work_id}" in page and "0 of 40" in page
    assert "work/" not in staff("campaigner").get(START).get_data(as_text=True)
    progress.finish(work_id, clock.now() + timedelta(minutes=1))
    session.commit()
    assert "work/" not in client.get(START).get_data(as_text=True)


def test_the_page_asks_the_same_number_of_questions_however_much_there_is_to_do(busy, staff, session):
    client = staff("administrator", "*")
    client.get(START)
    with counted() as few:
        client.get(START)
    for statement in (
        "INSERT INTO campaigns_campaign (slug, source_language, languages, pack_digest, content_digest, imported_at)"
        " SELECT 'fictional-' || n, 'en', '{en}', '', '', now() FROM generate_series(1, 9) AS n",
        "INSERT INTO campaigns_block"
        " (campaign_id, kind, slug, position, language, key, place, fields, digest, changed_at)"
        " SELECT c.id, b.kind, b.slug, b.position, b.language, b.key, b.place, b.fields, b.digest, b.changed_at"
        " FROM campaigns_campaign AS c, campaigns_block AS b"
        " WHERE c.slug LIKE 'fictional-%' AND b.key = 'head' AND b.language = 'en'",
        "INSERT INTO petitions_petition (campaign_id, slug, version, opened_on)"
        " SELECT id, slug, 1, now() FROM campaigns_campaign WHERE slug LIKE 'fictional-%'",
        "INSERT INTO petitions_sending (petition_id, update_slug, asked_at)"
        " SELECT id, 'more', now() FROM petitions_petition",
    ):
        session.execute(text(statement))
    session.commit()
    with counted() as many:
        page = client.get(START).get_data(as_text=True)
    assert page.count("The update more") == 10
    assert len(few.statements) == len(many.statements)


def test_failed_jobs_can_be_put_back_into_the_queue(busy, staff, session):
    client = staff("administrator", "*")
    page = client.get("/en/desk/jobs").get_data(as_text=True)
    assert "petitions:mail" in page
    assert client.post("/en/desk/jobs", data={"task": "petitions:mail"}).status_code == 303
    after = client.get("/en/desk/jobs").get_data(as_text=True)
    assert "2 jobs run again" in after and "No job has failed." in after
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")) == 0
    assert client.post("/en/desk/jobs", data={"task": "petitions:mail"}).status_code == 404
    assert [entry.action for entry in session.query(audit.Entry)] == ["jobs.try-again"]


def test_doubles_imports_and_questions_are_told_to_who_sees_to_them(app, staff, session):
    client = staff("campaigner")
    for statement in (
        "INSERT INTO campaigns_question (campaign_id, kind, slug, key, language, asked_at)"
        " SELECT id, 'pages', 'why', 'head', 'fr', now() FROM campaigns_campaign",
        "INSERT INTO people_import (format, language, state, created_by, created_at)"
        f" SELECT 'csv', 'en', 'checked', {client.staff_id}, now()",
    ):
        session.execute(text(statement))
    session.commit()
    page = client.get(START).get_data(as_text=True)
    assert "1 question of a translator waits for an answer" in page
    assert "1 list that you uploaded waits for you to decide" in page and "/imports/" in page
    other = staff("translator", languages=("fr",)).get(START).get_data(as_text=True)
    assert "waits for an answer" not in other and "that you uploaded" not in other


def test_a_pile_is_counted_no_further_than_it_is_said(app, client, staff, session, monkeypatch):
    from app.petitions import today
    from tests.support import sign

    monkeypatch.setattr(today, "MOST", 2)
    for number in range(2):
        sign(client, email=f"one{number}@example.org")
    session.execute(text("UPDATE petitions_signature SET held = 'network'"))
    session.commit()
    desk = staff("moderator")
    assert "2 signatures are held and wait" in desk.get("/en/desk").get_data(as_text=True)
    for number in range(2, 5):
        sign(client, email=f"one{number}@example.org")
    session.execute(text("UPDATE petitions_signature SET held = 'network'"))
    session.commit()
    page = desk.get("/en/desk").get_data(as_text=True)
    assert "More than" in page and "signatures are held and wait" in page and "5 signatures" not in page
