"""Neutral words wherever nobody knows that plain ones do no harm."""

from app.people.rules import SAFE_RATINGS, discreet
from app.states.rules import RATINGS


def test_what_is_repressed_closed_or_not_known_is_written_to_in_neutral_words():
    assert [rating for rating in (*RATINGS, None) if discreet(rating)] == ["repressed", "closed", None]


def test_a_step_that_nobody_has_heard_of_is_not_taken_for_safe():
    assert discreet("fine") and discreet("")
    assert set(RATINGS) >= SAFE_RATINGS
