"""Evidence at the desk: entered, checked by a second person, published, withdrawn; a vote pasted in one go."""

import io
import re
from datetime import timedelta

import pytest

from app.campaigns.models import Campaign
from app.kernel import clock
from app.positions import operations, queries
from app.positions.models import Evidence as Row
from app.positions.models import Roll

DESK = "/en/desk/un75/evidence"
ASK = "focal-point"
FIRST = f"type=national_statement&ask={ASK}&speaker=state:KEN&date=2024-05-01"
SAID = {
    "signal": "support",
    "relevance": "direct",
    "confidence": "high",
    "url": "https://example.org/fictional",
    "quote": "A fictional sentence.",
}
VOTE = {
    "kind": "vote",
    "ask": ASK,
    "date": "2024-05-01",
    "on": "whole",
    "yes_means": "for",
    "relevance": "direct",
    "confidence": "high",
    "un_symbol": "A/TEST/L.1",
    "url": "https://example.org/vote",
    "pasted": "The draft was adopted by 2 votes in favour to 1 against, with 1 abstention.\n"
    "In favour: Kenya, Fiji.\nAgainst: Peru.\nAbstaining: Atlantis.",
}


@pytest.fixture
def campaign(session):
    return session.query(Campaign).filter_by(slug="un75").one()


def where(campaign, state):
    return queries.standing(campaign.id, ASK, clock.today())[state].position


def entered(client, **said):
    answer = client.post(f"{DESK}/new/details?{FIRST}", data=SAID | said)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_piece_is_entered_checked_by_another_published_and_withdrawn(staff, campaign):
    author, other = staff("campaigner"), staff("campaigner")
    page = entered(author)
    assert "Another person has to check it" in author.get(page).text
    author.post(f"{page}/step", data={"step": "check"})
    assert "I compared it" in other.get(page).text
    for step in ("check", "publish"):
        assert other.post(f"{page}/step", data={"step": step}).status_code == 303
    assert where(campaign, "KEN") == "support"
    shown = author.get(page).text
    assert "Kenya</bdi>: Supports" in shown and "Fictional campaigner" in shown
    assert other.post(f"{page}/withdraw", data={"reason": " "}).status_code == 422
    other.post(f"{page}/withdraw", data={"reason": "Said by somebody else."})
    assert where(campaign, "KEN") == "unknown"
    assert "Said by somebody else." in author.get(page).text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(staff):
    client = staff("campaigner")
    wrong = client.get(f"{DESK}/new/details?type=vote&ask={ASK}&speaker=group:EU&date=2024-99-01")
    assert wrong.status_code == 422
    assert 'id="date-error"' in wrong.text and 'id="speaker-error"' in wrong.text
    answer = client.post(f"{DESK}/new/details?{FIRST}", data=SAID | {"signal": "", "url": "no address"})
    assert answer.status_code == 422
    assert 'id="signal-error"' in answer.text and 'id="url-error"' in answer.text
    assert "A fictional sentence." in answer.text and 'value="no address"' in answer.text


@pytest.mark.parametrize(
    ("kind", "speaker", "fields"),
    [
        ("vote", "state:KEN", ("on", "yes_means", "cast")),
        ("withdrawal", "state:KEN", ("regards",)),
        ("dissociation", "state:KEN", ("regards", "signal")),
        ("group_statement", "group:NAM", ("states", "signal")),
        ("consensus_adoption", "un:UN", ("un_symbol",)),
        ("joint_statement", "state:KEN", ("states",)),
    ],
)
def test_the_second_step_asks_what_the_type_asks(staff, kind, speaker, fields):
    page = staff("campaigner").get(f"{DESK}/new/details?type={kind}&ask={ASK}&speaker={speaker}&date=2024-05-01")
    assert page.status_code == 200
    for field in fields:
        assert f'name="{field}"' in page.text
    assert ("it speaks for" in page.text) == (kind == "group_statement")


def test_namibia_does_not_speak_for_the_non_aligned(staff):
    page = staff("campaigner").get(
        f"{DESK}/new/details?type=group_statement&ask={ASK}&speaker=state:NAM&date=2024-05-01"
    )
    assert page.status_code == 422 and 'id="speaker-error"' in page.text


def test_what_is_on_file_already_is_pointed_out_before_it_is_kept(staff, session):
    client = staff("campaigner")
    entered(client)
    answer = client.post(f"{DESK}/new/details?{FIRST}", data=SAID)
    assert answer.status_code == 422 and "on file already" in answer.text
    entered(client, anyway="y")
    assert session.query(Row).filter_by(url=SAID["url"]).count() == 2


def test_a_draft_is_changed_and_a_published_piece_is_not(staff, session):
    client = staff("campaigner")
    page = entered(client)
    assert 'value="https://example.org/fictional"' in client.get(f"{page}/change").text
    assert client.get(f"{page}/first").status_code == 200
    checker = staff("administrator")
    read = re.search(r'name="seen" value="([^"]+)"', checker.get(page).text)[1]
    client.post(f"{page}/change", data=SAID | {"signal": "opposed"})
    checker.post(f"{page}/step", data={"step": "check", "seen": read})
    assert "Somebody may have been faster" in checker.get(page).text, "they compared other words"
    row = session.query(Row).filter_by(url=SAID["url"]).one()
    assert (row.signal, row.status) == ("opposed", "draft")
    for step in ("check", "publish"):
        checker.post(f"{page}/step", data={"step": step})
    assert client.get(f"{page}/change").status_code == 404


def test_the_list_is_searched_filtered_and_exported_as_filtered(staff):
    client = staff("campaigner")
    entered(client)
    assert "Kenya" in client.get(f"{DESK}?speaker=KEN&status=draft&q=fictional+sentence").text
    page = client.get(f"{DESK}?type=silence_break&sort=changed").text
    assert "No piece is like that" in page
    assert "/exports/evidence?type=silence_break" in page
    for order in ("date", "-date", "changed", "ref", "nonsense"):
        assert client.get(f"{DESK}?sort={order}").status_code == 200
    for needs in ("check", "provisional", "recheck"):
        assert client.get(f"{DESK}?needs={needs}").status_code == 200
    assert client.get(f"{DESK}?at=nonsense").status_code == 404


def test_an_observer_sees_and_does_nothing(staff):
    page = entered(staff("campaigner"))
    observer = staff("observer")
    assert "Withdraw</summary>" not in observer.get(page).text
    assert observer.post(f"{page}/step", data={"step": "check"}).status_code == 403
    assert observer.get(f"{DESK}/new").status_code == 403


def test_a_source_is_attached_and_downloaded(staff):
    client = staff("campaigner")
    page = entered(client)
    assert client.post(f"{page}/source", data={}).status_code == 422
    refused = client.post(f"{page}/source", data={"file": (io.BytesIO(b"GIF89a\x00"), "a.gif")})
    assert refused.status_code == 422 and "neither a PDF" in refused.text
    client.post(f"{page}/source", data={"file": (io.BytesIO(b"%PDF-1.7 fictional"), "a.pdf")})
    answer = client.get(f"{page}/source")
    assert answer.data == b"%PDF-1.7 fictional"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_vote_is_pasted_checked_by_another_published_and_the_positions_move(staff, campaign, session, client):
    author, other = staff("campaigner"), staff("campaigner")
    read = author.post(f"{DESK}/rolls/new", data=VOTE)
    assert read.status_code == 200
    assert "Atlantis" in read.text and "states matched" in read.text and "differs" in read.text
    refused = author.post(f"{DESK}/rolls/new", data=VOTE | {"store": "1"})
    assert refused.status_code == 422 and "of each name" in refused.text
    assert session.query(Roll).count() == 0
    given = VOTE | {"store": "1", "name": "abstain:Atlantis", "made": "GHA"}
    kept = author.post(f"{DESK}/rolls/new", data=given)
    assert kept.status_code == 303, kept.text
    page = kept.headers["Location"]
    assert session.query(Row).filter_by(un_symbol="A/TEST/L.1", status="draft").count() == 4
    author.post(f"{page}/step", data={"step": "check"})
    assert "has to check it" in author.get(page).text
    for step in ("check", "publish"):
        other.post(f"{page}/step", data={"step": step})
    assert [where(campaign, state) for state in ("KEN", "FJI", "PER", "GHA")] == [
        *("support", "support", "opposed", "undecided")
    ]
    public = client.get(f"/api/v1/campaigns/un75/positions?ask={ASK}").json["positions"]
    assert (public["PER"]["position"], public["GHA"]["flags"]) == ("opposed", ["abstained"])
    assert author.get(f"{DESK}/rolls").status_code == 200
    piece = session.query(Row).filter_by(speaker="PER", un_symbol="A/TEST/L.1").one()
    assert "Published with the whole list" in author.get(f"{DESK}/{piece.id}").text
    other.post(f"{page}/withdraw", data={"reason": "It was another vote."})
    assert where(campaign, "PER") == "unknown"


def test_a_total_that_differs_is_kept_only_when_somebody_says_so(staff, session):
    client = staff("campaigner")
    left_out = VOTE | {"store": "1", "name": "abstain:Atlantis", "made": "-"}
    refused = client.post(f"{DESK}/rolls/new", data=left_out)
    assert refused.status_code == 422 and 'id="differs-error"' in refused.text
    assert client.post(f"{DESK}/rolls/new", data=left_out | {"differs": "y"}).status_code == 303
    assert session.query(Roll).one().stated == {"yes": 2, "no": 1, "abstain": 1}


def test_a_list_of_states_becomes_one_statement_or_a_piece_for_each(staff, session):
    client = staff("campaigner")
    said = {**VOTE, "on": "", "yes_means": "", "signal": "support", "store": "1", "pasted": "Кения, Фиджи и Перу"}
    statement = client.post(f"{DESK}/rolls/new", data=said | {"kind": "joint_statement"})
    assert statement.status_code == 422 and 'id="speaker-error"' in statement.text
    statement = client.post(f"{DESK}/rolls/new", data=said | {"kind": "joint_statement", "speaker": "KEN"})
    assert statement.status_code == 303, statement.text
    assert session.query(Row).filter_by(un_symbol="A/TEST/L.1").one().states == ["FJI", "KEN", "PER"]
    listed = client.post(f"{DESK}/rolls/new", data=said | {"kind": "cosponsor", "anyway": "y"})
    assert listed.status_code == 303, listed.text
    assert session.query(Row).filter_by(type="cosponsor", un_symbol="A/TEST/L.1").count() == 3


def test_a_vote_is_refused_by_the_rules_of_one_piece(staff, session):
    said = VOTE | {"on": "", "pasted": "In favour: Kenya.", "store": "1", "url": "no address"}
    answer = staff("campaigner").post(f"{DESK}/rolls/new", data=said)
    assert answer.status_code == 422
    assert 'id="on-error"' in answer.text and 'id="url-error"' in answer.text
    assert session.query(Roll).count() == 0


def test_a_position_is_withheld_with_a_reason_and_shown_again(staff, campaign, client):
    author, other = staff("campaigner"), staff("campaigner")
    page = entered(author)
    for step in ("check", "publish"):
        other.post(f"{page}/step", data={"step": step})
    desk = "/en/desk/un75/positions"
    said = {"ask": ASK, "state": "KEN", "language": "en"}
    assert author.post(desk, data=said).status_code == 422
    assert author.post(desk, data=said | {"reason": "We are asking again."}).status_code == 303
    assert where(campaign, "KEN") == "unknown"
    assert author.post(desk, data=said | {"reason": "Twice."}).status_code == 422
    assert "We are asking again." in author.get(desk).text
    author.post(f"{desk}/lift", data=said)
    assert where(campaign, "KEN") == "support"


def test_the_first_page_tells_what_waits(staff, campaign, session):
    client = staff("campaigner")
    before = clock.now() - timedelta(days=15)
    cells = SAID | {"type": "official_reply", "ask": ASK, "speaker": "KEN", "date": "2024-05-01"}
    row = operations.enter(campaign, cells, actor=client.staff_id, now=before, provisional=True)
    operations.renew_text(campaign, ASK, actor=client.staff_id, now=clock.now())
    session.commit()
    page = client.get("/en/desk/un75").text
    assert "to be checked" in page and "provisional for more than 14 days" in page and "older text" in page
    client.post(f"{DESK}/{row.id}/step", data={"step": "confirm"})
    client.post(f"{DESK}/{row.id}/step", data={"step": "recheck"})
    session.refresh(row)
    assert (row.provisional, row.ask_version) == (False, 2)
    # Whoever changed it last waits for another person, or for a day.
    assert "has to check it" in client.get(f"{DESK}/{row.id}").text
    old = operations.enter(campaign, cells, actor=client.staff_id, now=before)
    session.commit()
    client.post(f"{DESK}/{old.id}/step", data={"step": "check"})
    assert "checked by one person" in client.get(f"{DESK}/{old.id}").text
