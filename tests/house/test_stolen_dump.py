"""A stolen dump names nobody who did not choose to be named, and neither do the queue and the logs."""

import base64
import os
import re
import signal
import socketserver
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from app import create_app
from app.kernel import backup
from app.kernel.db import db
from tests.conftest import environment
from tests.machine import eventually, free_port
from tests.support import read_mailbox, run_jobs, sign

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Signer:
    """Somebody whose every trace can be told from everything else in a database."""

    key: str
    name: str
    shown: str = "none"
    actions: tuple[str, ...] = ()
    lang: str = "en"

    @property
    def local(self) -> str:
        return f"{self.key}.qzx"

    @property
    def domain(self) -> str:
        return f"{self.key}-qzx-mail.org"

    @property
    def address(self) -> str:
        return f"{self.local.title()}@{self.domain}"


SIGNERS = (
    Signer("zaphira", "Zaphira Quillobrand", "none", ("confirm",)),
    Signer("wolmarik", "Wolmarik Østervãng", "area", ("confirm",), "fr"),
    Signer("thandexa", "Thandexa Mbulirwe", "name", ("confirm",), "es"),
    Signer("pendrosi", "Вендросия Кузяшкина", "name", (), "ru"),
    Signer("withgone", "Withgonia Larqvist", "name", ("confirm", "withdraw")),
    Signer("erasquel", "张澜谦", "name", ("confirm", "erase"), "zh"),
    Signer("pendgone", "Pendgonia Ostruzhny", "none", ("withdraw",)),
    Signer("notmevik", "Notmevika Drusk", "none", ("not-me",)),
    Signer("hiderson", "غالينور الزمخشرين", "name", ("confirm", "show"), "ar"),
)
# These sign once more at the end, and their mails stay in the queue.
AGAIN = ("zaphira", "pendrosi", "erasquel", "notmevik")


def forms(text: str) -> set[str]:
    """How a text may stand in a dump, a job or a log: plain, lower case, escaped, in hexadecimal, in base64."""
    found = {text, text.casefold(), text.encode("unicode_escape").decode()}
    for plain in (text, text.casefold()):
        raw = plain.encode()
        found |= {raw.hex(), "".join(f"\\{byte:03o}" for byte in raw), "".join(f"\\x{byte:02x}" for byte in raw)}
        found |= {plain.replace("@", "%40").replace(" ", "+"), plain.encode("ascii", "xmlcharrefreplace").decode()}
        # Inside something larger, base64 looks different at each of three offsets; the edges depend on the neighbours.
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
            found.add(coded[(0, 2, 3)[shift] : len(coded) - 1])
    return {form for form in found if len(form) >= 4 or not form.isascii()}


def traces(signer: Signer) -> set[str]:
    """Everything that would name a signer."""
    parts = {signer.name, signer.address, signer.local, signer.domain, *signer.name.split()}
    return {form for part in parts if len(part) > 3 or not part.isascii() for form in forms(part)}


def found_in(text: str, needles: set[str]) -> set[str]:
    lowered = text.casefold()
    return {needle for needle in needles if needle.casefold() in lowered}


@pytest.fixture(scope="module")
def house(make_database, tmp_path_factory):
    """An app with a committed database of its own, in which all of them have done what they do."""
    instance = tmp_path_factory.mktemp("stolen")
    settings = environment(make_database(), instance)
    app = create_app(settings)
    app.settings = settings
    with app.app_context():
        app.tokens = _live(app)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def _live(app) -> set[str]:
    """Sign, follow the mails, leave mails unsent; the tokens of all links that were mailed."""
    client = app.test_client()
    for signer in SIGNERS:
        _sign(client, signer)
    run_jobs(app)
    links = {mail.to: mail.link for mail in read_mailbox()}
    assert set(links) == {signer.address for signer in SIGNERS}
    for signer in SIGNERS:
        for action in signer.actions:
            values = {"action": action, **({"shown": "none"} if action == "show" else {})}
            assert client.post(links[signer.address], data=values).status_code == 303
    # The mail of a repeat, and a reminder, were sent; others still wait.
    _sign(client, SIGNERS[1])
    run_jobs(app)
    app.extensions["jobs"].tasks["petitions:count"].func(timestamp=0)
    for signer in SIGNERS:
        if signer.key in AGAIN:
            _sign(client, signer)
    db.session.execute(db.text("UPDATE procrastinate_jobs SET status = 'failed' WHERE id % 2 = 0 AND status = 'todo'"))
    db.session.commit()
    tokens = {link.rpartition("/")[2] for link in links.values()}
    return tokens | {mail.link.rpartition("/")[2] for mail in read_mailbox()}


def _sign(client, signer: Signer) -> None:
    values = {"name": signer.name, "email": signer.address, "area": "BTN", "shown": signer.shown, "updates": "y"}
    assert sign(client, signer.lang, **values).status_code == 303


@pytest.fixture(scope="module")
def dump(house) -> str:
    """The whole database in plain text, as whoever steals it would read it."""
    with house.app_context(), backup.connection() as opened:
        pg_dump, _ = backup.program("pg_dump", opened.info.server_version // 10_000)
        url = backup.libpq_url()
    return subprocess.run([pg_dump, "--format=plain", url], capture_output=True, text=True, check=True).stdout


def test_the_search_finds_what_is_there():
    """The sieve is fine enough: every form of a name is found in a text that holds it."""
    for signer in SIGNERS:
        raw = f"x{signer.name}y".encode()
        for text in (f"a {signer.name} b", raw.hex(), base64.b64encode(raw).decode(), signer.address.lower()):
            assert found_in(text, traces(signer)), (signer.key, text)


@pytest.mark.parametrize("signer", SIGNERS, ids=lambda signer: signer.key)
def test_the_dump_names_nobody(dump, signer):
    assert not found_in(dump, traces(signer))


def test_the_dump_holds_what_happened_all_the_same(dump):
    rows = re.search(r"COPY public\.petitions_signature .*?\n\\\.\n", dump, re.DOTALL)[0].splitlines()[1:-1]
    assert len(rows) == 6 + len({"notmevik"}), "three have withdrawn or refused; one of them signed once more"
    assert "BTN" in dump
    assert "petitions:mail" in dump


def test_the_dump_opens_no_link(house, dump):
    assert len(house.tokens) >= len(SIGNERS)
    for token in house.tokens:
        assert not found_in(dump, forms(token))


def test_the_dump_holds_none_of_the_keys(house, dump):
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "DIGEST_KEYS"):
        secret = house.settings[name].partition(":")[2] or house.settings[name]
        assert secret not in dump
        if name != "SECRET_KEY":
            assert base64.b64decode(secret).hex() not in dump


def test_a_dump_lets_nobody_try_out_addresses(house, dump):
    """Without the digest key, not even somebody who knows an address can find out whether it signed."""
    import hashlib

    for signer in SIGNERS:
        for address in (signer.address, signer.address.casefold()):
            for message in (address, f"people.email\0{address}"):
                for algorithm in ("sha256", "sha1", "md5", "sha512"):
                    assert hashlib.new(algorithm, message.encode()).hexdigest() not in dump


def test_jobs_carry_ids_and_yes_or_no_only(house):
    with house.app_context(), backup.connection() as opened:
        jobs = opened.execute("SELECT args, status::text, lock, queueing_lock FROM procrastinate_jobs").fetchall()
    assert {status for _, status, _, _ in jobs} == {"todo", "failed"}
    for args, _, lock, queueing_lock in jobs:
        assert all(isinstance(value, (int, bool)) for value in args.values()), args
        assert lock is None
        assert queueing_lock is None


class Refusing(socketserver.StreamRequestHandler):
    """A relay that refuses every recipient and, as relays do, repeats whom."""

    def handle(self):
        self.wfile.write(b"220 relay\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            refused = b"550 5.1.1 " + line.strip() + b" unknown\r\n"
            self.wfile.write(refused if word == b"RCPT" else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def relay():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusing) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _ask(port: int, request: bytes) -> bytes:
    import socket

    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_the_logs_of_web_and_worker_name_nobody(house, relay, tmp_path):
    """The real processes, in which things go wrong: a relay that refuses, requests that are none, a broken table."""
    signer = SIGNERS[0]
    port, programs = free_port(), Path(sys.executable).parent
    environ = {**os.environ, **house.settings, "PLENARY_ENV": "development", "PORT": str(port)}
    environ |= {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(relay), "PLENARY_URL": f"http://127.0.0.1:{port}"}
    log = tmp_path / "log"
    commands = (
        ["gunicorn", "--config", "app/kernel/gunicorn.py", "wsgi:app"],
        ["flask", "--app", "wsgi", "worker"],
    )
    with house.app_context(), backup.connection() as opened:
        # The last attempt is the one that is logged as lost.
        opened.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 18 WHERE task_name LIKE 'petitions:%'"
        )
    with log.open("wb") as output:
        running = [
            subprocess.Popen([programs / name, *rest], cwd=ROOT, env=environ, stdout=output, stderr=output)
            for name, *rest in commands
        ]
        try:
            eventually(lambda: _answers(port))
            token = next(iter(house.tokens))
            for request in (
                f"GET /en/signature/{token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                f"GET /en/signature/{token}?name={signer.local} NONSENSE\r\n\r\n",
                f"\x00{signer.local} {signer.domain}\r\n\r\n",
                f"POST /en/signature/{token} HTTP/1.1\r\nHost: x\r\nX {signer.local}: y\r\n\r\n",
                f"POST /en/signature/{token} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nname={signer.local}",
            ):
                _ask(port, request.encode())
            eventually(lambda: _failed(house) >= 2)
            with house.app_context(), backup.connection() as opened:
                opened.execute("ALTER TABLE petitions_link RENAME TO petitions_link_away")
            assert b" 500 " in _ask(
                port, f"GET /en/signature/{token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            )
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
            for process in running:
                process.wait(20)
            with house.app_context(), backup.connection() as opened:
                opened.execute("ALTER TABLE IF EXISTS petitions_link_away RENAME TO petitions_link")
    said = log.read_text()
    assert "SMTPRecipientsRefused" in said, "the refusal was logged, without its words"
    assert "unhandled error" in said
    assert "request_id" in said
    needles = {needle for signer in SIGNERS for needle in traces(signer)}
    needles |= {form for token in house.tokens for form in forms(token)} | {"127.0.0.1"}
    assert not found_in(said, needles), said


def _failed(house) -> int:
    with psycopg.connect(house.settings["DATABASE_URL"]) as connection:
        return connection.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed' AND attempts > 17"
        ).fetchone()[0]


def _answers(port: int) -> bool:
    try:
        return b" 200 " in _ask(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    except OSError:
        return False
