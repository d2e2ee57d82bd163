"""Since when a position that moved holds, beside when it was found: in the table, on the pages and in the feeds."""

from datetime import date

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.i18n import format_day
from app.positions import operations, refreshing
from app.positions.models import Change
from tests.positions.reply_support import campaign, published

ASK = "focal-point"


def moves(session, state="KEN"):
    """(position, why, since) of each row, the latest last."""
    rows = session.execute(
        select(Change.position, Change.why, Change.since).where(Change.state == state).order_by(Change.id)
    )
    return [tuple(row) for row in rows]


def kenya(day, signal="support", **said):
    return published(
        speaker="KEN", signal=signal, date=day, url=f"https://example.org/{day}", un_symbol=f"A/{day}", **said
    )


def test_a_position_holds_since_the_day_of_what_was_said_not_since_it_was_found(session):
    kenya("2021-06-03")
    assert moves(session) == [("support", "evidence", date(2021, 6, 3))]


def test_an_earlier_piece_that_says_the_same_is_no_move_and_an_earlier_that_says_otherwise_is_none(session):
    kenya("2024-06-03")
    kenya("2021-06-03")
    kenya("2019-06-03", "opposed")
    assert moves(session) == [("support", "evidence", date(2024, 6, 3))]


def test_what_comes_back_holds_since_it_was_said_and_what_was_taken_off_the_file_never_held(session):
    kenya("2021-06-03")
    later = kenya("2024-06-03", "opposed")
    operations.withdraw(campaign(), later, "Said by somebody else.", actor=None, now=clock.now())
    assert moves(session)[1:] == [
        ("opposed", "evidence", date(2024, 6, 3)),
        ("support", "evidence", date(2021, 6, 3)),
    ]
    only = published(speaker="FJI", signal="support", date="2022-01-01")
    operations.withdraw(campaign(), only, "Said by somebody else.", actor=None, now=clock.now())
    assert moves(session, "FJI")[-1] == ("unknown", "evidence", None)


def test_a_group_moves_its_members_since_the_day_it_spoke_and_a_withdrawal_since_its_own(session):
    spoke = published(speaker="NAM", type="group_statement", signal="support", date="2023-05-01", un_symbol="A/1")
    assert moves(session) == [("support", "evidence", date(2023, 5, 1))]
    published(
        speaker="KEN", type="withdrawal", signal="", regards=spoke.ref, date="2024-02-02", un_symbol="A/2", url=""
    )
    assert moves(session)[-1] == ("unknown", "evidence", date(2024, 2, 2))


def test_withheld_since_that_day_and_shown_again_since_the_evidence(session):
    kenya("2021-06-03")
    operations.withhold(campaign(), ASK, "KEN", "We ask again.", "en", actor=None, now=clock.now())
    operations.lift(campaign(), ASK, "KEN", actor=None, now=clock.now())
    assert moves(session)[1:] == [
        ("unknown", "withheld", clock.today()),
        ("support", "lifted", date(2021, 6, 3)),
    ]


def test_another_text_of_the_ask_leaves_nothing_since_that_day(session):
    kenya("2021-06-03")
    operations.renew_text(campaign(), ASK, actor=None, now=clock.now())
    assert moves(session)[-1] == ("unknown", "version", clock.today())


def test_growing_old_moves_nothing(session):
    kenya("2021-06-03")
    refreshing.renew(campaign().id, ASK, clock.now())
    assert len(moves(session)) == 1


@pytest.mark.parametrize("path", ["positions/changes", "states/KEN"])
def test_pages_say_both_days(client, session, path):
    kenya("2021-06-03")
    page = client.get(f"/en/un75/{path}").get_data(as_text=True)
    today = clock.today()
    assert (
        f'since <time datetime="2021-06-03">3 June 2021</time>; found <time datetime="{today.isoformat()}">'
        f"{format_day(today, 'en')}</time>" in page
    )


@pytest.mark.parametrize("path", ["positions/changes.xml", "states/KEN/changes.xml", "groups/NAM/changes.xml"])
def test_feeds_say_both_days_and_without_evidence_the_one(client, session, path):
    row = kenya("2021-06-03")
    found = f"found {format_day(clock.today(), 'en')}"
    assert f"since 3 June 2021; {found}" in client.get(f"/en/un75/{path}").get_data(as_text=True)
    operations.withdraw(campaign(), row, "Said by somebody else.", actor=None, now=clock.now())
    session.commit()
    assert f"· {found}</summary>" in client.get(f"/en/un75/{path}").get_data(as_text=True)
