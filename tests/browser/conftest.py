"""Tests that open pages in a real Chromium."""

from tests.browser.fixtures import browser, desk, house, seen, visit

__all__ = ["browser", "desk", "house", "seen", "visit"]
