"""Who may be written to, asked in SQL, is what a naive reading of the same rules says."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.db import db
from app.mobilisation.eligibility import REASONS, excluded, reasons_of
from app.mobilisation.models import Delivery
from app.people.models import SUPPRESSION_REASONS, Consent, Person, Suppression
from tests.mobilisation.contact_support import mailing
from tests.people.org_support import network

PEOPLE = 140


def naive(person: dict, campaign: str, now, cap, networks) -> str | None:
    """The first reason that holds, one rule after the other."""
    if person["erased"]:
        return "erased"
    for reason, until in person["suppressed"]:
        if until is None or until > now:
            return reason
    if person["restricted"]:
        return "restricted"
    last = {}
    for _at, _number, act, where, purpose in sorted(person["acts"], key=lambda row: row[:2]):
        if purpose == "mobilisation":
            last[where] = act
    with_networks = [
        act for where, act in last.items() if isinstance(where, int) and (not networks or where in networks)
    ]
    if "given" not in with_networks:
        return "no_consent"
    if last.get(campaign) == "withdrawn":
        return "left_campaign"
    had = 0
    for state, sent_at, frozen_at in person["mails"]:
        had += (
            state in ("queued", "sending")
            or (sent_at is not None and sent_at > now - timedelta(days=7))
            or (state == "uncertain" and frozen_at > now - timedelta(days=7))
        )
    return "week_cap" if cap is not None and had >= cap else None


def a_person(chance: random.Random, number: int, networks: list[int], runs: list, now) -> dict:
    """Somebody with any history at all, written down here and in the database."""
    made = Person(
        email=f"fictional{number}@example.org", email_digest=bytes([1, number]) * 8, language="en", created_at=now
    )
    said = {
        "erased": chance.random() < 0.05,
        "restricted": chance.random() < 0.1,
        "suppressed": [],
        "acts": [],
        "mails": [],
    }
    if said["erased"]:
        made.email, made.erased_at = None, now
    made.restricted_at = now if said["restricted"] else None
    db.session.add(made)
    db.session.flush()
    if chance.random() < 0.4:
        until = chance.choice([None, now + timedelta(days=1), now - timedelta(days=1)])
        reason = SUPPRESSION_REASONS[number % len(SUPPRESSION_REASONS)]
        db.session.add(Suppression(email_digest=made.email_digest, reason=reason, created_at=now, until=until))
        said["suppressed"].append((reason, until))
    for place in range(chance.randrange(7)):
        where = chance.choice([*networks, *networks, "un75", "other"])
        purpose = "mobilisation" if isinstance(where, str) else chance.choice(["mobilisation", "mobilisation", "news"])
        # Two acts at one moment: the one written down later counts.
        at, act = now - timedelta(days=chance.randrange(4)), chance.choice(["given", "given", "withdrawn"])
        of = {"campaign": where} if isinstance(where, str) else {"network_id": where}
        db.session.add(
            Consent(person_id=made.id, purpose=purpose, act=act, language="en", wording="x", how="web", at=at, **of)
        )
        db.session.flush()
        said["acts"].append((at, place, act, where, purpose))
    for run in chance.sample(runs, chance.randrange(len(runs) + 1)):
        state = chance.choice(["queued", "sending", "sent", "uncertain", "failed", "cancelled"])
        sent_at = now - timedelta(days=chance.choice([1, 6, 8])) if state == "sent" else None
        reason = "x" if state == "failed" else None
        values = {"mailing_id": run.id, "contact_id": made.id, "language": "en"}
        db.session.add(Delivery(**values, state=state, sent_at=sent_at, reason=reason))
        said["mails"].append((state, sent_at, run.frozen_at))
    return {"id": made.id, **said}


@pytest.mark.parametrize("seed", [1, 2])
def test_it_says_what_the_naive_reading_says(app, session, seed):
    chance, now = random.Random(seed), clock.now()
    networks = [network(f"fictional-{number}") for number in range(3)]
    runs = [mailing(frozen_at=now - timedelta(days=days)) for days in (1, 2, 9)]
    people = [a_person(chance, number, networks, runs, now) for number in range(PEOPLE)]
    session.commit()
    seen = set()
    for cap in (None, 1, 2):
        for some in (None, (networks[0],), (networks[1], networks[2])):
            for campaign in ("un75", "other"):
                rows = session.execute(excluded(campaign, now, week_cap=cap, networks=some)).all()
                found = dict(map(tuple, rows))
                assert len(found) == len(rows), "each contact at most once"
                expected = {p["id"]: reason for p in people if (reason := naive(p, campaign, now, cap, some))}
                assert found == expected
                seen |= set(found.values())
    assert seen == set(REASONS) - {"no_address"}, "the world is too small to show every reason"


def test_a_few_are_asked_for_by_the_index_and_in_one_statement(app, session):
    # A table of one page is read whole whatever its indexes: without that way out, the plan shows what serves.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = session.execute(text("EXPLAIN " + str(_literal(reasons_of([1, 2], "un75", clock.now(), week_cap=1))))).all()
    assert not [line for (line,) in plan if "Seq Scan on people_person" in line]


def _literal(statement):
    from sqlalchemy.dialects import postgresql

    return statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
