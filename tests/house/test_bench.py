"""`make bench` times every list of the desk: whoever adds a page says whether it holds one."""

import re
import subprocess
import sys

from app.kernel.config import ROOT, new_secrets
from tests.bench import servers
from tests.bench.desk import LISTS, NO_LISTS

# A public list that is turned by the same links; the bench of letters times it.
PUBLIC = {"letters.signatories"}
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
    assert len(paged) > 9 and paged - PUBLIC <= {endpoint for _, endpoint, _ in LISTS}


# For commands, for jobs, for one page of the desk in a hundred: brought in where they are used.
NOT_IN_A_WEB_WORKER = {
    "alembic",
    "docx",
    "flask_migrate",
    "lxml",
    "openpyxl",
    "procrastinate",
    "stripe",
    "typst",
    "webauthn",
}


def test_a_web_worker_starts_without_what_pages_do_not_need(tmp_path):
    settings = {"PLENARY_ENV": "development", "INSTANCE_DIR": str(tmp_path), "DATABASE_URL": "postgresql:///nowhere"}
    said = subprocess.run(
        [sys.executable, "-c", "import sys, wsgi; print(*sys.modules)"],
        cwd=ROOT,
        env=servers.environment(**settings, **new_secrets()),
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert "app.site.views" in said
    assert not NOT_IN_A_WEB_WORKER & set(said)
