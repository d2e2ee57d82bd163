"""Measure everything, print the table, leave with 1 if a target is missed."""

import argparse
import os
import platform
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import psycopg

from app.kernel import processes
from app.kernel.config import new_secrets
from app.kernel.postgres import Cluster
from app.kernel.supervisor import refusals

from . import (
    derivation,
    desk,
    handover,
    letters,
    mailing,
    proc,
    reads,
    report,
    segments,
    servers,
    tracker,
    weights,
)
from .report import Line
from .rounds import Client
from .servers import Process, Server
from .speed import CONNECTIONS, PAGE, PAGE_REQUESTS, SIGN_REQUESTS, Speed, floor_server

LANGUAGES = ("en", "ar")
WORKER_SECONDS = 8.0

LEAST_PAGE = 1.0
LEAST_SIGNING = 0.55
LEAST_SIGNING_ON = 0.4
MOST_MEGABYTES = 130.0
MOST_KILOBYTES = 60.0
MOST_REQUESTS = 6
MOST_CSS_KILOBYTES = 12.0
# A list of fifty names, a row for each area of the world, a level more in an index: none of it grows with the crowd.
MOST_MORE_BLOCKS = 20
# A list of the desk with a million rows, against the same with a thousand.
MOST_TIMES = 3.0
# All positions from twice the evidence.
MOST_DOUBLED = 2.2
# The tracker with 100,000 pieces of evidence, against the same with the campaign's own.
MOST_CROWDED = 1.5
# A letter with 20,000 signatories as a PDF: against typst alone with as many lines, against 2,000, and its memory.
MOST_HANDED_OVER = 10.0
MOST_HANDED_OVER_GROWTH = 12.0
MOST_HANDED_OVER_MEGABYTES = 500.0
# A mailing against smtp-source with as many sessions, and against what a slow network lets through; a worker's memory
# with a hundred times the audience; a confirmation meanwhile.
LEAST_MAILED = 0.7
LEAST_MAILED_SLOWLY = 0.9
MOST_MAILING_GROWTH = 1.1
MOST_CONFIRMING_SECONDS = 2.0
MAIL_ROUNDS = 9
# A letter's page with 50,000 public signatories, against the same with 50.
MOST_LETTERED = 1.5


class Bench:
    """One run in a folder of its own. `lines` is the table, `notes` are what stands below it."""

    def __init__(self, folder: Path, rounds: int, only_desk: bool = False, only_mailings: bool = False):
        self.lines: list[Line] = []
        self.notes: list[str] = []
        self._folder = folder
        self._rounds = rounds
        self._only_desk = only_desk
        self._only_mailings = only_mailings
        self._cluster = Cluster(folder / "pg")
        self._secrets = new_secrets()

    def run(self) -> None:
        """Start, measure, stop."""
        self._cluster.start()
        try:
            self._release()
            if self._only_mailings:
                self._mail()
                return
            if not self._only_desk:
                with ExitStack() as stack:
                    self._serve(stack)
                self._ask()
                self._letters()
                self._derive()
                self._track()
                self._segment()
                self._hand_over()
                self._mail()
            self._list()
        finally:
            self._cluster.stop()

    def _environ(self, database: str) -> dict[str, str]:
        return servers.environment(
            PLENARY_ENV="development",
            INSTANCE_DIR=str(self._folder / "instance"),
            DATABASE_URL=self._cluster.url(database),
            **self._secrets,
        )

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _release(self) -> None:
        say("flask release, twice")
        release = shlex.split(refusals.procfile(servers.ROOT)["release"])
        first, second = (servers.run(release, self._environ("plenary")) for _ in range(2))
        with psycopg.connect(self._cluster.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE crowd TEMPLATE plenary")
            connection.execute("CREATE DATABASE few TEMPLATE plenary")
            connection.execute("CREATE DATABASE evidence TEMPLATE plenary")
            connection.execute("CREATE DATABASE contacts TEMPLATE plenary")
            connection.execute("CREATE DATABASE letter50 TEMPLATE plenary")
            connection.execute("CREATE DATABASE letter50000 TEMPLATE plenary")
            connection.execute("CREATE DATABASE mailings TEMPLATE plenary")
            connection.execute("CREATE DATABASE floor")
        servers.run(["flask", "--app", "tests.bench.floors", "create"], self._environ("floor"))
        self.lines.append(Line("release into an empty database", f"{first:.1f} s"))
        self.lines.append(Line("release again, nothing new", f"{second:.1f} s"))

    def _serve(self, stack: ExitStack) -> None:
        app = stack.enter_context(Server(self._environ("plenary"), self._log("web")))
        self.lines.append(Line("start to first answer", f"{app.await_answer('/en/un75'):.1f} s"))
        client = stack.enter_context(Client())
        speed = Speed(app, client, self._rounds, lambda: processes.of_cluster(self._cluster.sockets.name))
        self._compare(stack, app, speed)
        self._weigh(app)
        self._remember(stack, app, speed)

    def _compare(self, stack: ExitStack, app: Server, speed: Speed) -> None:
        sizes = {lang: servers.fetch(app.port, PAGE.format(lang=lang)).wire_bytes for lang in LANGUAGES}
        floor = stack.enter_context(floor_server(self._environ("floor"), self._log("floor"), sizes))
        for lang in LANGUAGES:
            say(f"campaign page, {lang}")
            floor.await_answer(f"/constant/{lang}")
            found = speed.page(floor, lang)
            self.lines.append(report.compared(f"campaign page, {lang}", found, LEAST_PAGE))
            self.notes.append(report.cpu_note(f"campaign page, {lang}", found))
        share, alone = statistics.median(found.client_share), speed.alone(self._log("trivial"), sizes["en"])
        self.notes.append(
            f"pages and constants are {sizes['en']:,} (en) and {sizes['ar']:,} (ar) bytes on the wire; the client used"
            f" {share:.0%} of one CPU, and reaches {alone:,.0f}/s against a server that does nothing"
        )
        for view, least, name in (
            ("orm", LEAST_SIGNING, "signing"),
            ("sql", None, "signing, against two bare statements"),
        ):
            say(name)
            found = speed.signing(floor, view)
            self.lines.append(report.compared(name, found, least))
            self.notes.append(report.cpu_note(name, found))
        say("signing a letter")
        found = speed.signing_on(floor, "orm")
        self.lines.append(report.compared("signing a letter", found, LEAST_SIGNING_ON))
        self.notes.append(report.cpu_note("signing a letter", found))
        self._check(speed.signed, speed.signed_on)

    def _check(self, signed: int, signed_on: int) -> None:
        """Raises ValueError unless each 303 left one signature, or signatory, and one job behind."""
        with psycopg.connect(self._cluster.url()) as connection:
            found = connection.execute(
                "SELECT (SELECT count(*) FROM petitions_signature),"
                " (SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'petitions:mail'),"
                " (SELECT count(*) FROM letters_signatory),"
                " (SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'letters:mail')"
            ).fetchone()
        if found != (signed, signed, signed_on, signed_on):
            raise ValueError(f"{signed} signings were answered, and {found} signatures and jobs are there")
        self.notes.append(
            f"{signed:,} signings and {signed_on:,} sign-ons were answered 303; as many signatures, signatories and"
            " mail jobs are in the database"
        )

    def _weigh(self, app: Server) -> None:
        for lang in LANGUAGES:
            found = weights.first_view(app.port, PAGE.format(lang=lang))
            kilobytes = found.wire_bytes / 1000
            self.lines.append(report.at_most(f"first view, {lang}: weight", kilobytes, MOST_KILOBYTES, "{:.1f} kB"))
            self.lines.append(report.at_most(f"first view, {lang}: requests", len(found.parts), MOST_REQUESTS, "{}"))
            css = sum(size for address, size in found.parts.items() if urlsplit(address).path.endswith(".css")) / 1000
            self.lines.append(report.at_most(f"first view, {lang}: style sheet", css, MOST_CSS_KILOBYTES, "{:.1f} kB"))
            parts = ", ".join(f"{size:,} {urlsplit(address).path}" for address, size in found.parts.items())
            self.notes.append(f"first view, {lang}: {parts}")

    def _remember(self, stack: ExitStack, app: Server, speed: Speed) -> None:
        say("memory")
        sitemap = ElementTree.fromstring(servers.fetch(app.port, "/sitemap.xml").text)
        pages = [urlsplit(place.text).path for place in sitemap.iterfind(".//{*}loc")]
        for path in [*pages, "/api/v1/campaigns/un75", "/api/v1/petitions/focal-point"]:
            speed.visit(path, 2 * CONNECTIONS)
        peaks = [proc.peak(pid) for pid in app.workers()]
        own = [proc.own(pid) for pid in app.workers()]
        self.lines.append(report.at_most("web worker, peak memory", max(peaks), MOST_MEGABYTES, "{:.0f} MB"))
        self.lines.append(Line("web worker, own memory (PSS)", f"{max(own):.0f} MB"))
        command = shlex.split(refusals.procfile(servers.ROOT)["worker"])
        worker = stack.enter_context(Process(command, self._environ("plenary"), self._log("worker")))
        time.sleep(WORKER_SECONDS)
        worker.check()
        self.lines.append(Line("job worker, peak memory", f"{proc.peak(worker.pid):.0f} MB"))
        self.lines.append(Line("job worker, own memory (PSS)", f"{proc.own(worker.pid):.0f} MB"))

    def _ask(self) -> None:
        say("what pages ask of the database, with up to a million signatures")
        found = reads.by_size(self._environ("crowd"), self._cluster.url("crowd"))
        held = found.pop(reads.HELD)
        for name in found[reads.SIZES[0]]:
            sizes = {size: pages[name] for size, pages in found.items()}
            self.lines.append(report.asked(name, sizes, held[name], MOST_MORE_BLOCKS))
            if other := report.other_blocks(sizes):
                self.notes.append(f"{name}, blocks with a million against ten: {other}")

    def _letters(self) -> None:
        say("a letter with 50 signatories and with 50,000")
        sides = self._cluster.url("letter50"), self._cluster.url("letter50000")
        asked, timed = letters.compare(self._environ("letter50"), *sides, self._rounds)
        for name in asked[letters.FEW]:
            sizes = {size: pages[name] for size, pages in asked.items()}
            exact = name == letters.SIGN_ON
            self.lines.append(report.of_letters(name, sizes, MOST_MORE_BLOCKS if exact else None))
        self.lines.append(report.lettered(timed, MOST_LETTERED))

    def _derive(self) -> None:
        say("all positions, from 100,000 pieces of evidence and from 200,000")
        self.lines += report.derived(derivation.compare(self._rounds), MOST_DOUBLED)

    def _track(self) -> None:
        say("the tracker, with 100,000 pieces of evidence")
        sides = self._cluster.url("few"), self._cluster.url("evidence")
        found, took = tracker.compare(self._environ("few"), *sides, self._rounds)
        self.lines.append(Line(f"take in {tracker.PIECES:,} pieces of evidence", f"{took:.1f} s"))
        self.lines += [report.crowded(read, MOST_CROWDED) for read in found]

    def _segment(self) -> None:
        say("segments over a million contacts")
        found, strings = segments.compare(self._environ("contacts"), self._cluster.url("contacts"), self._rounds)
        self.lines += [report.counted(one, None if one.name in segments.BEYOND else segments.MOST) for one in found]
        self.notes.append(f"segments: {segments.CONTACTS:,} contacts in {strings:,} strings of bits")

    def _hand_over(self) -> None:
        say(f"a sign-on letter as a PDF, with {handover.FEW:,} signatories and with {handover.MANY:,}")
        targets = MOST_HANDED_OVER, MOST_HANDED_OVER_GROWTH, MOST_HANDED_OVER_MEGABYTES
        self.lines += report.handed_over(handover.compare(), *targets)

    def _mail(self) -> None:
        say("mailings, against smtp-source")
        targets = LEAST_MAILED, LEAST_MAILED_SLOWLY, MOST_MAILING_GROWTH, MOST_CONFIRMING_SECONDS
        environ = {**self._environ("mailings"), "WEB_CONCURRENCY": "1"}
        try:
            found = mailing.measure(environ, self._folder / "mail", min(self._rounds, MAIL_ROUNDS))
        except mailing.NoTools as error:
            self.lines.append(Line("mailings", str(error), target="measured", held=False))
            return
        self.lines += report.mailed(found, *targets)

    def _list(self) -> None:
        say("the desk's lists, with a thousand rows and with a million")
        there = 0 if self._only_desk else desk.MANY
        few = desk.Desk(self._environ("few"), self._cluster.url("few"), desk.FEW)
        many = desk.Desk(self._environ("crowd"), self._cluster.url("crowd"), desk.MANY, there)
        try:
            self.lines += [report.listed(found, MOST_TIMES) for found in desk.compare(few, many, self._rounds)]
        finally:
            few.close()
            many.close()


def say(line: str) -> None:
    """What is going on, for whoever waits."""
    print(f"bench: {line}", file=sys.stderr, flush=True)


def main() -> int:
    """Parse, run, print; the exit code."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="of each comparison, at least nine (default: 21)")
    parser.add_argument("--desk", action="store_true", help="only the desk's lists")
    parser.add_argument("--mailings", action="store_true", help="only mailings")
    given = parser.parse_args()
    rounds = max(9, given.rounds)
    folder = Path(tempfile.mkdtemp(prefix="plenary-bench-"))
    bench = Bench(folder, rounds, given.desk, given.mailings)
    began, load = time.monotonic(), os.getloadavg()[0]
    try:
        bench.run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    missed = [line for line in bench.lines if line.held is False]
    print(f"{os.cpu_count()} CPUs, load at the start {load:.1f}, Python {platform.python_version()}")
    print(
        f"{rounds} alternating rounds of {PAGE_REQUESTS:,} pages or {SIGN_REQUESTS:,} signings over {CONNECTIONS}"
        " connections; ratios are medians over rounds"
    )
    print("the desk's lists: a million rows, the floor a thousand, in as many alternating rounds")
    print("statements and blocks: with 10, 1,000 and 1,000,000 signatures, and then with ten limits tripped\n")
    print(report.table(bench.lines))
    print("\n" + "\n".join(bench.notes))
    print(
        f"\n{len(missed)} of {sum(line.held is not None for line in bench.lines)} targets missed;"
        f" {time.monotonic() - began:.0f} s"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
