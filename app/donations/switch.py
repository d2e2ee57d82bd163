"""Whether this site takes gifts, and whether they are real."""

from flask import current_app

OFF, TEST, LIVE = "off", "test", "live"


def state() -> str:
    """`off` without keys, `test` with keys of Stripe's test mode or sandbox, `live`."""
    return current_app.config["DONATIONS"]


def on() -> bool:
    """Whether gifts are taken at all: without keys there is no button and no page."""
    return state() != OFF


def test_mode() -> bool:
    """Whether every page has to say that no money moves."""
    return state() == TEST


def livemode() -> bool:
    """The livemode of what counts now. Without keys it is the real books that are shown and written by hand."""
    return state() != TEST
