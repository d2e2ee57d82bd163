"""`flask setup production` on a machine that has nothing yet, and again on one that has."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.kernel import config, setup
from app.kernel.config import read_env_file

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"


def answers(database: str, port: int, /, **changes) -> str:
    """What an operator types, line by line."""
    typed = {
        "name": "Assembly for the Future",
        "address": "1 Street\n1200 Genève\nSwitzerland\n",
        "email": "info@example.org",
        "protection": "privacy@example.org",
        "url": "https://plenary.example.org/",
        "database": database,
        "server": "127.0.0.1",
        "encryption": "none",
        "port": str(port),
        "user": "plenary",
        "password": PASSWORD,
        "sender": "Plenary <plenary@example.org>",
        "neutral_sender": "-",
        "neutral_url": "-",
        **changes,
    }
    return "".join(f"{line}\n" for line in typed.values())


class Relay(threading.Thread):
    """A mail relay that takes one guest, and notes what it is told."""

    def __init__(self, password_is_right: bool = True):
        import socket

        super().__init__(daemon=True)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.heard: list[str] = []
        self.login = b"235 ok\r\n" if password_is_right else b"535 no\r\n"
        self.start()

    def run(self):
        guest, _ = self.listening.accept()
        with guest, guest.makefile("rb") as lines, self.listening:
            guest.sendall(b"220 relay\r\n")
            for line in lines:
                word = line.split()[0].decode().upper()
                self.heard.append(word)
                reply = {"EHLO": b"250-relay\r\n250 AUTH PLAIN\r\n", "AUTH": self.login, "QUIT": b"221 bye\r\n"}
                guest.sendall(reply.get(word, b"250 ok\r\n"))
                if word == "QUIT":
                    return


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command with what is typed; the result of click's runner."""
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path / "instance"))
    for name in (*config.NEEDED_IN_PRODUCTION, "PLENARY_ENV", "MAIL_USERNAME", "MAIL_PASSWORD", "MAIL_PORT"):
        monkeypatch.delenv(name, raising=False)

    def go(typed: str):
        return setup.bare_app().test_cli_runner().invoke(args=["setup", "production"], input=typed)

    go.path = tmp_path / "instance" / "production.env"
    return go


@pytest.fixture(scope="module")
def database(make_database) -> str:
    return make_database()


@pytest.mark.enable_socket
def test_it_writes_what_production_needs_and_says_what_is_lost_with_the_keys(run, database):
    relay = Relay()
    result = run(answers(database, relay.port))
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(run.path.stat().st_mode) == 0o600
    settings = config.load({"PLENARY_ENV": "production", "INSTANCE_DIR": str(run.path.parent)})
    assert settings["CONTROLLER"] == config.Controller(
        "Assembly for the Future", "1 Street\n1200 Genève\nSwitzerland", "info@example.org", "privacy@example.org"
    )
    assert settings["SITE_URL"] == "https://plenary.example.org"
    assert settings["MAIL_PASSWORD"] == PASSWORD
    assert "can never be read again" in result.output
    assert "could sign twice" in result.output
    assert "apart from the backups of the database" in result.output
    assert f"Mail relay 127.0.0.1:{relay.port}: it takes us." in result.output
    assert relay.heard == ["EHLO", "AUTH", "NOOP", "QUIT"]


@pytest.mark.enable_socket
def test_a_neutral_sender_and_address_are_asked_for_and_may_stay_away(run, database):
    typed = {"neutral_sender": "nobody\npost@letters.example", "neutral_url": "http://x.example\nhttps://x.example/"}
    result = run(answers(database, Relay().port, **typed))
    assert result.exit_code == 0, result.output
    assert "NEUTRAL_URL must begin with https://" in result.output
    settings = config.load({"PLENARY_ENV": "production", "INSTANCE_DIR": str(run.path.parent)})
    assert settings["MAIL_NEUTRAL_SENDER"] == "post@letters.example"
    assert settings["NEUTRAL_URL"] == "https://x.example"
    again = run(answers(database, Relay().port, neutral_sender="", neutral_url="-", password=""))
    assert again.exit_code == 0, again.output
    settings = config.load({"PLENARY_ENV": "production", "INSTANCE_DIR": str(run.path.parent)})
    assert settings["MAIL_NEUTRAL_SENDER"] == "post@letters.example", "an empty line keeps what was there"
    assert settings["NEUTRAL_URL"] == settings["SITE_URL"]


@pytest.mark.enable_socket
def test_no_secret_is_shown(run, database):
    result = run(answers(database, Relay().port))
    held = read_env_file(run.path)
    for name in (*config.SECRETS, "MAIL_PASSWORD"):
        assert held[name] not in result.output


@pytest.mark.enable_socket
def test_running_it_again_keeps_the_keys_and_offers_the_old_answers(run, database):
    run(answers(database, Relay().port))
    first = read_env_file(run.path)
    second = Relay()
    kept = dict.fromkeys(("name", "address", "email", "protection", "url", "database", "server", "encryption"), "")
    result = run(
        answers(database, second.port, **kept, user="", password="", sender="", neutral_sender="", neutral_url="")
    )
    assert result.exit_code == 0, result.output
    assert {**first, "MAIL_PORT": str(second.port)} == read_env_file(run.path)
    assert "Kept as they were: SECRET_KEY, ENCRYPTION_KEYS, DIGEST_KEYS" in result.output
    assert "[Assembly for the Future]" in result.output


@pytest.mark.enable_socket
def test_an_answer_that_cannot_be_right_is_asked_for_again(run, database):
    typed = answers(
        database,
        Relay().port,
        name="\nAssembly",
        email="info\ninfo@example.org",
        url="http://plenary.example.org\nhttps://plenary.example.org",
        database=f"postgresql://nobody:hush@127.0.0.1:9/none\nmysql://x\n{database}",
        sender="Plenary\nPlenary <plenary@example.org>",
    )
    result = run(typed)
    assert result.exit_code == 0, result.output
    assert "This cannot stay empty." in result.output
    assert "no complete e-mail address" in result.output
    assert "must begin with https://" in result.output
    refused = [line for line in result.output.splitlines() if "cannot reach the database" in line]
    assert len(refused) == 1
    assert "hush" not in refused[0]
    assert read_env_file(run.path)["DATABASE_URL"] == database


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("relay", "line"), [("refuses", "it refuses this user and password (535)"), ("away", "No mail would go out")]
)
def test_a_relay_that_does_not_take_us_is_told_and_stops_nothing(run, database, relay, line):
    port = Relay(password_is_right=False).port if relay == "refuses" else 9
    result = run(answers(database, port))
    assert result.exit_code == 0, result.output
    assert line in result.output
    assert PASSWORD not in result.output
    assert read_env_file(run.path)["ENCRYPTION_KEYS"]


@pytest.mark.enable_socket
def test_the_relay_is_asked_to_encrypt_before_the_password_is_told():
    relay = Relay()
    settings = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(relay.port), "MAIL_USE_TLS": "1", "MAIL_USE_SSL": ""}
    line = setup.try_relay({**settings, "MAIL_USERNAME": "plenary", "MAIL_PASSWORD": PASSWORD})
    assert "No mail would go out" in line, "this relay cannot encrypt"
    assert "AUTH" not in relay.heard


def test_stopping_half_way_writes_nothing(run, database):
    result = run("Assembly\n1 Street\n\n")
    assert result.exit_code == 1
    assert not run.path.exists()


def test_keys_that_are_broken_are_not_replaced(run, database):
    config.write_env_file(run.path, {"ENCRYPTION_KEYS": "1:half"})
    result = run(answers(database, 9))
    assert result.exit_code == 1
    assert "ENCRYPTION_KEYS" in result.output
    assert read_env_file(run.path) == {"ENCRYPTION_KEYS": "1:half"}


@pytest.mark.enable_socket
def test_keys_of_the_environment_stay_there(run, database, monkeypatch):
    secrets = config.new_secrets()
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    result = run(answers(database, Relay().port))
    assert result.exit_code == 0, result.output
    assert not set(secrets) & set(read_env_file(run.path))
    assert "Left in the environment: SECRET_KEY, ENCRYPTION_KEYS, DIGEST_KEYS" in result.output


@pytest.mark.enable_socket
def test_new_keys_for_a_database_that_holds_something_are_pointed_out(run, database):
    assert "put its own keys into the file" in run(answers(database, Relay().port)).output
    assert "put its own keys into the file" not in run("\n" * 20).output


@pytest.mark.slow
@pytest.mark.parametrize("mode", [None, "production"])
def test_the_command_itself_works_on_a_fresh_machine(tmp_path, database, mode):
    settings = {name: value for name, value in os.environ.items() if name not in config.NEEDED_IN_PRODUCTION}
    settings.pop("PLENARY_ENV", None)
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "flask", "--app", "wsgi", "setup", "production"],
        cwd=ROOT,
        env={**settings, "INSTANCE_DIR": str(tmp_path / "new"), **({"PLENARY_ENV": mode} if mode else {})},
        input=answers(database, 9),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert os.listdir(tmp_path / "new") == ["production.env"]
    assert "Production can start now" in run.stdout
