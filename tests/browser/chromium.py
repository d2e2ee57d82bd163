"""Which browser the tests use, how it is started, and what is said when there is none."""

import os
import shutil
from pathlib import Path

import pytest

# The first is the same browser without its windows: a page costs half, a visitor a third.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",  # root, in a container, has no sandbox to give
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
)
REMEDY = (
    "install Debian's packages chromium-headless-shell (or chromium), fonts-noto-core and fonts-noto-cjk,"
    " or set CHROME_PATH to a Chromium"
)
SKIPPED = f"browser test NOT run, no Chromium was found: {REMEDY}"


def find() -> str | None:
    """The path of a Chromium: CHROME_PATH alone where it is set, else the first of the usual names."""
    named = os.environ.get("CHROME_PATH")
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in (*(f"/usr/bin/{name}" for name in NAMES), *NAMES))
    return next(filter(None, found), None)


def required() -> str:
    """The path of a Chromium. Skips the test where there is none, and fails it where REQUIRE_BROWSER=1 is set."""
    path = find()
    if path is None:
        if os.environ.get("REQUIRE_BROWSER", "") not in ("", "0"):
            pytest.fail(f"REQUIRE_BROWSER is set and no Chromium was found: {REMEDY}", pytrace=False)
        pytest.skip(SKIPPED)
    return path


def tell_skipped(terminalreporter) -> None:
    """Write a banner with the number of browser tests that were not run, if there are any."""
    count = sum(SKIPPED in str(report.longrepr) for report in terminalreporter.getreports("skipped"))
    if count:
        terminalreporter.write_sep("!", f"{count} browser tests were NOT run", red=True, bold=True)
        terminalreporter.write_line(f"No Chromium was found: {REMEDY}.", red=True)


def axe_source() -> str:
    """The text of axe-core, from the wheel that brings it."""
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
