"""Stories of strangers, told through a real Chromium."""

from tests.browser.fixtures import browser, house, visit

__all__ = ["browser", "house", "visit"]
