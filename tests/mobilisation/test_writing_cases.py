"""Write to your mission where something has changed or is missing: what has replied stays closed to letters, nothing
that was written is lost, and every link and digest holds what it says."""

import io

import openpyxl
import pytest
from sqlalchemy import text

from app.campaigns import queries as campaigns
from app.kernel import clock
from app.kernel.db import db
from app.mobilisation.writing import desk_queries, directory, rules, tasks
from app.mobilisation.writing.models import MissionLetter, Target
from tests.browser import mission_sample as sample
from tests.desk_support import make_staff
from tests.mobilisation.writing_support import FORM, PAGE, messages, text_of, through, waiting
from tests.positions.reply_support import campaign

HEAD = "state;place;email;language;source;checked_on;general"
ROW = "KEN;new-york;fictional-new@example.org;fr;https://example.org/ken;2026-01-01;yes"
FILE = "/en/desk/un75/targets/file"


def _replied(target: Target) -> None:
    said = {"ask": "focal-point", "received_on": clock.today(), "words": "Fictional words.", "language": "en"}
    directory.replied(campaign(), target, **said, actor=make_staff("campaigner").id, now=clock.now())
    db.session.commit()


def _taken(desk, table: str) -> dict[tuple[str, str], tuple[str, str]]:
    assert desk.post(FILE, data={"content": table, "action": "take"}).status_code == 303
    return {(one.state, one.place): (one.email, one.policy) for one in desk_queries.everything(campaign().id)}


@pytest.mark.parametrize("policy", [rules.CLOSED, rules.DIGEST, rules.REPLIED])
def test_a_file_of_addresses_opens_no_mission_that_asked_for_less(kenya, staff, policy):
    kenya.policy = policy
    db.session.commit()
    assert _taken(staff("campaigner"), f"{HEAD}\n{ROW}") == {
        ("KEN", "new-york"): ("fictional-new@example.org", policy),
    }


def test_a_mission_that_has_replied_gets_digests_however_it_is_entered_again(kenya, staff):
    _replied(kenya)
    desk, number = staff("campaigner"), kenya.id
    form = {"state": "KEN", "place": "new-york", "email": kenya.email, "language": "fr", "general": "y"}
    form |= {"source": sample.SOURCE, "checked_on": clock.today().isoformat(), "policy": rules.OPEN}
    assert desk.post(f"/en/desk/un75/targets/{number}", data=form).status_code == 303
    assert "As it has replied, it gets digests only" in desk.get("/en/desk/un75/targets").get_data(as_text=True)
    assert db.session.get(Target, number).policy == rules.REPLIED
    assert _taken(desk, f"{HEAD};policy\n{ROW};open")["KEN", "new-york"][1] == rules.REPLIED
    desk.post(f"/en/desk/un75/targets/{number}/remove")
    assert _taken(desk, f"{HEAD}\n{ROW}")["KEN", "new-york"][1] == rules.REPLIED
    tried = desk.post(FILE, data={"content": f"{HEAD};policy\n{ROW};open", "action": "try"}).get_data(as_text=True)
    assert "as it stands: <bdi>1</bdi>" in tried


def test_a_letter_never_goes_to_another_state_because_its_entry_was_changed(kenya):
    waiting(kenya, 1)
    said = directory.Said("UGA", rules.NEW_YORK, "fictional-uga@example.org", "en", sample.SOURCE, clock.today())
    put = directory.put(campaign(), said, actor=make_staff("campaigner").id, now=clock.now(), target=kenya)
    db.session.commit()
    tasks.deliver.func(target_id=put.id)
    assert messages() == [] and db.session.query(MissionLetter).one().status == rules.DROPPED


def test_a_workbook_and_what_a_spreadsheet_makes_of_words_are_read(kenya, staff):
    book, out = openpyxl.Workbook(), io.BytesIO()
    day = clock.today()
    for row in (
        ["State", "Place", "Email", "Language", "Source", "checked_on", "General"],
        ["Côte d’Ivoire", "New York", "fictional-civ@example.org", "FR", "https://example.org/civ", day, "Yes"],
        ["Nowhere", "Geneva", "fictional@example.org", "en", "https://example.org/x", day, "yes"],
    ):
        book.active.append(row)
    book.save(out)
    out.seek(0)
    tried = staff("campaigner").post(FILE, data={"file": (out, "fictional.xlsx"), "action": "try"})
    page = tried.get_data(as_text=True)
    assert tried.status_code == 200 and "new: <bdi>1</bdi>" in page and "refused: <bdi>1</bdi>" in page
    assert "fictional-civ@example.org" in page and "Nowhere" in page, "whoever takes it in sees each mailbox"


@pytest.mark.parametrize("change", ["closed", "gone", "nobody passes on"])
def test_what_was_written_is_given_back_where_the_way_was_closed_meanwhile(client, kenya, change):
    form = FORM
    if change == "closed":
        kenya.policy = rules.CLOSED
    elif change == "gone":
        directory.remove(campaign(), kenya, actor=make_staff("campaigner").id, now=clock.now())
    else:
        form = through(**{"org-organisation": "1"})
    db.session.commit()
    answer = client.post(f"{PAGE}/new-york", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code in (409, 422) and "Your letter was not taken" in page
    assert FORM["us-own"] in page and FORM["us-body"] in page and db.session.query(MissionLetter).count() == 0


def test_a_country_has_to_be_chosen(client, session):
    there = "/en/un75/write/focal-point"
    assert '<option value="">Please choose' in client.get(there).get_data(as_text=True)
    unchosen = client.get(f"{there}?state=XXX")
    assert unchosen.status_code == 404 and "choose your country from the list" in unchosen.get_data(as_text=True)


@pytest.mark.parametrize("letters", [("x", "y"), ("مهم" * 40, "رسالة " * 900), ("主" * 200, "信" * 4000), ("x", "")])
def test_whatever_a_letter_holds_there_is_a_link_that_every_program_takes(letters):
    subject, letter = letters
    link, whole = rules.mail_link("fictional@example.org", subject, "[Own words]", letter)
    assert link.startswith("mailto:fictional@example.org") and len(link) <= rules.LONGEST_MAILTO
    assert whole == (len(letter) < 100)


def test_where_the_ask_is_not_in_the_missions_language_the_letter_is_in_one_that_is(client, kenya):
    kenya.language = "ru"
    db.session.execute(
        text("DELETE FROM campaigns_block WHERE kind = 'asks' AND slug = 'focal-point' AND language = 'ru'")
    )
    db.session.commit()
    page = client.get(PAGE).get_data(as_text=True)
    assert "I ask your Government" in page and "only so far" in page


def test_an_answer_on_another_ask_says_so(client, kenya):
    _replied(kenya)
    page = client.get(PAGE.replace("focal-point", "participation")).get_data(as_text=True)
    assert "on another ask:" in page and "Fictional words." in page
    assert "on another ask:" not in client.get(PAGE).get_data(as_text=True)


def test_three_hundred_letters_of_one_hour_are_a_few_mails_and_one_digest(app, kenya, at):
    waiting(kenya, 300)
    tasks.sweep.func(timestamp=0)
    sent = messages()
    assert len(sent) == rules.PER_HOUR
    assert sum(text_of(one).count(sample.OWN) for one in sent) == 300
    assert text_of(sent[-1]).count("A fictional letter.") == 1


def test_a_digest_is_in_the_language_that_its_mission_was_given_since(app, kenya):
    waiting(kenya, 2)
    kenya.policy, kenya.language = rules.DIGEST, "es"
    db.session.commit()
    tasks.sweep.func(timestamp=0)
    (ask,) = [one for one in campaigns.asks(campaign().id) if one.slug == "focal-point"]
    assert ask.titles["es"] in text_of(messages()[0]) and ask.titles["fr"] not in text_of(messages()[0])


def test_a_digest_is_no_larger_than_a_mail_server_takes():
    assert rules.in_one([("own", "body")] * 2000) == rules.IN_A_DIGEST
    large = [("o" * rules.LONGEST_OWN, str(n) + "b" * rules.LONGEST_BODY) for n in range(400)]
    assert 1 < rules.in_one(large) < 250 and rules.in_one(large[:3]) == 3 and rules.in_one([]) == 0


def test_a_mailbox_that_looks_like_somebodys_own_is_looked_at_again(kenya, staff):
    for own in ("jane.doe", "Jean-Marie.Fictif", "j.fictional", "ama_mensah"):
        assert rules.personal(f"{own}@mission.example.org"), own
    for office in (
        "mission",
        "kenya.un",
        "un-newyork",
        "info.geneva",
        "perm.rep",
        "fictional-ken-new-york",
        "kenyamission",
    ):
        assert not rules.personal(f"{office}@example.org"), office
    desk, row = staff("campaigner"), ROW.replace("fictional-new@", "ama.mensah@")
    tried = desk.post(FILE, data={"content": f"{HEAD}\n{row}", "action": "try"}).get_data(as_text=True)
    assert "looks like somebody&#39;s own mailbox" in tried
    form = {"state": "GHA", "place": "geneva", "email": "ama.mensah@example.org", "language": "en", "general": "y"}
    form |= {"source": sample.SOURCE, "checked_on": clock.today().isoformat(), "policy": rules.OPEN}
    # It is asked about before it is public.
    asked = desk.post("/en/desk/un75/targets/new", data=form)
    assert asked.status_code == 422 and "looks like somebody&#39;s own mailbox" in asked.get_data(as_text=True)
    assert not directory.of(campaign().id, "GHA", rules.GENEVA)
    assert desk.post("/en/desk/un75/targets/new", data=form | {"again": "y"}).status_code == 303
