"""Pure decisions about petitions."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.petitions import rules

DIGEST = rules.text_digest("Title", "To all", "Body")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def fault(token, today=date(2026, 11, 23), digest=DIGEST, language="en", petition="focal-point"):
    return rules.token_fault(token, "secret", petition, digest, language, today)


def token(day=date(2026, 11, 23)):
    return rules.form_token("secret", "focal-point", DIGEST, "en", day)


def test_a_token_is_good_for_eight_days():
    assert fault(token(), date(2026, 12, 1)) is None
    assert fault(token(), date(2026, 12, 2)) == "expired"


def test_a_token_of_tomorrow_is_not_taken():
    assert fault(token(date(2026, 11, 24))) == "expired"


def test_a_token_is_bound_to_text_language_petition_and_day():
    assert fault(token(), digest=rules.text_digest("Title", "To all", "Body!")) == "changed"
    assert fault(token(), language="fr") == "changed"
    assert fault(token(), petition="another") == "changed"
    assert fault(token().replace("20261123", "20261122")) == "changed"


def test_rubbish_for_a_token_is_a_changed_text_and_no_error():
    for text in ("", ".", "20261123", "20261199.abc", "x" * 9000, "\u0660\u0661.\u0662"):
        assert fault(text) == "changed"


def test_line_ends_and_composed_letters_do_not_change_a_digest():
    assert rules.text_digest("Caf\u00e9", "a", "b\r\nc ") == rules.text_digest("Cafe\u0301", "a", "b\nc")
    assert rules.text_digest("a", "b", "c") != rules.text_digest("a", "b c", "")


def test_whoever_signs_again_gets_the_mail_that_fits():
    assert rules.mail_kind("pending", False, [], NOW) == "confirm"
    assert rules.mail_kind("pending", True, [("confirm", NOW)], NOW) == "confirm"
    assert rules.mail_kind("confirmed", True, [("confirm", NOW)], NOW) == "repeat"


def test_a_job_that_runs_twice_does_not_tell_a_signer_that_they_signed_again():
    assert rules.mail_kind("confirmed", False, [("confirm", NOW)], NOW) is None


def test_nobody_can_fill_a_mailbox_through_the_form():
    three = [("confirm", NOW - timedelta(hours=h)) for h in (1, 2, 23)]
    assert rules.mail_kind("pending", True, three, NOW) is None
    assert rules.mail_kind("pending", True, [*three[:2], ("confirm", NOW - timedelta(hours=25))], NOW) == "confirm"
    ever = [("repeat", NOW - timedelta(days=d)) for d in range(10, 22)]
    assert rules.mail_kind("confirmed", True, ever, NOW) is None


@pytest.mark.parametrize(
    ("count", "milestones", "goal"),
    [
        (0, [], 10),
        (7, [], 10),
        (10, [], 20),
        (49, [], 50),
        (62, [], 100),
        (100, [], 200),
        (499, [], 500),
        (500, [], 1000),
        (62_418, [], 100_000),
        (0, [75, 750], 75),
        (74, [75, 750], 75),
        (75, [75, 750], 750),
        (750, [75, 750], 1000),
        (1000, [75, 750], 2000),
        (3, [5, 1_000_000], 5),
        (9, [3], 10),
    ],
)
def test_the_goal_is_the_next_milestone_and_moves_up_as_soon_as_it_is_reached(count, milestones, goal):
    assert rules.next_milestone(count, milestones) == goal


def test_a_goal_is_never_behind_what_has_been_reached():
    for count in range(3000):
        assert rules.next_milestone(count, [40, 700]) > count
