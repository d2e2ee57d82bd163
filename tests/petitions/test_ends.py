"""A petition ends at one moment, in a named time zone; what was signed before stands, and its page stays."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.campaigns import queries as campaigns
from app.campaigns.head import moment
from app.kernel import clock
from app.kernel.i18n import CODES
from app.people.models import Consent, Person
from app.petitions import counting, ends
from app.petitions.models import Petition, Signature
from tests.house.queries import counted
from tests.support import PETITION, form_values, read_mailbox, run_jobs, run_task, sign

API = "/api/v1/petitions/focal-point"
EN = PETITION.format(lang="en")
END = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def petition(session):
    """The petition, which ends on 1 December at 13:00 in New York."""
    petition = session.query(Petition).one()
    petition.closes_at, petition.time_zone = END, "America/New_York"
    session.commit()
    return petition


@pytest.fixture
def at(app, monkeypatch):
    """Moves the clock; what the page cache holds goes, as tests of the cache itself say otherwise."""

    def move(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        app.wsgi_app.clear()

    return move


def page(client, path) -> str:
    return client.get(path).get_data(as_text=True)


def test_until_the_last_moment_one_can_sign_and_from_the_end_on_nobody_can(client, session, petition, at):
    at(END - timedelta(hours=1))
    values = form_values(client)
    at(END - timedelta(microseconds=1))
    assert client.post(EN, data=values).status_code == 303
    at(END)
    assert client.post(EN, data={**values, "email": "late@example.org"}).status_code == 409
    assert session.query(Signature).count() == 1


def test_who_comes_late_is_told_so_and_leaves_no_trace(client, session, petition, at):
    at(END - timedelta(minutes=5))
    values = form_values(client)
    at(END + SECOND)
    answer = client.post(EN, data=values)
    assert answer.status_code == 409
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Your signature came after the end" in answer.get_data(as_text=True)
    assert session.query(Person).count() == session.query(Signature).count() == session.query(Consent).count() == 0
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_a_faulty_form_that_comes_late_is_not_asked_for_again(client, petition, at):
    at(END)
    answer = client.post(EN, data={"name": "", "email": "no address"})
    assert answer.status_code == 409
    assert "<form" not in answer.get_data(as_text=True)


def test_the_end_is_checked_in_the_statement_that_signs_and_costs_no_query(client, petition, at):
    at(END - SECOND)
    values = form_values(client)
    with counted() as found:
        assert client.post(EN, data=values).status_code == 303
    assert len(found.statements) == 1


def test_who_has_signed_cannot_change_it_by_signing_late(client, session, petition, at):
    at(END - SECOND)
    values = form_values(client)
    client.post(EN, data=values)
    at(END + SECOND)
    client.post(EN, data={**values, "name": "Somebody Else"})
    assert session.query(Signature).one().name == values["name"]


@pytest.mark.parametrize("lang", CODES)
def test_a_closed_petition_keeps_its_text_and_figures_and_calls_nobody_to_sign(app, client, petition, at, lang):
    from flask_babel import force_locale, gettext

    with app.test_request_context(), force_locale(lang):
        calls = [
            gettext("Sign the petition"),
            gettext("Sign now"),
            gettext("Read the call and sign"),
            gettext("Nobody has signed yet. You can be the first."),
        ]
    at(END)
    for path in (f"/{lang}/", f"/{lang}/un75", PETITION.format(lang=lang), PETITION.format(lang=lang) + "/signatories"):
        found = page(client, path)
        assert not [call for call in calls if f">{call}<" in found], path
        assert "<form" not in found and 'href="#sign"' not in found and "#sign" not in found, path
    assert 'id="petition-title"' in page(client, PETITION.format(lang=lang))
    assert 'class="count"' in page(client, PETITION.format(lang=lang))


def test_the_page_says_until_when_in_the_zone_in_which_the_end_was_set(client, petition, at):
    at(END - SECOND)
    for path in ("/en/un75", EN):
        found = page(client, path)
        assert (
            'Open until <time datetime="2026-12-01T13:00:00-05:00">1 December 2026, 13:00</time> (New York time)'
            in found
        )
    at(END)
    assert "Closed since <time" in page(client, EN)


def test_every_language_names_the_place_as_it_is_called_there(petition):
    end = ends.end_of(petition)
    assert {code: end.place(code) for code in CODES} == {
        "ar": "نيويورك",
        "zh": "纽约",
        "en": "New York",
        "fr": "New York",
        "ru": "Нью-Йорк",
        "es": "Nueva York",
    }


def test_a_petition_without_an_end_says_nothing_of_one(client):
    assert 'class="ends"' not in page(client, EN)


def test_an_end_without_a_zone_is_told_in_utc(petition):
    petition.time_zone = None
    assert (ends.end_of(petition).iso, ends.end_of(petition).place("fr")) == ("2026-12-01T18:00:00+00:00", "UTC")


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        # The clocks of New York go back on 1 November 2026 at 2:00, those of London on 25 October.
        ("2026-10-31T18:00", "America/New_York", "2026-10-31T22:00"),
        ("2026-11-01T18:00", "America/New_York", "2026-11-01T23:00"),
        ("2026-10-24T23:59", "Europe/London", "2026-10-24T22:59"),
        ("2026-10-25T23:59", "Europe/London", "2026-10-25T23:59"),
        ("2027-03-14T03:00", "America/New_York", "2027-03-14T07:00"),
        ("2026-12-31T23:59", "Asia/Kathmandu", "2026-12-31T18:14"),
        ("2026-12-31T23:59", "Etc/UTC", "2026-12-31T23:59"),
    ],
)
def test_a_local_time_is_one_moment_on_either_side_of_a_change_of_clocks(local, zone, utc):
    found = moment(datetime.fromisoformat(local), zone)
    assert found.astimezone(UTC) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "zone", "said"),
    [
        ("2026-11-01T01:30", "America/New_York", "show this time twice"),
        ("2027-03-14T02:30", "America/New_York", "never show this time"),
        ("2026-12-01T18:00", "Atlantis/Poseidonis", "there is no time zone"),
        ("2026-12-01T18:00", "../etc/passwd", "there is no time zone"),
    ],
)
def test_a_time_that_clocks_never_or_twice_show_is_refused_with_the_reason(local, zone, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        moment(datetime.fromisoformat(local), zone)


def test_the_end_reads_right_on_the_day_on_which_clocks_change(petition):
    petition.closes_at = moment(datetime.fromisoformat("2026-11-01T00:30"), "America/New_York")
    assert ends.end_of(petition).iso == "2026-11-01T00:30:00-04:00"
    petition.closes_at = moment(datetime.fromisoformat("2026-11-01T02:30"), "America/New_York")
    assert ends.end_of(petition).iso == "2026-11-01T02:30:00-05:00"


def test_the_closing_text_stands_in_place_of_the_form_and_its_links_lead_somewhere(client, petition, at, monkeypatch):
    asked = []

    def closing(campaign_id, slug, language):
        asked.append((slug, language))
        return "We **thank** all.\n\nRead [why](page:why), [the call](page:call), [the text](petition:focal-point)."

    monkeypatch.setattr(campaigns, "closing_text", closing)
    at(END - SECOND)
    assert "We <strong>thank</strong> all." not in page(client, EN)
    at(END)
    found = page(client, PETITION.format(lang="fr"))
    assert "We <strong>thank</strong> all." in found
    for address in ("/fr/un75/why", "/fr/un75", "/fr/un75/petitions/focal-point"):
        assert f'<a href="{address}" rel="noopener noreferrer">' in found
    assert ("focal-point", "fr") in asked


def test_who_signed_before_the_end_may_confirm_after_it_and_counts(client, session, petition, at):
    at(END - SECOND)
    sign(client)
    run_jobs(client.application)
    at(END + timedelta(days=10))
    link = read_mailbox()[0].link
    assert 'value="confirm"' in page(client, link)
    assert client.post(link, data={"action": "confirm"}).status_code == 303
    counting.count()
    session.commit()
    assert client.get(API).json["signatures"]["confirmed"] == 1


def test_the_curve_of_a_closed_petition_holds_what_was_confirmed_after_the_end(app, client, session, petition, at):
    from app.petitions import figures, queries

    at(END - SECOND)
    sign(client)
    run_jobs(app)
    for days, count in ((10, 1), (200, 1)):
        at(END + timedelta(days=days))
        client.post(read_mailbox()[0].link, data={"action": "confirm"})
        counting.count()
        session.commit()
        with app.test_request_context():
            curve = figures.figures(queries.petition_view("focal-point", "en"), clock.today()).curve
        assert (curve.last.day, curve.last.count) == ((END + timedelta(days=10)).date(), count)


def test_the_reminder_goes_out_after_the_end_as_confirming_still_counts(app, client, session, petition, at):
    at(END - SECOND)
    sign(client)
    run_jobs(app)
    at(END + timedelta(days=4))
    run_task(app, "petitions:queue_reminders")
    run_jobs(app)
    assert len(read_mailbox()) == 2
    assert client.post(read_mailbox()[1].link, data={"action": "confirm"}).status_code == 303
    assert session.query(Signature).one().state == "confirmed"


def test_after_the_end_one_can_still_withdraw_and_is_told_that_it_is_for_good(app, client, session, petition, at):
    at(END - SECOND)
    sign(client)
    run_jobs(app)
    at(END + timedelta(days=1))
    mail = read_mailbox()[0]
    for action in ("confirm", "withdraw"):
        found = page(client, mail.link)
        assert "so you cannot sign it again" in found
        assert "You can sign again at any time" not in found
        assert client.post(mail.link, data={"action": action}).status_code == 303
    assert session.query(Signature).count() == 0


def test_the_page_after_signing_does_not_send_anybody_back_to_a_closed_form(client, petition, at):
    at(END - SECOND)
    assert "sign once more" in page(client, EN + "/thanks")
    at(END)
    assert "sign once more" not in page(client, EN + "/thanks")


def test_kept_pages_turn_over_at_the_end_and_once(app, client, session, petition, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: END - SECOND)
    assert "<form" in page(client, EN)
    assert ends.turn_pages(clock.now()) == 0
    monkeypatch.setattr(clock, "now", lambda: END + ends.LAG)
    assert "<form" in page(client, EN), "the cache alone does not know what time it is"
    run_task(app, "petitions:turn_pages")
    assert "<form" not in page(client, EN)
    assert [ends.turn_pages(END + timedelta(days=days)) for days in (0, 1, 300)] == [0, 0, 0]


def test_an_end_that_passed_while_no_worker_ran_is_made_up_for(session, petition):
    assert ends.turn_pages(END + timedelta(days=3)) == 1


def test_an_end_that_was_put_off_turns_the_pages_again(session, petition):
    assert ends.turn_pages(END + ends.LAG) == 1
    petition.closes_at = END + timedelta(days=30)
    session.commit()
    assert ends.turn_pages(END + timedelta(days=29)) == 0
    assert ends.turn_pages(END + timedelta(days=31)) == 1


def test_the_api_tells_when_it_opened_when_it_closes_and_whether_it_is_open(client, petition, at):
    at(END - SECOND)
    found = client.get(API).json
    assert (found["opens"], found["closes"]) == ("2026-11-23", "2026-12-01T13:00:00-05:00")
    assert (found["time_zone"], found["open"]) == ("America/New_York", True)
    at(END)
    assert client.get(API).json["open"] is False


def test_the_api_of_a_petition_without_an_end_says_that_there_is_none(client):
    found = client.get(API).json
    assert (found["closes"], found["time_zone"], found["open"]) == (None, None, True)
