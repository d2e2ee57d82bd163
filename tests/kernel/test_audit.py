"""The audit log is only added to, and tells when somebody changed it all the same."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel import audit, clock


def write(*subjects):
    for subject in subjects:
        audit.record(
            "signatures.restore", subject, actor=7, now=clock.now(), campaign="un75", after={"state": "pending"}
        )


def test_entries_that_nobody_touched_hold(session):
    write("signature:1", "signature:2", "signature:3")
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE kernel_audit SET actor = 8", "DELETE FROM kernel_audit", "TRUNCATE kernel_audit"],
)
def test_the_database_refuses_to_change_an_entry(session, statement):
    write("signature:1")
    with pytest.raises(DBAPIError, match="only added to"), session.begin_nested():
        session.execute(text(statement))


def test_an_entry_changed_behind_the_triggers_back_is_found(session):
    write("signature:1", "signature:2", "signature:3")
    session.execute(text("ALTER TABLE kernel_audit DISABLE TRIGGER USER"))
    session.execute(text("UPDATE kernel_audit SET actor = 8 WHERE subject = 'signature:2'"))
    assert [broken.why for broken in audit.verify()] == ["changed"]


def test_an_entry_taken_out_of_the_middle_is_found(session):
    write("signature:1", "signature:2", "signature:3")
    session.execute(text("ALTER TABLE kernel_audit DISABLE TRIGGER USER"))
    session.execute(text("DELETE FROM kernel_audit WHERE subject = 'signature:2'"))
    assert [broken.why for broken in audit.verify()] == ["missing"]


def test_a_log_cut_at_its_end_is_known_by_the_seal_that_was_kept(session):
    write("signature:1", "signature:2")
    kept = audit.last_seal()
    session.execute(text("ALTER TABLE kernel_audit DISABLE TRIGGER USER"))
    session.execute(text("DELETE FROM kernel_audit WHERE subject = 'signature:2'"))
    assert list(audit.verify()) == [] and audit.last_seal() != kept
