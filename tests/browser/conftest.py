"""Tests that open pages in a real Chromium."""

from tests.browser.chromium import tell_skipped
from tests.browser.fixtures import browser, house, seen, visit

__all__ = ["browser", "house", "seen", "visit"]


def pytest_terminal_summary(terminalreporter):
    """Say loudly how many browser tests were not run."""
    tell_skipped(terminalreporter)
