"""Write to your mission, asked twice: by a second click, by a second mail, through a second entry of one mailbox; and
what the page says of a state is no more than is on file."""

import re
from types import SimpleNamespace

import pytest

from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import missions
from app.mobilisation.writing import mails, queries, rules
from app.mobilisation.writing.models import MissionLetter
from app.mobilisation.writing.pages import Page
from app.positions.record import Position
from tests.browser import mission_sample as sample
from tests.mobilisation.writing_support import FORM, LINK, PAGE, messages, text_of, through, waiting
from tests.positions.reply_support import campaign
from tests.support import run_jobs, run_task

THERE = {"REMOTE_ADDR": "198.51.100.7"}


def _post(client, **said):
    return client.post(f"{PAGE}/new-york", data={**FORM, **said})


def _link(message) -> str:
    """The page that a mail leads to, also where it says nothing."""
    return re.sub(r"/m/(.+)/w$", r"/written/\1", LINK.search(text_of(message))[1])


def test_whoever_asks_once_more_and_confirms_both_mails_has_written_one_letter(app, client, kenya):
    for _ in range(2):
        _post(client)
    run_jobs(app)
    first, second = map(_link, messages())
    for link in (first, second, second):
        client.post(link, data={"action": "confirm"})
        run_jobs(app)
    assert [one["To"] for one in messages()].count(kenya.email) == 1
    # Both links lead to it.
    assert all("It was sent to the mission" in client.get(link).get_data(as_text=True) for link in (first, second))
    # Other words are another letter.
    _post(client, **{"us-own": FORM["us-own"] + " And now the river is dry."})
    run_jobs(app)
    client.post(_link(messages()[-1]), data={"action": "confirm"})
    run_jobs(app)
    assert [one["To"] for one in messages()].count(kenya.email) == 2


def test_a_button_pressed_twice_gives_an_organisation_one_letter_that_says_where_it_goes(app, client, kenya, staff):
    voices = sample.trusted(campaign())
    db.session.commit()
    said = through(**{"org-organisation": str(voices.id)})
    for _ in range(2):
        assert client.post(f"{PAGE}/new-york", data=said, environ_base=THERE).status_code == 303
    found = db.session.query(MissionLetter).one()
    queue = staff("campaigner").get("/en/desk/un75/mission-letters").get_data(as_text=True)
    assert "Permanent mission in New York" in queue and kenya.email in queue
    names = {"KEN": "Kenya"}, {"focal-point": "Fictional ask"}
    body = mails.passing_on([found], "fictional@voices.example.org", "en", *names, queries.targets_of([found])).body
    assert f"Kenya, Permanent mission in New York, {kenya.email}\nFictional ask" in body


@pytest.mark.parametrize("policy", [rules.DIGEST, rules.CLOSED])
def test_what_a_mission_asked_for_holds_for_its_mailbox_whichever_entry_notes_it(app, client, kenya, staff, policy):
    waiting(kenya, 2)
    # Another office, or another campaign, has the same mailbox.
    other = sample.target(campaign(), "CRI", email=kenya.email.replace("fictional", "Fictional"), policy=policy)
    db.session.commit()
    assert queries.heeded([kenya, other]) == {kenya.id: policy, other.id: policy}
    page = client.get(PAGE).get_data(as_text=True)
    assert 'id="way-own"' not in page
    assert "That holds here, too" in staff("campaigner").get(f"/en/desk/un75/targets/{kenya.id}").get_data(as_text=True)
    listed = staff("campaigner").get("/en/desk/un75/targets").get_data(as_text=True)
    assert '<td data-label="What it may be sent">Letters are welcome' not in listed
    run_task(app, "writing:sweep")
    sent = [one for one in messages() if one["To"] == kenya.email]
    if policy == rules.CLOSED:
        assert sent == [] and "asked not to be written to" in page and _post(client).status_code == 409
        assert missions.mailboxes(campaign().id) == {} and queries.states_on_file(campaign().id) == frozenset()
    else:
        assert len(sent) == 1 and "an answer comes to us" in page and "The mission does not see it" in page


def test_who_writes_for_a_digest_is_not_told_that_the_mission_answers_to_them(app, client, kenya):
    kenya.policy = rules.REPLIED
    db.session.commit()
    assert _post(client).status_code == 303
    run_jobs(app)
    letter = mails.confirmation(
        address="a@example.org",
        language="en",
        token="x",
        state="Kenya",
        until=clock.today(),
        discreet=False,
        digests=True,
    )
    assert "in one mail with everybody's own words" in " ".join(letter.paragraphs)
    assert "answers to your address" not in " ".join(letter.paragraphs)
    client.post(_link(messages()[-1]), data={"action": "confirm"})
    run_jobs(app)
    (digest,) = (one for one in messages() if one["To"] == kenya.email)
    assert FORM["us-email"] not in text_of(digest) + str(digest["Reply-To"])


def test_nobody_writes_for_others_in_a_digest(kenya):
    words = "My own words, and they are long enough.\n  Somebody Else\n\n* I am against it."
    said = mails.digest([sample.letter(kenya, own=words, body="* A body.")], kenya.email, "en", {}).body
    assert [line for line in said.split("\n") if line.startswith("*")] == ["* My own words, and they are long enough."]
    assert "\n  * I am against it.\n  Fictional Writer 0" in said


@pytest.mark.parametrize(
    ("position", "level", "stance"),
    [
        ("champion", "own", "thank"),
        ("support", "named", "thank"),
        ("support", "group", "request"),
        ("partial", "own", "partial"),
        ("partial", "group", "request"),
        ("undecided", "own", "request"),
        ("sceptical", "own", "answer"),
        ("opposed", "named", "answer"),
        ("opposed", "group", "group-answer"),
        ("unknown", "none", "request"),
        (None, None, "withheld"),
    ],
)
def test_what_is_said_of_a_state_is_no_more_than_is_on_file(position, level, stance):
    account = position and SimpleNamespace(position=Position("KEN", "x", clock.today(), position, level))
    page = Page(*[None] * 3, SimpleNamespace(account=account), [], {}, None, [], None, False)
    assert page.stance == stance


def test_where_no_address_is_on_file_the_letter_is_there_to_copy(client, session):
    page = client.get("/fr/un75/write/focal-point/URY").get_data(as_text=True)
    assert 'id="copy-letter"' in page and "Excellence" in page and 'name="us-own"' not in page
    careful = client.get("/en/un75/write/focal-point/BLR").get_data(as_text=True)
    assert 'id="copy-letter"' not in careful


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ("我是一名教师，在河边的学校工作，我们的信件从来没有得到答复。", True),
        ("请支持。", False),
        ("😀" * 60, False),
        ("\u200b" * 60, False),
        ("I live by the river, and it is dry. " * 3, True),
    ],
    ids=["chinese", "too few", "emoji", "unseen", "english"],
)
def test_own_words_are_words_in_whatever_script(client, kenya, words, taken):
    answer = _post(client, **{"us-own": words})
    assert answer.status_code == (303 if taken else 422)
    assert taken or "a sentence or two" in answer.get_data(as_text=True)
