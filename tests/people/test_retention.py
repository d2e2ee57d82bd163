"""How long things are held: one table, the same in the docs, that misses nothing; and a task that can be killed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, MetaData, Table, Text, text

from app.accounts.models import ATTEMPT_DIGEST_PURPOSE, Attempt
from app.kernel import clock, retention
from app.kernel.crypto import KEYED_DIGEST, EncryptedText, keyring
from app.kernel.db import db
from app.people.retention import TABLE, table
from tests.conftest import ROOT
from tests.support import run_task


def held() -> set[str]:
    return {place for kept in TABLE for place in kept.where}


# Who a row is about, or what could only be somebody's, whatever the table is called.
ABOUT = ("people_person", "people_position", "petitions_signature", "people_request", "accounts_staff")
TELLING = re.compile(
    r"(^|_)(e?mail|email_digest|person_id|staff_id|actor|phone|telephone|postal|street|birth\w*|ip|ip_address|user_agent"
    r"|first_name|last_name|surname|passport|created_by|recorded_by|decided_by|said_by|asked_by|brought_by)$"
)
# Columns that say which colleague did something: a number and no more. The kinds of such data stand in the table under
# "who did what to what"; what is about people outside, or says more than a number, stands there by itself.
BY_STAFF = re.compile(r"^((\w+_)?by|staff_id|actor)$")


def missing(metadata) -> list[str]:
    """What is personal in these tables, and is not in the retention table."""
    found, told = [], {place.partition(".")[0] for place in held()}
    for one in metadata.sorted_tables:
        for column in one.columns:
            place = f"{one.name}.{column.name}"
            if isinstance(column.type, EncryptedText) or column.info.get("keyed_digest"):
                found += [] if place in held() else [place]
            elif one.name not in told and not BY_STAFF.match(column.name):
                about = {key.target_fullname.partition(".")[0] for key in column.foreign_keys}
                found += [place] if about.intersection(ABOUT) or TELLING.search(column.name) else []
    return found


def test_every_personal_column_stands_in_the_table(app):
    assert missing(db.metadata) == [], "say in app/people/retention.py how long and why"


@pytest.mark.parametrize(
    "column",
    [
        Column("said", EncryptedText("people_diary.said")),
        Column("digest", LargeBinary, info=KEYED_DIGEST),
        Column("whose", BigInteger, ForeignKey("people_person.id")),
        Column("signature", BigInteger, ForeignKey("petitions_signature.id")),
        Column("email", Text),
        Column("phone", Text),
        Column("person_id", BigInteger),
        Column("ip_address", Text),
    ],
    ids=lambda column: column.name,
)
def test_a_new_table_with_personal_data_does_not_go_unseen(app, column):
    metadata = MetaData()
    for name in ABOUT:
        Table(name, metadata, Column("id", BigInteger, primary_key=True))
    new = Table("people_diary", metadata, Column("id", BigInteger, primary_key=True), column._copy())
    assert missing(metadata) == [f"{new.name}.{column.name}"]


def test_the_table_names_nothing_that_is_not_there(app):
    there = {f"{column.table.name}.{column.name}" for found in db.metadata.sorted_tables for column in found.columns}
    assert held() <= there


def test_each_sweep_stands_in_the_table_and_each_that_it_names_is_carried_out(app):
    named = {name for kept in TABLE for name in re.findall(r"`([\w.-]+)`", kept.by)}
    assert named == set(retention.names())


def test_every_token_of_a_link_stands_in_the_table(app):
    for found in db.metadata.sorted_tables:
        for column in found.columns:
            if column.name == "token_digest" and isinstance(column.type, LargeBinary):
                assert f"{found.name}.{column.name}" in held()


def test_the_docs_show_the_same_table(app):
    assert table() in (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    assert app.test_cli_runner().invoke(args=["people", "retention"]).output == table()


@pytest.fixture
def attempts(session):
    """Five failed sign-ins of three days ago, and one of now."""
    digest = keyring().digests("somebody@staff.example.org", ATTEMPT_DIGEST_PURPOSE)[0]
    old = clock.now() - timedelta(days=3)
    session.add_all([Attempt(scope="account", digest=digest, at=at) for at in [old] * 5 + [clock.now()]])
    session.commit()


def left(session) -> int:
    return session.scalar(text("SELECT count(*) FROM accounts_attempt"))


def test_the_nightly_task_goes_on_after_it_was_killed_in_the_middle(app, session, attempts):
    running = retention.run(clock.now(), batch=2)
    assert next(running) == ("accounts.attempts", 2)
    running.close()
    session.rollback()
    assert left(session) == 4, "what was done stays done"
    run_task(app, "privacy:forget")
    assert left(session) == 1, "what is not old stays"


def test_one_sweep_that_fails_keeps_no_other_from_its_work(app, session, attempts, monkeypatch):
    def broken(now, batch):
        db.session.execute(text("SELECT 1 / 0"))

    monkeypatch.setitem(retention._sweeps, "a.broken-one", broken)
    with pytest.raises(Exception, match="division by zero"):
        run_task(app, "privacy:forget")
    assert left(session) == 1


def test_a_batch_is_a_batch_whatever_the_planner_does(session, attempts):
    for setting in ("enable_hashjoin", "enable_mergejoin", "enable_hashagg", "enable_material", "enable_sort"):
        session.execute(text(f"SET LOCAL {setting} = off"))
    old = Attempt.at < clock.now() - timedelta(days=1)
    assert [retention.delete_some(Attempt.id, old, 2) for _ in range(4)] == [2, 2, 1, 0]


def test_it_can_be_run_by_hand(app, session, attempts):
    result = app.test_cli_runner().invoke(args=["people", "forget"])
    assert "accounts.attempts: 5" in result.output and result.exit_code == 0
