"""The desk's lists with a thousand rows and with a million: statements, and how long a page takes.

The same app in this process over two databases, without the page cache. Each list is asked for in turns, the first page
and the one after it; what counts is the median of the rounds' ratios.
"""

import re
import time
from dataclasses import dataclass, field
from html import unescape

from flask import Flask
from werkzeug.test import Client

from app import create_app
from app.accounts import guard, sessions
from app.kernel import clock
from app.kernel.db import db
from tests.desk_support import make_staff
from tests.house.queries import counted

from . import crowd
from . import rows as rows_of_all

FEW, MANY = 1_000, 1_000_000
# Requests of one side in one round.
REQUESTS = 3
# A list's name, its endpoint, and what its address says besides the language.
_CAMPAIGN = {"campaign": "un75"}
_PETITION = {**_CAMPAIGN, "petition": "focal-point"}
_LETTER = {**_CAMPAIGN, "letter": "focal-point"}
LISTS = (
    ("signatures", "signatures.petition", _PETITION),
    ("signatures, confirmed only", "signatures.petition", {**_PETITION, "state": "confirmed"}),
    ("signatures of one area", "signatures.petition", {**_PETITION, "area": "GHA"}),
    ("bursts of signatures", "signatures.show_bursts", _PETITION),
    ("comments that wait", "comments.queue", _CAMPAIGN),
    ("comments that were let", "comments.queue", {**_CAMPAIGN, "state": "let"}),
    ("called false together", "bulk.index", _CAMPAIGN),
    ("batches on paper", "paper.petition", _PETITION),
    ("partners", "partner_desk.index", _CAMPAIGN),
    ("texts", "pages.index", _CAMPAIGN),
    ("board", "pages.board_page", _CAMPAIGN),
    ("texts to publish", "publisher.publish_all", _CAMPAIGN),
    ("languages to translate", "translate.index", _CAMPAIGN),
    ("texts to translate", "translate.language", {**_CAMPAIGN, "code": "fr"}),
    ("further languages", "further.index", _CAMPAIGN),
    ("files of translators", "interchange.files", {**_CAMPAIGN, "code": "fr"}),
    ("glossary", "glossary.index", _CAMPAIGN),
    ("questions that wait", "questions.index", _CAMPAIGN),
    ("questions, all", "questions.index", {**_CAMPAIGN, "show": "all"}),
    ("organisations", "organisations.index", {}),
    ("organisations of one country", "organisations.index", {"country": "GHA"}),
    ("people of an organisation", "organisations.organisation", {"organisation_id": 1}),
    ("doubles", "doubles.index", {}),
    ("networks", "networks.index", {}),
    ("imports", "imports.index", {}),
    ("rows of an import", "imports.show", {"import_id": 1}),
    ("mandates that wait", "letter_mandates.queue", _LETTER),
    ("signatories that may be one", "letter_doubles.index", _LETTER),
    ("members and a letter", "letter_members.members", _LETTER),
    ("public list of a letter at the desk", "letter_signatories.index", _LETTER),
    ("mailings", "mailings.index", _CAMPAIGN),
    ("recipients of a mailing that are uncertain", "mailing_run.uncertain", {**_CAMPAIGN, "mailing_id": 1}),
    ("recipients without a value", "mailing_run.lacking", {**_CAMPAIGN, "mailing_id": 1, "slot": "name"}),
    ("gifts", "gifts.index", _CAMPAIGN),
    ("gifts of all campaigns", "gifts.site", {}),
    ("gifts with an open dispute", "gifts.site", {"state": "disputed"}),
    ("gifts not finished in a rare currency", "gifts.site", {"state": "expired", "currency": "KWD"}),
    ("one gift", "gifts.one", {**_CAMPAIGN, "gift_id": 1}),
    ("ledger", "ledger.index", _CAMPAIGN),
    ("ledger of all campaigns", "ledger.site", {}),
    ("payouts in the ledger", "ledger.site", {"kind": "payout"}),
    ("sums of the ledger", "ledger.sums", _CAMPAIGN),
    ("sums of the ledger of all campaigns", "ledger.site_sums", {}),
    ("money of no gift", "stripe_books.strays", {}),
    ("comparisons with Stripe", "stripe_books.compared", {}),
    ("segments with a name", "segments.index", _CAMPAIGN),
    ("files of evidence", "evidence_imports.index", _CAMPAIGN),
    ("rows of a file of evidence", "evidence_imports.show", {**_CAMPAIGN, "import_id": 1}),
    ("privacy requests, open", "privacy_desk.index", {}),
    ("privacy requests, ended", "privacy_desk.index", {"ended": "1"}),
    ("audit log", "audit.site", {}),
    ("audit log of a campaign", "audit.campaign", _CAMPAIGN),
    ("evidence", "evidence.index", _CAMPAIGN),
    ("evidence of one state", "evidence.index", {**_CAMPAIGN, "speaker": "GHA", "sort": "changed"}),
    ("votes and lists entered in one go", "rolls.index", _CAMPAIGN),
    ("positions kept back", "withheld.index", _CAMPAIGN),
    ("corrections, open", "corrections_desk.index", _CAMPAIGN),
    ("corrections, decided", "corrections_desk.index", {**_CAMPAIGN, "state": "decided"}),
    ("addresses of missions", "corrections_desk.missions", _CAMPAIGN),
    ("deciders", "deciders_desk.index", _CAMPAIGN),
    ("work with states", "contacts.index", _CAMPAIGN),
    ("whom states are written to", "writing_desk.index", _CAMPAIGN),
    ("letters to be passed on", "writing_queue.index", _CAMPAIGN),
    ("answers of missions", "writing_queue.replies", _CAMPAIGN),
    ("packs that were uploaded", "pack_desk.index", _CAMPAIGN),
    ("states", "states_desk.index", {}),
    ("groups of states", "groups_desk.index", {}),
    ("offices", "offices_desk.index", {}),
    ("staff", "staff.all_index", {}),
    ("staff of a campaign", "staff.index", _CAMPAIGN),
    ("own sessions", "own.me", {}),
    ("exports", "exports.site", {}),
    ("exports of a campaign", "exports.campaign", _CAMPAIGN),
    ("long work", "desk.work", {"work_id": 1}),
    ("failed jobs", "desk.failed_jobs", {}),
    ("first page of a campaign", "desk.campaign", _CAMPAIGN),
    ("the first page", "desk.start", {}),
)
# Pages that are read and hold no list: forms, one thing, files, and the way in.
NO_LISTS = {
    "asking.index",
    "asking.offer",
    "ledger.new",
    "ledger.new_anywhere",
    "ledger.take_back",
    "ledger.take_back_anywhere",
    "refunds.end",
    "refunds.refund",
    "refunds.refund_stray",
    "stripe_books.recipient",
    "mailing_run.balanced",
    "mailing_run.export",
    "mailing_run.slow_down",
    "mailing_texts.edit",
    "mailing_texts.mail",
    "mailing_texts.preview",
    "mailings.new",
    "mailings.one",
    "mailings.plan",
    "mailings.settings",
    "writing_desk.export",
    "writing_desk.file",
    "writing_desk.new",
    "writing_desk.one",
    "writing_queue.reply",
    "writing_queue.settings",
    "writing_queue.trust",
    "writing_queue.trusted",
    "letters_desk.index",
    "letters_desk.one",
    "link_desk.index",
    "link_desk.one",
    "accounts.second",
    "accounts.sign_in",
    "bulk.one",
    "bulk.preview",
    "campaign_settings.index",
    "contacts.one",
    "contacts.photo",
    "contacts.quick",
    "corrections_desk.note",
    "corrections_desk.one",
    "deciders_desk.new",
    "deciders_desk.one",
    "desk.door",
    "doubles.pair",
    "editor.block_history",
    "editor.edit",
    "entry.again",
    "entry.change",
    "entry.details",
    "entry.new",
    "evidence.one",
    "evidence.source",
    "first.index",
    "evidence_imports.new",
    "exports.choose_campaign",
    "exports.choose_site",
    "exports.file",
    "glossary.export",
    "glossary.new",
    "glossary.term",
    "groups_desk.change",
    "groups_desk.group",
    "groups_desk.new",
    "groups_desk.new_period",
    "groups_desk.period",
    "groups_desk.strike",
    "imports.columns",
    "imports.new",
    "interchange.returned",
    "interchange.take",
    "invitations.page",
    "letter_doubles.pair",
    "letter_handover.file",
    "letter_handover.full_file",
    "letter_handover.index",
    "letter_mandates.index",
    "letter_mandates.one",
    "letter_members.index",
    # Lists for a coordinator alone, as long as what asks them.
    "letter_vouching.index",
    "letter_vouching.queue",
    "networks.network",
    "networks.new",
    "offices_desk.new",
    "offices_desk.office",
    "offices_desk.strike",
    "organisations.edit",
    "organisations.file",
    "organisations.new",
    "own.factor",
    "own.totp",
    "own.totp_picture",
    "pack_desk.look",
    "pack_desk.take_away",
    "pages.board_json",
    "pages.document",
    "pages.new",
    "paper.index",
    "paper.one",
    "partner_desk.edit",
    "partner_desk.new",
    "people_desk.new",
    "people_desk.person",
    "privacy_desk.new",
    "privacy_desk.one",
    "report_desk.document",
    "report_desk.page",
    "report_desk.table",
    "rolls.new",
    "rolls.one",
    "segments.build",
    "segments.why",
    "signatures.index",
    "signatures.one",
    "staff.all_one",
    "staff.one",
    "starter.new",
    "states_desk.state",
    "switches.index",
    "translate.document",
}
_NEXT = re.compile(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"')


@dataclass
class Compared:
    """One list: what a page asks with few rows and with many, and in each round how long it took, in milliseconds.

    All of it is empty where the app has no such page.
    """

    name: str
    statements: dict[int, int] = field(default_factory=dict)
    milliseconds: dict[int, list[float]] = field(default_factory=lambda: {FEW: [], MANY: []})

    @property
    def ratios(self) -> list[float]:
        return [many / few for few, many in zip(*self.milliseconds.values(), strict=True)]


class Desk:
    """An administrator of the whole site in the app over one database, which holds `rows` of everything."""

    def __init__(self, environ: dict[str, str], url: str, rows: int, signatures: int = 0):
        """`signatures`: so many are there already."""
        self.rows = rows
        self.app: Flask = create_app({**environ, "DATABASE_URL": url})
        if signatures < rows:
            crowd.gather(self.app, url, signatures + 1, rows)
        with self.app.app_context():
            someone = make_staff("administrator", "*")
            token = sessions.begin(someone.id, "bench", True, clock.now())
            db.session.commit()
            cookie, staff_id = guard.cookie_name(), someone.id
        rows_of_all.fill(self.app, url, rows, staff_id)
        self._client = Client(lambda environ, start_response: Flask.wsgi_app(self.app, environ, start_response))
        self._client.set_cookie(cookie, token)

    def path(self, endpoint: str, values: dict) -> str | None:
        """Where a list stands; None where the app has no such page."""
        if endpoint not in self.app.view_functions:
            return None
        with self.app.test_request_context():
            return self.app.url_map.bind("bench").build(endpoint, {"lang": "en", **values})

    def after(self, path: str) -> str | None:
        """The address of the page after this one; None where there is none."""
        found = _NEXT.search(self.get(path))
        return unescape(found[1] or found[2]) if found else None

    def get(self, path: str) -> str:
        """A page. Raises ValueError where it is none."""
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise ValueError(f"{path} answers {answer.status_code}")
        return answer.get_data(as_text=True)

    def timed(self, paths: list[str]) -> float:
        """How many milliseconds a page takes, of some that are asked for one after the other."""
        began = time.perf_counter()
        for _ in range(REQUESTS):
            for path in paths:
                self.get(path)
        return 1000 * (time.perf_counter() - began) / (REQUESTS * len(paths))

    def asked(self, paths: list[str]) -> int:
        """How many statements the dearest of some pages takes, warm."""
        most = 0
        for path in paths:
            self.get(path)
            with counted() as seen:
                self.get(path)
            most = max(most, len(seen.statements))
        return most

    def close(self) -> None:
        """End its connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def compare(few: Desk, many: Desk, rounds: int) -> list[Compared]:
    """Each list on both sides, each side first in every other round, after a round that is thrown away."""
    return [_compared(name, endpoint, values, (few, many), rounds) for name, endpoint, values in LISTS]


def _compared(name: str, endpoint: str, values: dict, desks: tuple[Desk, Desk], rounds: int) -> Compared:
    found = Compared(name)
    paths = {}
    for desk in desks:
        first = desk.path(endpoint, values)
        if first is None:
            return found
        paths[desk.rows] = [path for path in (first, desk.after(first)) if path]
        found.statements[desk.rows] = desk.asked(paths[desk.rows])
    for number in range(rounds + 1):
        for desk in desks if number % 2 else reversed(desks):
            took = desk.timed(paths[desk.rows])
            if number:
                found.milliseconds[desk.rows].append(took)
    return found
