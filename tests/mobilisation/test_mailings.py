"""Mailings: what starts, to whom and in which language; what is refused; and what the desk may do to one that runs."""

import json

import pytest
from sqlalchemy import select, text

from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import (
    balance,
    mailing_holdings,
    mailing_operations,
    mailing_queries,
    mailing_settings,
    mailing_tasks,
    mailing_words,
    proposals,
    results,
    starting,
)
from app.mobilisation.mailing_operations import Refused
from app.mobilisation.models import Delivery, Mailing
from app.people.holdings import Subject
from app.positions import queries as positions
from tests.people.org_support import network

from .contact_support import contact
from .mailing_support import plan, spoken, started, tried, write


@pytest.fixture
def crowd(session, monkeypatch):
    """Six contacts in a network: in free, repressed and unknown places; one agreed to nothing; languages differ."""
    spoken(monkeypatch)
    one = network("fictional-one")
    ids = {
        "kenya": contact("kenya@example.org", one, country="KEN", organisation="Fictional Kenya"),
        "chile": contact("chile@example.org", one, country="CHL", organisation="Fictional Chile"),
        "morocco": contact("morocco@example.org", one, country="MAR", organisation="Fictional Morocco"),
        "nowhere": contact("nowhere@example.org", one, organisation="Fictional Nowhere"),
        "silent": contact("silent@example.org", one, agrees=False, country="CHL"),
    }
    rating = (
        "INSERT INTO states_civic_space (state_iso3, rating, as_of, source, basis, note)"
        " VALUES (:state, :to, '2026-01-01', 'https://example.org/', 'edited', '')"
        " ON CONFLICT (state_iso3) DO UPDATE SET rating = :to"
    )
    for state, to in (("KEN", "narrowed"), ("CHL", "open"), ("MAR", "closed")):
        session.execute(text(rating), {"to": to, "state": state})
    session.execute(
        text("UPDATE people_position SET language = 'fr', second_language = 'es' WHERE person_id = :id"),
        {"id": ids["kenya"]},
    )
    session.commit()
    return ids


def _rows(mailing_id: int) -> dict[int, Delivery]:
    rows = db.session.scalars(select(Delivery).where(Delivery.mailing_id == mailing_id))
    return {row.contact_id: row for row in rows}


def test_everybody_stands_in_it_once_in_a_language_of_theirs_or_with_a_reason(app, crowd):
    report = tried(app, made := plan("everybody", "en", "es"))
    assert report["audience"] == 5 and report["queued"] == 2
    assert report["excluded"] == {"discreet": 2, "no_consent": 1}
    made = started(app, made)
    assert (made.state, made.audience) == ("running", 5)
    rows = _rows(made.id)
    assert {
        name: (rows[i].language, rows[i].by_fallback) for name, i in crowd.items() if name in ("kenya", "chile")
    } == {
        "kenya": ("es", False),
        "chile": ("es", True),
    }
    assert {rows[crowd[name]].reason for name in ("morocco", "nowhere")} == {"discreet"}
    assert rows[crowd["silent"]].reason == "no_consent" and rows[crowd["silent"]].slots is None
    filled = json.loads(rows[crowd["kenya"]].slots)
    assert (
        filled["name"] == "Fictional Person"
        and filled["state"] == "Kenya"
        and filled["organisation"] == "Fictional Kenya"
    )
    found = balance.of([made.id])[made.id]
    assert found.holds and (found.queued, found.excluded) == (2, {"discreet": 2, "no_consent": 1})
    (held,) = mailing_holdings.mailings(Subject("kenya@example.org", (), crowd["kenya"]))
    assert (held["campaign"], held["state"], held["organisation"]) == ("un75", "queued", "Fictional Kenya")
    spread = mailing_queries.spread(made.id)
    assert sum(row[4] for row in spread) == made.audience


def test_whoever_a_mail_could_harm_gets_the_neutral_text_and_no_word_of_whom_they_work_for(app, crowd):
    made = started(app, plan("everybody", "en", neutral=True))
    rows = _rows(made.id)
    assert {name: rows[i].variant for name, i in crowd.items()} == {
        "kenya": "plain",
        "chile": "plain",
        "silent": "plain",
        "morocco": "neutral",
        "nowhere": "neutral",
    }
    assert json.loads(rows[crowd["morocco"]].slots) == {}


def test_it_is_refused_while_anything_lacks_and_then_nothing_is_written(app, crowd):
    made, now = plan("everybody", "en"), clock.now()
    with pytest.raises(Refused, match="untried"):
        mailing_operations.ask(made, None, "UTC", None, actor=1, now=now)
    assert tried(app, made)["queued"] == 2
    # A change after the dry run asks for another one.
    write(made, "en", "plain", "Fictional {nmae}", "Text")
    db.session.commit()
    with pytest.raises(Refused, match="faults"):
        mailing_operations.ask(made, None, "UTC", None, actor=1, now=now)
    write(made, "en", "plain", "Fictional subject", "{organisation} {mission}")
    db.session.commit()
    report = tried(app, made)
    assert report["queued"] == 0 and report["lacking"] == {"mission": 2}
    # The table of languages is of those who get it: whoever is left out is told apart.
    assert report["languages"] == [] and report["excluded"]["slot"] == 2
    assert sorted(report["named"]["mission"]) == sorted([crowd["kenya"], crowd["chile"]])
    with pytest.raises(Refused, match="nobody"):
        mailing_operations.ask(made, None, "UTC", None, actor=1, now=now)
    # What turns bad between the yes and the hour makes it a plan again.
    write(made, "en", "plain", "Fictional subject", "Text")
    db.session.commit()
    tried(app, made)
    mailing_operations.ask(made, None, "UTC", None, actor=1, now=now)
    db.session.execute(text("DELETE FROM mobilisation_mailing_text"))
    db.session.commit()
    mailing_tasks.start(made.id)
    again = db.session.get(Mailing, made.id, populate_existing=True)
    assert (again.state, again.refused, again.frozen_at) == ("draft", "faults", None)
    assert db.session.scalar(select(Delivery.id).where(Delivery.mailing_id == made.id)) is None


def test_above_the_campaigns_size_a_second_person_says_yes_to_as_many_as_there_are(app, crowd, staff):
    writer, second = staff("campaigner").staff_id, staff("campaigner").staff_id
    now = clock.now()
    mailing_settings.put("un75", mailing_settings.Settings(approve_above=1), actor=writer, now=now)
    made = plan("everybody", "en", actor=writer)
    tried(app, made)
    mailing_operations.ask(made, None, "UTC", None, actor=writer, now=now)
    assert made.state == "waiting"
    for actor, why in ((writer, "yourself"),):
        with pytest.raises(Refused, match=why):
            mailing_operations.approve(made, actor=actor, now=now)
    mailing_operations.approve(made, actor=second, now=now)
    db.session.commit()
    assert (made.state, made.approved_for) == ("scheduled", 2)
    # Another contact came in between: it would go to more than was agreed to.
    contact("late@example.org", network("fictional-two"), country="KEN")
    with pytest.raises(starting.Refused, match="grown"):
        starting.freeze(made, now)
    db.session.rollback()


def test_who_makes_that_size_larger_is_held_to_the_smaller_one_until_somebody_else_settles_it_too(app, crowd, staff):
    writer, second = staff("campaigner").staff_id, staff("campaigner").staff_id

    def settle(size: int, actor: int | None) -> None:
        wanted = mailing_settings.Settings(approve_above=size)
        mailing_settings.put("un75", wanted, actor=actor, now=clock.now())

    settle(1, second)
    # Also in steps, and saved again and again.
    for size in (2, 500, 500, 500):
        settle(size, writer)
    made = plan("everybody", "en", actor=writer)
    tried(app, made)
    mailing_operations.ask(made, None, "UTC", None, actor=writer, now=clock.now())
    assert made.state == "waiting"
    assert mailing_settings.alone("un75", {second, None}) == 500
    settle(500, second)
    mailing_operations.take_back(made, actor=writer, now=clock.now())
    mailing_operations.ask(made, None, "UTC", None, actor=writer, now=clock.now())
    assert made.state == "scheduled"
    settle(0, writer)
    assert mailing_settings.alone("un75", {writer}) == mailing_settings.alone("un75", {second}) == 0


def test_held_cancelled_and_sent_again_the_balance_is_always_the_whole(app, crowd):
    made, who = started(app, plan("everybody", "en")), {"actor": 1, "now": clock.now()}
    mailing_operations.pause(made, **who)
    mailing_operations.slow_down(made, 10, **who)
    mailing_operations.resume(made, **who)
    assert mailing_operations.cancel_state(made, "KEN", **who) == 1
    row = _rows(made.id)[crowd["chile"]]
    row.state = "uncertain"
    db.session.flush()
    assert mailing_operations.again(made, [row.id, 10**9], **who) == 1
    assert mailing_operations.again(made, [row.id], **who) == 0
    assert mailing_operations.cancel(made, **who) == 1
    db.session.commit()
    found = balance.of([made.id])[made.id]
    assert found.holds and (found.cancelled, found.queued) == (2, 0)
    assert balance.counted(made.audience, mailing_queries.spread(made.id)) == found
    with pytest.raises(Refused, match="state"):
        mailing_operations.resume(made, **who)


def test_a_state_that_comes_to_support_is_offered_to_be_left_alone(app, crowd, session):
    made = started(app, plan("everybody", "en"))
    assert mailing_queries.left(made) == []
    campaign = positions.campaign("un75")
    session.execute(
        text(
            "INSERT INTO positions_change (campaign_id, ask, state, at, was, was_level, position, level, why)"
            " VALUES (:campaign, 'focal-point', 'KEN', :at, 'undecided', 'own', 'support', 'own', 'evidence')"
        ),
        {"campaign": campaign.id, "at": clock.now()},
    )
    (one,) = mailing_queries.left(made)
    assert (one.moved.state, one.queued) == ("KEN", 1)
    mailing_operations.cancel_state(made, "KEN", actor=1, now=clock.now())
    assert mailing_queries.left(made) == []


def test_small_results_are_told_with_others_or_not_at_all():
    both = results.folded("x", "X", {"KEN": 12, "CHL": 40, "FRA": 3, None: 2})
    assert both.states == {"KEN": 12, "CHL": 40} and both.elsewhere == 5 and both.few
    alone = results.folded("x", "X", {"KEN": 12, "CHL": 40, "FRA": 3})
    assert alone.states == {"CHL": 40} and alone.elsewhere == 15 and not alone.few
    assert results.folded("x", "X", {}) == results.Result("x", "X", {}, 0, False)


def test_proposals_name_undecided_states_that_are_free_and_send_nothing(app, crowd, session):
    campaign = positions.campaign("un75").id
    session.execute(text("DELETE FROM positions_position WHERE position = 'undecided'"))
    session.execute(
        text(
            "INSERT INTO positions_position (campaign_id, ask, state, position, level, evidence, flags)"
            " SELECT :campaign, 'focal-point', s, 'undecided', 'own', 'UN75-003', '{}'"
            " FROM unnest(ARRAY['KEN', 'MAR', 'CHL']) AS s ON CONFLICT (campaign_id, ask, state)"
            " DO UPDATE SET position = 'undecided'"
        ),
        {"campaign": campaign},
    )
    session.commit()
    for asked in ("un75", None):
        found = proposals.proposals(asked, None, clock.now())
        assert {(one.state, one.number) for one in found} == {("KEN", 1), ("CHL", 2)}
    made = started(app, plan("country:KEN", "en"))
    assert made.audience == 1
    assert {one.state for one in proposals.proposals("un75", None, clock.now())} == {"CHL"}
    # Another campaign's mail is one as well: the rule that the proposal leads to leaves out whoever had it.
    session.execute(text("UPDATE mobilisation_mailing SET campaign = 'other'"))
    assert {one.state for one in proposals.proposals("un75", None, clock.now())} == {"CHL"}
    assert "at least 1,000" in mailing_words.proposal("Chile", proposals.MOST_COUNTED)
    assert db.session.scalar(select(Mailing.id).where(Mailing.id != made.id)) is None
