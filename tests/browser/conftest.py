"""Tests that open pages in a real Chromium."""

from tests.browser.fixtures import browser, house, seen, visit

__all__ = ["browser", "house", "seen", "visit"]
