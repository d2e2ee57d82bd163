"""Production starts only with its secrets and its controller, and says in one line what is missing."""

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.kernel import config
from app.kernel.config import ConfigError, load, new_key, new_secrets, parse_keys, read_env_file, write_env_file

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def production(tmp_path) -> dict[str, str]:
    """Everything that production needs."""
    return {
        "PLENARY_ENV": "production",
        "INSTANCE_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://plenary@localhost/plenary",
        "PLENARY_URL": "https://plenary.example.org",
        "MAIL_SERVER": "mail.example.org",
        "MAIL_SENDER": "Plenary <plenary@example.org>",
        "CONTROLLER_NAME": "Assembly",
        "CONTROLLER_ADDRESS": "1 Street\nCity",
        "CONTROLLER_EMAIL": "info@example.org",
        "CONTROLLER_DATA_PROTECTION": "privacy@example.org",
        **new_secrets(),
    }


def test_production_loads_when_nothing_is_missing(production):
    settings = load(production)
    assert settings["MODE"] == "production"
    assert settings["CONTROLLER"].address == "1 Street\nCity"


@pytest.mark.parametrize("name", config.NEEDED_IN_PRODUCTION)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_production_names_what_is_missing(production, name, value):
    production.pop(name)
    if value is not None:
        production[name] = value
    with pytest.raises(ConfigError) as refused:
        load(production)
    assert str(refused.value) == f"production needs {name}: run `flask setup production`"


def test_production_reads_its_file_beneath_the_environment(production, tmp_path):
    path = tmp_path / "production.env"
    write_env_file(path, {name: value for name, value in production.items() if name != "INSTANCE_DIR"})
    settings = load({"PLENARY_ENV": "production", "INSTANCE_DIR": str(tmp_path), "MAIL_SERVER": "", "MAIL_PORT": "587"})
    assert settings["MAIL_SERVER"] == "mail.example.org", "an empty variable hides nothing"
    assert settings["MAIL_PORT"] == 587
    assert settings["CONTROLLER"].address == "1 Street\nCity"
    other = {"PLENARY_ENV": "production", "INSTANCE_DIR": str(tmp_path), "MAIL_SERVER": "other.example.org"}
    assert load(other)["MAIL_SERVER"] == "other.example.org"


@pytest.mark.parametrize(
    "url",
    [
        "http://plenary.example.org",
        "plenary.example.org",
        "ftp://plenary.example.org",
        "https://",
        "http://localhost.example.org",
        "https://plenary.example.org/un",
        "https://plenary.example.org?x=1",
        "https://user@plenary.example.org",
        "https://plenary.example.org:port",
    ],
)
def test_production_refuses_a_public_address_that_is_not_https_or_not_an_address(production, url):
    with pytest.raises(ConfigError, match="PLENARY_URL"):
        load({**production, "PLENARY_URL": url})


@pytest.mark.parametrize("url", ["http://letters.example", "letters.example", "https://letters.example/un"])
def test_production_refuses_a_neutral_address_that_is_not_https_or_not_an_address(production, url):
    with pytest.raises(ConfigError, match="NEUTRAL_URL"):
        load({**production, "NEUTRAL_URL": url})


def test_without_a_neutral_sender_and_address_the_others_serve_but_no_name_stands_before_the_sender(production):
    settings = load(production)
    assert settings["MAIL_NEUTRAL_SENDER"] == "plenary@example.org"
    assert settings["NEUTRAL_URL"] == settings["SITE_URL"] == "https://plenary.example.org"
    neutral = {"MAIL_NEUTRAL_SENDER": "post@letters.example", "NEUTRAL_URL": "https://letters.example/"}
    settings = load({**production, **neutral})
    assert settings["MAIL_NEUTRAL_SENDER"] == "post@letters.example"
    assert settings["NEUTRAL_URL"] == "https://letters.example"


@pytest.mark.parametrize(
    "url", ["https://a.example.org/", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:80"]
)
def test_production_takes_https_and_this_machine(production, url):
    assert load({**production, "PLENARY_URL": url})["SITE_URL"] == url.rstrip("/")


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "1:",
        "1:short",
        KEY,
        f"0:{KEY}",
        f"256:{KEY}",
        f"-1:{KEY}",
        f"²:{KEY}",
        f"a:{KEY}",
        f"1:{KEY[:-4]}",
        f"1:{KEY}=",
        f"1:{KEY},1:{KEY}",
        ",",
    ],
)
@pytest.mark.parametrize("name", ["ENCRYPTION_KEYS", "DIGEST_KEYS"])
def test_malformed_keys_are_refused_by_name_and_not_repeated(production, name, text):
    with pytest.raises(ConfigError, match=name) as refused:
        load({**production, name: text})
    assert len(text) < 40 or text[4:30] not in str(refused.value)


def test_keys_are_read_newest_first():
    assert list(parse_keys("ENCRYPTION_KEYS", f"2:{new_key()}, 1:{new_key()}")) == [2, 1]


@pytest.mark.parametrize("mode", ["production", "development"])
def test_one_key_may_not_serve_for_encryption_and_for_digests(production, mode):
    shared = new_key()
    keys = {"ENCRYPTION_KEYS": f"1:{shared}", "DIGEST_KEYS": f"2:{new_key()},1:{shared}"}
    with pytest.raises(ConfigError, match="ENCRYPTION_KEYS and DIGEST_KEYS share a key"):
        load({**production, **keys, "PLENARY_ENV": mode})


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAIL_PORT", "smtp"), ("MAIL_PORT", "70000"), ("DATABASE_URL", "mysql://x"), ("SECRET_KEY", "change-me")],
)
def test_other_settings_that_cannot_be_meant_are_refused_by_name(production, name, value):
    with pytest.raises(ConfigError, match=name):
        load({**production, name: value})


def test_an_unknown_mode_is_refused():
    with pytest.raises(ConfigError, match="PLENARY_ENV"):
        load({"PLENARY_ENV": "staging"})


def test_development_makes_its_secrets_once_and_only_the_owner_reads_them(tmp_path):
    first = load({"INSTANCE_DIR": str(tmp_path)})
    assert stat.S_IMODE((tmp_path / "keys.env").stat().st_mode) == 0o600
    assert load({"INSTANCE_DIR": str(tmp_path)})["ENCRYPTION_KEYS"] == first["ENCRYPTION_KEYS"]


@pytest.mark.parametrize(
    "value", ["a\nb", "a\\nb", "C:\\new\\", "x=y=z", "# no comment", "ünïcode 中文", "\\\\n", "a\u2028b"]
)
def test_a_value_comes_back_from_the_file_as_it_was_written(tmp_path, value):
    write_env_file(tmp_path / "x.env", {"NAME": value, "OTHER": "1"})
    assert read_env_file(tmp_path / "x.env") == {"NAME": value, "OTHER": "1"}


def test_a_file_that_cannot_be_replaced_stays_whole(tmp_path, monkeypatch):
    path = tmp_path / "production.env"
    write_env_file(path, {"ENCRYPTION_KEYS": "the only copy"})

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_env_file(path, {"ENCRYPTION_KEYS": "another"})
    assert read_env_file(path) == {"ENCRYPTION_KEYS": "the only copy"}
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_others_could_read_is_closed_to_them_when_it_is_written(tmp_path):
    path = tmp_path / "production.env"
    path.touch(0o644)
    write_env_file(path, {"A": "1"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "--config", "app/kernel/gunicorn.py", "wsgi:app"],
        ["flask", "--app", "wsgi", "worker"],
        ["flask", "--app", "wsgi", "release"],
    ],
    ids=["web", "worker", "release"],
)
def test_every_process_ends_with_one_line_that_names_what_is_missing(production, command):
    del production["CONTROLLER_NAME"], production["DIGEST_KEYS"]
    settings = {name: value for name, value in os.environ.items() if name not in config.NEEDED_IN_PRODUCTION}
    programs = Path(sys.executable).parent
    run = subprocess.run(
        [programs / command[0], *command[1:]],
        cwd=ROOT,
        env={**settings, **production, "PORT": "0"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout + run.stderr == (
        "plenary: production needs DIGEST_KEYS, CONTROLLER_NAME: run `flask setup production`\n"
    )


def test_reports_come_to_the_senders_domain_and_neutral_ones_to_theirs(production):
    settings = load(production)
    assert (settings["MAIL_BOUNCES"], settings["MAIL_NEUTRAL_BOUNCES"]) == ("bounces@example.org",) * 2
    settings = load({**production, "MAIL_NEUTRAL_SENDER": "mail@other.example", "MAIL_BOUNCES": "back@mx.example.org"})
    assert (settings["MAIL_BOUNCES"], settings["MAIL_NEUTRAL_BOUNCES"]) == (
        "back@mx.example.org",
        "bounces@other.example",
    )
    settings = load({**production, "MAIL_SENDER": "Plenary <plenary@bücher.example>"})
    assert settings["MAIL_NEUTRAL_BOUNCES"] == "bounces@xn--bcher-kva.example"
    settings = load({**production, "SES_TOPICS": "arn:one, arn:two"})
    assert settings["SES_TOPICS"] == {"arn:one", "arn:two"} and not load(production)["SES_TOPICS"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_BOUNCES", f"{'b' * 16}@example.org"),
        ("MAIL_BOUNCES", "Reports <bounces@example.org>"),
        ("BOUNCE_BOX", "imap://name:password@mail.example.org/INBOX"),
        ("BOUNCE_BOX", "/var/mail/reports"),
        ("POSTMARK_HOOK", "postmark:short"),
    ],
)
def test_a_setting_of_reports_that_cannot_work_is_named_without_its_secret(production, name, value):
    with pytest.raises(ConfigError) as refused:
        load({**production, name: value})
    assert name in str(refused.value) and "short" not in str(refused.value) and "password@" not in str(refused.value)
