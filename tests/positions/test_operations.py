"""Evidence on its way from draft to published, what that moves, and what cannot be done."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from app.campaigns.models import Ask, Campaign
from app.kernel import audit, clock
from app.positions import operations, queries, refreshing
from app.positions.models import Change, StoredPosition
from app.positions.models import Evidence as Row
from tests.desk_support import make_staff

ASK = "focal-point"
SAID = {
    "ask": ASK,
    "speaker": "KEN",
    "type": "national_statement",
    "date": "2024-05-01",
    "signal": "support",
    "relevance": "direct",
    "confidence": "high",
    "url": "https://example.org/a",
}


@pytest.fixture
def campaign(session):
    return session.query(Campaign).filter_by(slug="un75").one()


@pytest.fixture
def two(app):
    return make_staff("campaigner").id, make_staff("campaigner").id


def published(campaign, two, **said):
    now = clock.now()
    row = operations.enter(campaign, SAID | said, actor=two[0], now=now)
    operations.check(campaign, row, actor=two[1], now=now)
    operations.publish(campaign, row, actor=two[1], now=now)
    return row


def where(campaign, state, ask=ASK):
    found = queries.standing(campaign.id, ask, clock.today())[state]
    return found.position, found.level


def test_a_piece_counts_once_a_second_person_checked_it_and_it_is_published(campaign, two):
    now = clock.now()
    row = operations.enter(campaign, SAID, actor=two[0], now=now)
    with pytest.raises(operations.NotYet, match="status"):
        operations.publish(campaign, row, actor=two[0], now=now)
    with pytest.raises(operations.NotYet, match="alone"):
        operations.check(campaign, row, actor=two[0], now=now)
    operations.check(campaign, row, actor=two[1], now=now)
    assert where(campaign, "KEN") == ("unknown", "none")
    operations.publish(campaign, row, actor=two[0], now=now)
    assert where(campaign, "KEN") == ("support", "own")
    assert not row.checked_alone


def test_after_a_day_one_person_may_check_alone_and_it_is_said(campaign, two):
    now = clock.now()
    row = operations.enter(campaign, SAID, actor=two[0], now=now)
    operations.check(campaign, row, actor=two[0], now=now + timedelta(hours=24))
    assert (row.status, row.checked_alone) == ("checked", True)


def test_of_medium_confidence_a_piece_waits_for_a_second_source(campaign, two):
    now = clock.now()
    first = operations.enter(campaign, SAID | {"confidence": "medium"}, actor=two[0], now=now)
    operations.check(campaign, first, actor=two[1], now=now)
    with pytest.raises(operations.NotYet, match="second"):
        operations.publish(campaign, first, actor=two[1], now=now)
    other = SAID | {"confidence": "medium", "url": "https://example.com/b", "type": "official_reply"}
    second = operations.enter(campaign, other, actor=two[0], now=now)
    operations.check(campaign, second, actor=two[1], now=now)
    operations.publish(campaign, first, actor=two[1], now=now)
    assert where(campaign, "KEN") == ("support", "own")


def test_a_published_piece_is_withdrawn_with_a_reason_and_never_deleted(campaign, two, session):
    row = published(campaign, two)
    with pytest.raises(operations.NotYet):
        operations.change(campaign, row, SAID, actor=two[0], now=clock.now(), provisional=False)
    with pytest.raises(ValueError, match="reason"):
        operations.withdraw(campaign, row, "  ", actor=two[0], now=clock.now())
    operations.withdraw(campaign, row, "Said by somebody else.", actor=two[0], now=clock.now())
    assert where(campaign, "KEN") == ("unknown", "none")
    moves = session.execute(select(Change.was, Change.position, Change.why).where(Change.state == "KEN")).all()
    assert [tuple(move) for move in moves] == [("unknown", "support", "evidence"), ("support", "unknown", "evidence")]
    with pytest.raises(DBAPIError, match="not deleted"), session.begin_nested():
        session.execute(text("DELETE FROM positions_evidence WHERE id = :id"), {"id": row.id})


def test_a_piece_touches_whom_it_can_move_and_nobody_else(campaign, two, session):
    published(campaign, two, speaker="DEU")
    written = []

    def note(connection, cursor, statement, parameters, context, many):
        if statement.startswith(("INSERT INTO positions_position", "DELETE FROM positions_position")):
            written.append(parameters)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    published(campaign, two, speaker="KEN")
    event.remove(bind, "before_cursor_execute", note)
    assert [parameters["state"] for parameters in written] == ["KEN"]
    kenya = {"KEN"}
    assert refreshing.touched(campaign.id, [operations._piece(session.query(Row).filter_by(speaker="KEN").one())]) == {
        ASK: kenya
    }


def test_a_group_speaks_for_its_members_in_one_refresh(campaign, two, session):
    before = session.scalar(select(func.count()).select_from(StoredPosition).where(StoredPosition.ask == ASK))
    published(campaign, two, speaker="NAM", type="group_statement", un_symbol="A/TEST/1")
    found = queries.standing(campaign.id, ASK, clock.today())
    inferred = [state for state, position in found.items() if position.inferred]
    assert 110 < len(inferred) <= 121
    after = session.scalar(select(func.count()).select_from(StoredPosition).where(StoredPosition.ask == ASK))
    assert after - before == len(inferred)


def test_namibia_and_the_non_aligned_have_one_code_and_two_voices(campaign, two):
    published(campaign, two, speaker="NAM", signal="opposed")
    assert where(campaign, "NAM") == ("opposed", "own")
    assert where(campaign, "KEN") == ("unknown", "none")
    assert [piece.type for piece in queries.about(campaign.id, "NAM", group=True)] == []
    assert [piece.type for piece in queries.about(campaign.id, "NAM")] == ["national_statement"]


def test_a_new_text_of_the_ask_leaves_old_evidence_related_until_it_is_checked_again(campaign, two, session):
    row = published(campaign, two)
    assert operations.renew_text(campaign, ASK, actor=two[0], now=clock.now()) == 2
    assert where(campaign, "KEN") == ("unknown", "none")
    operations.recheck(campaign, row, actor=two[1], now=clock.now())
    assert where(campaign, "KEN") == ("support", "own")
    with pytest.raises(operations.NotYet):
        operations.renew_text(campaign, "declaration", actor=two[0], now=clock.now())
    assert session.query(Ask).filter_by(campaign_id=campaign.id, slug=ASK).one().version == 2


def test_a_withheld_position_shows_and_counts_as_unknown_with_its_reason(campaign, two, client, session):
    published(campaign, two)
    operations.withhold(campaign, ASK, "KEN", "We are asking again.", "en", actor=two[0], now=clock.now())
    session.commit()
    answer = client.get(f"/api/v1/campaigns/un75/positions?ask={ASK}").json
    said = answer["positions"]["KEN"]
    assert (said["position"], said["evidence"]) == ("unknown", None)
    assert said["withheld"]["reason"] == "We are asking again."
    operations.lift(campaign, ASK, "KEN", actor=two[0], now=clock.now())
    assert where(campaign, "KEN") == ("support", "own")
    why = session.scalars(select(Change.why).where(Change.state == "KEN").order_by(Change.id))
    assert list(why) == ["evidence", "withheld", "lifted"]


def test_a_source_is_kept_once_by_its_bytes_and_served_as_a_file_alone(campaign, two, client, session):
    row = published(campaign, two)
    for content, fault in ((b"", "size"), (b"GIF89a\x00\x01", "type"), (b"PK\x03\x04", "type")):
        with pytest.raises(ValueError, match=fault):
            operations.attach(campaign, row, content, actor=two[0], now=clock.now())
    digest = operations.attach(campaign, row, b"%PDF-1.7 fictional", actor=two[0], now=clock.now())
    assert operations.attach(campaign, row, b"%PDF-1.7 fictional", actor=two[0], now=clock.now()) == digest
    session.commit()
    answer = client.get(f"/archive/un75/{digest}")
    assert answer.data == b"%PDF-1.7 fictional"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    operations.withdraw(campaign, row, "Not theirs.", actor=two[0], now=clock.now())
    session.commit()
    assert client.get(f"/archive/un75/{digest}").status_code == 404


def test_a_stored_position_that_is_wrong_is_found_put_right_and_told_at_the_desk(campaign, two, session, staff):
    published(campaign, two)
    assert refreshing.amiss(campaign.id, ASK) == []
    session.execute(text("UPDATE positions_position SET position = 'opposed' WHERE state = 'KEN'"))
    assert refreshing.renew(campaign.id, ASK, clock.now()) == ["KEN"]
    assert where(campaign, "KEN") == ("support", "own")
    assert refreshing.renew(campaign.id, ASK, clock.now()) == []
    session.commit()
    assert "stored positions were not as the evidence says" in staff("administrator").get("/en/desk").text


def test_every_step_leaves_an_entry_in_the_log(campaign, two, session):
    row = published(campaign, two)
    operations.withdraw(campaign, row, "Not theirs.", actor=two[0], now=clock.now())
    entries = session.scalars(select(audit.Entry.action).where(audit.Entry.subject == f"evidence:{row.id}"))
    assert list(entries) == ["evidence.enter", "evidence.check", "evidence.publish", "evidence.withdraw"]


def test_what_breaks_the_contract_is_refused_by_field(campaign, two):
    with pytest.raises(operations.Unfit) as refused:
        operations.enter(campaign, SAID | {"speaker": "XXX", "date": "2099-01-01"}, actor=two[0], now=clock.now())
    assert {fault.column for fault in refused.value.faults} == {"speaker", "date"}
