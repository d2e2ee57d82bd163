"""Write to your mission: a letter that fits, own words first, three ways out, and no mission gets too many mails."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from app.campaigns import documents
from app.kernel import clock, retention
from app.kernel.db import db
from app.kernel.i18n import CODES
from app.mobilisation.writing import desk_queries, operations, queries, rules, tasks, texts
from app.mobilisation.writing.models import MissionLetter, Target
from app.people import holdings
from app.people import operations as people
from app.positions import record
from tests.browser import mission_sample as sample
from tests.mobilisation.writing_support import FORM, LINK, PAGE, messages, text_of, through, waiting
from tests.positions.reply_support import campaign, published
from tests.support import run_jobs, run_task

# What fits, and how many.


def test_the_letter_fits_the_position_and_what_a_group_said_has_still_to_be_said_in_its_own_name():
    fits = {code: rules.fitting(code, False) for code in record.POSITIONS}
    assert [code for code, one in fits.items() if one == rules.THANK] == [record.CHAMPION, record.SUPPORT]
    assert {code for code, one in fits.items() if one == rules.ANSWER} == {record.SCEPTICAL, record.OPPOSED}
    assert rules.fitting(record.SUPPORT, True) == rules.REQUEST
    assert rules.fitting(record.OPPOSED, True) == rules.ANSWER


@settings(max_examples=150)
@given(
    st.integers(1, 6),
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), min_size=1, max_size=25),
)
def test_however_letters_come_no_hour_and_no_day_has_a_mail_too_many_and_nothing_is_lost(per_hour, per_day, comings):
    now, mails, pending, came, went = datetime(2026, 1, 1, tzinfo=UTC), [], 0, 0, 0
    for pause, number in [*comings, *[(61, 0)] * 50]:
        now += timedelta(minutes=pause)
        pending, came = pending + number, came + number
        hour = sum(at > now - rules.HOUR for at in mails)
        day = sum(at > now - rules.DAY for at in mails)
        plan = rules.plan(pending, rules.free(hour, day, per_hour, per_day))
        assert plan.singly <= pending
        gone = pending if plan.digest else plan.singly
        mails += [now] * (plan.singly + plan.digest)
        pending, went = pending - gone, went + gone
        for end in mails:
            assert sum(end - rules.HOUR < at <= end for at in mails) <= per_hour
            assert sum(end - rules.DAY < at <= end for at in mails) <= per_day
    assert (pending, went) == (0, came)


@given(st.text(max_size=400), st.text(max_size=60))
def test_a_link_to_a_mail_program_says_the_letter_whole_or_there_is_none(body, subject):
    link = rules.mailto("fictional@example.org", subject, body)
    if link is not None:
        assert len(link) <= rules.LONGEST_MAILTO and link.isascii()
        said = parse_qs(urlsplit(link).query, keep_blank_values=True)
        assert unquote(urlsplit(link).path) == "fictional@example.org"
        assert said["subject"] == [subject]
        assert said["body"][0].replace("\r\n", "\n") == body.replace("\r\n", "\n")


def test_a_long_letter_in_arabic_gets_no_link_that_some_programs_cut():
    assert rules.mailto("fictional@example.org", "س", "أكتب إليكم " * 60) is None


# The public page.


def test_the_page_says_where_it_stands_and_why_and_offers_the_letter_in_both_languages(client, kenya):
    published(speaker="KEN", signal="support")
    page = client.get(PAGE).get_data(as_text=True)
    assert "Supports" in page and "https://example.org/fictional-statement" in page
    assert "Je vous écris pour remercier" in page and "I write to thank your Government" in page
    assert "A/79/PV.1" in page and kenya.email in page and sample.SOURCE in page
    assert "mailto:fictional-ken-new-york@example.org" in page
    assert "Set-Cookie" not in client.get(PAGE).headers


def test_own_words_come_first_and_words_of_the_letter_are_none(client, kenya):
    letter = client.get(PAGE).get_data(as_text=True)
    assert letter.index('id="us-own"') < letter.index('id="us-body"')
    for own in ("", "Too short.", "Une phrase dans une déclaration, ou une lettre au Secrétaire général, montrerait"):
        answer = client.post(f"{PAGE}/new-york", data={**FORM, "us-own": own})
        assert answer.status_code == 422, own
        assert "A fictional letter." in answer.get_data(as_text=True)
    assert db.session.query(MissionLetter).count() == 0


def test_only_people_who_say_that_they_live_there_write_unless_the_campaign_lets_others(client, kenya):
    form = {name: value for name, value in FORM.items() if name != "us-lives_there"}
    assert client.post(f"{PAGE}/new-york", data=form).status_code == 422
    open_to_all = {"per_hour": 6, "per_day": 24, "kept_days": 30, "residents_only": False}
    operations.put_settings(campaign(), open_to_all, actor=None, now=clock.now())
    db.session.commit()
    assert client.post(f"{PAGE}/new-york", data=form).status_code == 303


def test_it_is_sent_after_a_post_from_the_mail_from_our_address_with_the_writers_to_reply_to(app, client, kenya):
    assert client.post(f"{PAGE}/new-york", data=FORM).status_code == 303
    run_jobs(app)
    (asked,) = messages()
    # Where the writer lives is not known to be safe: neither subject nor text says what it is about.
    assert asked["To"] == FORM["us-email"] and "mission" not in text_of(asked).lower()
    door = LINK.search(text_of(asked))[1]
    page = client.get(door).location
    for _ in range(2):
        assert "waits for your confirmation" in client.get(page).get_data(as_text=True)
    run_task(app, "writing:sweep")
    assert len(messages()) == 1
    assert client.post(page, data={"action": "confirm"}).status_code == 303
    run_jobs(app)
    sent = messages()[-1]
    assert sent["To"] == kenya.email and sent["Reply-To"] == FORM["us-email"]
    assert FORM["us-email"] not in sent["From"] and sent["Subject"] == FORM["us-subject"]
    body = text_of(sent)
    assert body.index(FORM["us-own"]) < body.index(FORM["us-body"]) < body.index(FORM["us-name"])
    assert "It was sent to the mission" in client.get(page).get_data(as_text=True)
    # What has gone cannot be taken back, and a second click sends nothing.
    assert client.post(page, data={"action": "take-back"}).status_code == 409
    assert client.post(page, data={"action": "confirm"}).status_code == 409
    run_jobs(app)
    assert len(messages()) == 2


def test_through_an_organisation_no_name_is_kept_whatever_is_posted_and_it_comes_first_where_it_is_safer(
    app, client, kenya, staff
):
    voices = sample.trusted(campaign())
    db.session.commit()
    said = through(**{"org-organisation": str(voices.id)})
    assert client.post(f"{PAGE}/new-york", data=said).status_code == 303
    found = db.session.query(MissionLetter).one()
    assert (found.name, found.email, found.email_digest, found.status) == (None, None, None, rules.WAITING)
    page = client.get(PAGE).get_data(as_text=True)
    careful = rules.BY_OTHERS if "Before you write" in page else "own"
    assert page.index('id="way-org"') < page.index('id="way-own"') or careful == "own"
    desk = staff("campaigner")
    assert FORM["us-own"] in desk.get("/en/desk/un75/mission-letters").get_data(as_text=True)
    assert desk.post(f"/en/desk/un75/mission-letters/{found.id}/pass-on").status_code == 303
    assert db.session.get(MissionLetter, found.id, populate_existing=True).status == rules.PASSED
    assert desk_queries.balances(campaign().id)[0].arrived == 1


def test_an_organisation_with_a_mailbox_gets_one_mail_a_day_without_a_name(app, kenya, at):
    voices, now = sample.trusted(campaign(), contact="fictional@voices.example.org"), clock.now()
    for n in range(3):
        sample.letter(kenya, n, through=voices)
    db.session.commit()
    run_task(app, "writing:sweep")
    sample.letter(kenya, 9, through=voices)
    db.session.commit()
    run_task(app, "writing:sweep")
    (first,) = messages()
    assert all(f"{sample.OWN} {n}" in text_of(first) for n in range(3)) and "Writer" not in text_of(first)
    at(now + timedelta(days=1, minutes=1))
    run_task(app, "writing:sweep")
    assert f"{sample.OWN} 9" in text_of(messages()[-1]) and len(messages()) == 2


# What stays.


def test_letters_are_given_to_their_writer_forgotten_in_time_and_still_counted(app, kenya, at):
    now = clock.now()
    waiting(kenya, 10)
    sample.letter(kenya, 50)
    limits = {"per_hour": 60, "per_day": 60, "kept_days": 7, "residents_only": True}
    operations.put_settings(campaign(), limits, actor=None, now=now)
    db.session.commit()
    run_task(app, "writing:sweep")
    subject = holdings.subject_of("fictional-writer-3@reader.example.org")
    assert f"{sample.OWN} 3" in str(holdings.everything(subject))
    people.let_go_of(list(subject.digests))
    assert db.session.query(MissionLetter).count() == 10
    list(retention.run(now + timedelta(days=6)))
    assert db.session.query(MissionLetter).count() == 10
    list(retention.run(now + timedelta(days=8, hours=1)))
    assert db.session.query(MissionLetter).count() == 0
    assert queries.wrote(campaign().id, "focal-point") == {"KEN": 10}


def test_of_fewer_than_ten_nothing_is_told_and_the_tracker_tells_the_tens(app, client, kenya):
    assert [rules.told(n) for n in (0, 9, 10, 19, 20, 105)] == [0, 0, 10, 10, 20, 100]
    tracker = "/en/un75/positions/focal-point"
    operations.count([MissionLetter(campaign_id=campaign().id, ask="focal-point", state="KEN")] * 12)
    db.session.commit()
    for page in (tracker, "/en/un75/states/KEN", PAGE):
        assert "t least <bdi>10</bdi> letters" in client.get(page).get_data(as_text=True), page
    assert PAGE.rpartition("/")[0] in client.get(tracker).get_data(as_text=True)


# The desk.

ROWS = """state;place;email;language;source;checked_on;general
KEN;new-york;fictional-ken-new-york@example.org;en;https://example.org/ken;2026-01-01;yes
PER;geneva;fictional-per@example.org;es;https://example.org/per;2026-01-01;yes
PER;geneva;fictional-twice@example.org;es;https://example.org/per;2026-01-01;yes
XXX;geneva;fictional@example.org;es;https://example.org/x;2026-01-01;yes
GHA;geneva;fictional@example.org;es;https://example.org/x;2026-01-01;
"""


def test_a_file_is_tried_out_first_and_taken_in_without_what_is_refused(client, kenya, staff):
    desk, path = staff("campaigner"), "/en/desk/un75/targets/file"
    tried = desk.post(path, data={"content": ROWS, "action": "try"}).get_data(as_text=True)
    assert all(f"{said}: <bdi>{n}</bdi>" in tried for said, n in (("new", 1), ("changed", 1), ("refused", 3)))
    assert db.session.query(Target).count() == 1
    assert desk.post(path, data={"content": ROWS, "action": "take"}).status_code == 303
    assert [(one.state, one.language) for one in desk_queries.everything(campaign().id)] == [
        ("KEN", "en"),
        ("PER", "es"),
    ]
    again = desk.get("/en/desk/un75/targets/targets.csv").get_data(as_text=True)
    tried = desk.post(path, data={"content": again, "action": "try"}).get_data(as_text=True)
    assert "as it stands: <bdi>2</bdi>" in tried


def test_nothing_comes_with_the_software_and_an_entry_needs_its_source_and_no_person(client, staff, session):
    assert db.session.query(Target).count() == 0
    desk = staff("campaigner")
    said = {"state": "KEN", "place": "geneva", "email": "fictional@example.org", "language": "en", "policy": "open"}
    said |= {"checked_on": clock.today().isoformat()}
    wrong = desk.post("/en/desk/un75/targets/new", data=said)
    assert wrong.status_code == 422 and "named diplomat" in wrong.get_data(as_text=True)
    said |= {"general": "y", "source": "https://example.org/missions"}
    assert desk.post("/en/desk/un75/targets/new", data=said).status_code == 303
    assert "fictional@example.org" in client.get(f"{PAGE}/geneva").get_data(as_text=True)


def test_the_task_that_mails_takes_an_id_and_can_run_twice(app, kenya):
    one = sample.letter(kenya)
    db.session.commit()
    run_jobs(app)
    operations.confirm(one, clock.now())
    db.session.commit()
    with app.app_context():
        tasks.confirm_mail.func(letter_id=one.id)
    assert len(messages()) == 1


# Letters that help, of an ask that has none of its own.


def test_every_ask_gives_a_fitting_start_in_the_words_of_the_ask(app, client, kenya):
    page = client.get("/en/un75/write/participation/KEN").get_data(as_text=True)
    assert "Simpler and wider participation" in page and "Make it simpler for civil society organizations" in page
    starts = {one: texts.template(campaign().id, "participation", one, "en") for one in rules.LETTERS}
    assert "thank your Government" in starts[rules.THANK] and "look at the matter again" in starts[rules.ANSWER]
    assert "support this in its own name" in starts[rules.REQUEST] and len(set(starts.values())) == 3
    for language in CODES:
        asked = documents.words(campaign().id, "asks", "participation", language)
        start = texts.template(campaign().id, "participation", rules.REQUEST, language)
        assert asked.fields["title"] in start and dict(asked.blocks)["ask"][:40] in start
        assert rules.mailto("fictional@example.org", "x", start) or language in ("ar", "ru", "zh")
    own = texts.template(campaign().id, "focal-point", rules.THANK, "en")
    assert "high-level focal point" in own and "This is what is asked for" not in own
    assert texts.plain_text("A **b** [c](https://example.org) & d\n\n- e\n- f") == "A b c & d\n\ne\n\nf"
