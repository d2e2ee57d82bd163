"""`make bench` times every list of the desk: whoever adds a page says whether it holds one."""

import re

from app.kernel.config import ROOT
from tests.bench.desk import LISTS, NO_LISTS

PAGED = re.compile(r"\{\{ pages\(part, (?:endpoint|'([\w.]+)'(?: if \w+ else '([\w.]+)')?)")


def read_at_the_desk(app) -> set[str]:
    """The endpoints of all pages of the desk that are read."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and re.match(r"(/<language:lang>)?/desk\b", rule.rule)
    }


def test_every_page_of_the_desk_is_timed_or_said_to_hold_no_list(app):
    timed = {endpoint for _, endpoint, _ in LISTS}
    assert not timed & NO_LISTS
    assert timed | NO_LISTS == read_at_the_desk(app)


def test_what_goes_on_to_a_further_page_is_a_list():
    """A template that pages through rows names its endpoint; that of staff is given by its view."""
    paged = {
        endpoint
        for path in (ROOT / "app").rglob("templates/**/*.html")
        for found in PAGED.findall(path.read_text(encoding="utf-8"))
        for endpoint in found
        if endpoint
    }
    assert len(paged) > 9 and paged <= {endpoint for _, endpoint, _ in LISTS}
