"""Publishing: what is edited is read by nobody until then; what is public could always travel as a pack."""

from datetime import datetime, timedelta

import pytest

from app.campaigns import publishing, readiness, schedules
from app.campaigns.models import Publication, Schedule
from app.kernel import clock
from tests.campaigns.support import row, save
from tests.support import run_jobs, run_task, sign


def publish(campaign, *names, actor=None):
    return publishing.publish(campaign, names, actor=actor, now=clock.now())


def codes(raised) -> set[str]:
    return {problem.finding.code for problem in raised.value.problems}


def test_an_edit_is_read_once_it_is_published_and_its_translations_say_that_they_are_behind(
    campaign, people, client, session, app
):
    save(campaign, people[0], slug="about", text="Everything here is new.")
    session.commit()
    assert "Everything here is new" not in client.get("/en/un75/about").get_data(as_text=True)
    assert publish(campaign, ("pages", "about", "en"), actor=people[0]) == [("pages", "about", "en")]
    session.commit()
    assert "Everything here is new" in client.get("/en/un75/about").get_data(as_text=True)
    assert 'class="notice"' in client.get("/fr/un75/about").get_data(as_text=True)
    assert 'class="notice"' not in client.get("/fr/un75/why").get_data(as_text=True)
    assert session.query(Publication).filter_by(slug="about", language="en").one().published_by == people[0]
    assert "campaigns:pictures" in run_jobs(app)
    assert publish(campaign, ("pages", "about", "en")) == []


def test_a_translation_of_words_that_nobody_can_read_yet_goes_with_them_or_after_them(campaign, people):
    new = save(campaign, people[0], slug="about", text="Everything here is new.")
    save(campaign, people[1], language="fr", slug="about", text="Tout est neuf.", made_from=new.digest)
    with pytest.raises(readiness.NotReady) as raised:
        publish(campaign, ("pages", "about", "fr"))
    assert codes(raised) == {"source-first"}
    assert len(publish(campaign, ("pages", "about", "en"), ("pages", "about", "fr"))) == 2


def test_a_page_goes_off_the_site_and_comes_back(campaign, people, client, session):
    name = ("pages", "questions")
    with pytest.raises(readiness.NotReady):
        publishing.unpublish(campaign, "pages", "sources", ["en"], actor=people[0], now=clock.now())
    gone = publishing.unpublish(campaign, *name, ["en"], actor=people[0], now=clock.now())
    session.commit()
    assert len(gone) == 6 and client.get("/fr/un75/questions").status_code == 404
    publish(campaign, (*name, "en"), (*name, "fr"))
    session.commit()
    assert client.get("/fr/un75/questions").status_code == 200 and client.get("/es/un75/questions").status_code == 404


@pytest.mark.parametrize(
    "document",
    [
        ("pages", "privacy"),
        ("pages", "call"),
        ("mails", "confirm"),
        ("campaign", "campaign"),
        ("petitions", "focal-point"),
    ],
)
def test_what_every_campaign_needs_stays(campaign, document):
    with pytest.raises(readiness.NotReady) as raised:
        publishing.unpublish(campaign, *document, ["fr"], actor=None, now=clock.now())
    assert codes(raised) == {"needed"}


def test_words_under_a_signature_do_not_change_another_text_becomes_a_new_version(campaign, people, client, session):
    def petition(lang):
        return client.get(f"/{lang}/un75/petitions/focal-point").get_data(as_text=True)

    old = row("en", "text", "petitions", "focal-point").text
    here = {"key": "text", "kind": "petitions", "slug": "focal-point"}
    name = ("petitions", "focal-point", "en")
    save(campaign, people[0], text=old + "\n\nNobody has signed this yet.", **here)
    publish(campaign, name)
    session.commit()
    assert client.get("/api/v1/petitions/focal-point").json["version"] == 2
    assert "Nobody has signed this yet" in petition("en")
    assert sign(client).status_code == 303
    save(campaign, people[0], text=old + "\n\nSomebody has signed.", **here)
    publish(campaign, name)
    session.commit()
    assert client.get("/api/v1/petitions/focal-point").json["version"] == 3
    assert "Somebody has signed" in petition("en")
    assert "<h1" in petition("ru")
    assert sign(client, lang="ru", email="second@example.org").status_code == 303


def test_a_page_set_for_an_hour_in_a_zone_is_published_then(app, campaign, people, client, session, monkeypatch):
    save(campaign, people[0], slug="about", text="Everything here is new.")
    now = clock.now()
    local = datetime(now.year + 1, 7, 1, 9, 30)  # noqa: DTZ001 a time in a zone that is named beside it
    at = schedules.put(campaign, "pages", "about", ["en"], "publish", local, "Asia/Kathmandu", actor=people[0], now=now)
    assert at.utcoffset() == timedelta(hours=5, minutes=45)
    session.commit()
    run_task(app, "campaigns:schedule")
    assert "Everything here is new" not in client.get("/en/un75/about").get_data(as_text=True)
    monkeypatch.setattr(clock, "now", lambda: at)
    run_task(app, "campaigns:schedule")
    assert "Everything here is new" in client.get("/en/un75/about").get_data(as_text=True)
    assert session.query(Schedule).count() == 0


def test_what_cannot_be_published_at_its_hour_waits_for_somebody(campaign, people, session):
    new = save(campaign, people[0], slug="about", text="Everything here is new.")
    save(campaign, people[1], language="fr", slug="about", text="Tout est neuf.", made_from=new.digest)
    now = clock.now()
    local = datetime(now.year + 1, 7, 1, 9, 30)  # noqa: DTZ001
    at = schedules.put(campaign, "pages", "about", ["fr"], "publish", local, "Europe/Paris", actor=None, now=now)
    assert schedules.carry_out(at) == 1 and schedules.carry_out(at) == 0
    assert session.query(Schedule).one().refused_at == at


def test_an_hour_that_clocks_skip_or_that_has_passed_is_refused(campaign):
    common = ("pages", "about", ["en"], "publish")
    now = clock.now()
    with pytest.raises(ValueError, match="never show"):
        schedules.put(campaign, *common, datetime(2027, 3, 28, 2, 30), "Europe/Paris", actor=None, now=now)  # noqa: DTZ001
    with pytest.raises(schedules.InThePast):
        schedules.put(campaign, *common, datetime(2020, 1, 1, 12), "Europe/Paris", actor=None, now=now)  # noqa: DTZ001
