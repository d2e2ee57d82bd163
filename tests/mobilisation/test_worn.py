"""Addresses that take no mail for long are written to no more; what says nothing of an address changes nothing."""

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db
from app.mobilisation.back import events, worn
from app.mobilisation.back.model import Event
from tests.mobilisation.test_back import ADA, BO, Sent, reason

pytestmark = pytest.mark.usefixtures("app")


def softly(days_ago: list[int], status: str = "5.2.2", arrived: tuple[int, ...] = ()) -> str | None:
    """Why nobody writes to somebody to whom a mail went on each of these days and came back, but those that arrived."""
    now = clock.now()
    for days in sorted([*days_ago, *arrived], reverse=True):
        sent = Sent(ADA)
        sent.deliveries[0].sent_at = now - timedelta(days=days)
        db.session.commit()
        if days not in arrived:
            event = Event("mailbox", f"{days}", "soft", now, bytes(sent.deliveries[0].token), status)
            assert events.take(event, now) == "soft"
    return reason(ADA)


@pytest.mark.parametrize(
    "said, why",
    [
        ({"days_ago": [40, 33, 26, 19, 12]}, "bounced"),
        ({"days_ago": [40, 33, 26, 19]}, None),
        ({"days_ago": [5, 4, 3, 2, 1]}, None),
        ({"days_ago": [40, 33, 26, 19, 12], "arrived": (30,)}, None),
        ({"days_ago": [40, 33, 26, 19, 12, 8], "arrived": (45,)}, "bounced"),
        ({"days_ago": [40, 33, 26, 19, 12], "status": "5.7.1"}, None),
        ({"days_ago": [120, 110, 100, 20, 5]}, None),
    ],
)
def test_soft_bounces_in_a_row_over_weeks_with_nothing_that_arrived_end_the_mails(said, why):
    assert softly(**said) == why


def test_what_a_server_refuses_at_once_counts_like_a_report_and_is_found_each_night():
    now = clock.now()
    for days in (40, 33, 26, 19, 12):
        sent = Sent(ADA, BO)
        sent.mailing.frozen_at = now - timedelta(days=days)
        for place, why in enumerate(("mailbox", "policy")):
            sent.deliveries[place].state, sent.deliveries[place].reason = "failed", why
    waiting = Sent(ADA)
    waiting.deliveries[0].state = "queued"
    db.session.commit()
    assert worn.look_at_all(now) == 1 and worn.look_at_all(now) == 0
    assert (reason(ADA), reason(BO)) == ("bounced", None)
    db.session.expire_all()
    assert waiting.deliveries[0].state == "excluded"


def test_what_may_still_come_back_counts_neither_way():
    now = clock.now()
    bad = [worn.Try(now - timedelta(days=n), True) for n in (30, 25, 20, 15, 10)]
    fine = lambda days: worn.Try(now - timedelta(days=days), False)  # noqa: E731
    assert worn.worn_out([fine(2), *bad], 5, 14, now) and not worn.worn_out([fine(6), *bad], 5, 14, now)
    assert not worn.worn_out([fine(17), *bad], 5, 14, now) and worn.worn_out([fine(17), *bad], 2, 5, now)
    assert worn.worn_out([worn.Try(now - timedelta(days=12), None), *bad], 5, 14, now)
    assert not worn.worn_out([], 1, 1, now)
