"""`flask setup production`: asks for what only the operator knows, makes the secrets, tries the mail relay.

It needs no settings, so it runs on a machine that has none yet (wsgi.py gives it an app that can do nothing else).
"""

import os
import smtplib
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path

import click
import psycopg
from email_validator import EmailNotValidError, validate_email
from flask import Flask
from flask.cli import AppGroup
from psycopg.conninfo import conninfo_to_dict

from . import config
from .config import ConfigError
from .mail import open_relay
from .supervisor.refusals import Refusal, check_database

ENCRYPTION = {"starttls": ("1", ""), "ssl": ("", "1"), "none": ("", "")}
NOTHING = "-"

IF_LOST = """
These keys are in that file and nowhere else. If they are lost, nobody can help:
  ENCRYPTION_KEYS  the names and addresses of everyone who signed can never be read again.
  DIGEST_KEYS      nobody who signed is recognised: they could sign twice, and who asked for no mail would get mail.
  SECRET_KEY       forms that are open in browsers have to be sent once more; nothing else.
Keep a copy of the file now, apart from the backups of the database: whoever has both can read everything.
"""

setup_cli = AppGroup("setup", help="Settings of a new machine.")


def asked_for(arguments: list[str]) -> bool:
    """Whether this command line is one of `flask setup`, which must not need the settings it makes."""
    return Path(arguments[0]).stem in ("flask", "__main__") and "setup" in arguments[1:]


def bare_app() -> Flask:
    """An app that serves nothing and knows no command but `setup`."""
    app = Flask("plenary", static_folder=None)
    app.cli.add_command(setup_cli)
    return app


@setup_cli.command("production", with_appcontext=False)
def production() -> None:
    """Ask for the settings of production and write them to production.env in the instance directory."""
    path = Path(os.environ.get("INSTANCE_DIR") or config.ROOT / "instance").resolve() / "production.env"
    try:
        held = config.read_env_file(path)
        secrets = _secrets(held, os.environ)
    except ConfigError as error:
        raise click.ClickException(f"{error}. {path} was left as it is.") from error
    click.echo(f"Everything you answer is kept in {path}, which only this account can read.")
    answers = {**held, **_ask({**os.environ, **held}), **secrets}
    try:
        config.write_env_file(path, answers)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error
    click.echo(f"\nWritten: {path}")
    _say_what_was_made(held, secrets, answers["DATABASE_URL"])
    click.echo(IF_LOST)
    click.echo(try_relay(answers))
    _check(answers)


def _secrets(held: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """The secrets to write: those the file holds, fresh ones for those that are nowhere. Raises ConfigError."""
    fresh = config.new_secrets()
    for name in ("ENCRYPTION_KEYS", "DIGEST_KEYS"):
        if held.get(name):
            config.parse_keys(name, held[name])
    return {name: held.get(name) or fresh[name] for name in fresh if held.get(name) or not environ.get(name)}


def _say_what_was_made(held: Mapping[str, str], secrets: Mapping[str, str], database: str) -> None:
    made = [name for name in secrets if not held.get(name)]
    kept = [name for name in secrets if held.get(name)]
    elsewhere = [name for name in config.SECRETS if name not in secrets]
    for words, names in (("Made", made), ("Kept as they were", kept), ("Left in the environment", elsewhere)):
        if names:
            click.echo(f"{words}: {', '.join(names)}")
    if {"ENCRYPTION_KEYS", "DIGEST_KEYS"} & set(made) and _in_use(database):
        click.echo(
            "\nThis database already holds a Plenary, and these new keys cannot read what older ones wrote there."
        )
        click.echo("Unless it is empty, put its own keys into the file before you start.")


def _in_use(database: str) -> bool:
    with psycopg.connect(database.replace("postgresql+psycopg", "postgresql", 1), connect_timeout=10) as connection:
        return connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()[0]


def _check(answers: Mapping[str, str]) -> None:
    """Load the settings as production will, and say whether it starts."""
    over = [name for name, value in answers.items() if os.environ.get(name, value) not in ("", value)]
    if over:
        click.echo(f"The environment also sets {', '.join(over)}, and wins over the file.")
    try:
        config.load({**os.environ, "PLENARY_ENV": "production"})
    except ConfigError as error:
        raise click.ClickException(f"Production would not start: {error}") from error
    click.echo("Production can start now: PLENARY_ENV=production make run")


def _ask(old: Mapping[str, str]) -> dict[str, str]:
    answers = {
        "CONTROLLER_NAME": _line("Who runs this site (a person or an organisation)", old.get("CONTROLLER_NAME")),
        "CONTROLLER_ADDRESS": _lines("Their postal address", old.get("CONTROLLER_ADDRESS")),
        "CONTROLLER_EMAIL": (contact := _line("Their contact e-mail address", old.get("CONTROLLER_EMAIL"), _address)),
        "CONTROLLER_DATA_PROTECTION": _line(
            "Whom to write to about personal data (a name, an address, or both)",
            old.get("CONTROLLER_DATA_PROTECTION") or contact,
        ),
        "PLENARY_URL": _line("Public address of the site (https://…)", old.get("PLENARY_URL"), config.public_url),
        "DATABASE_URL": _line(
            "Database (postgresql://user:password@host/name)", old.get("DATABASE_URL"), _database, without_password
        ),
        "MAIL_SERVER": _line("Mail relay: server", old.get("MAIL_SERVER")),
    }
    kind = next((k for k, v in ENCRYPTION.items() if v == (_flag(old, "TLS"), _flag(old, "SSL"))), "starttls")
    if not old.get("MAIL_SERVER"):
        kind = "starttls"
    kind = click.prompt("Mail relay: encryption", type=click.Choice(list(ENCRYPTION)), default=kind)
    port = old.get("MAIL_PORT") or {"starttls": "587", "ssl": "465", "none": "25"}[kind]
    answers["MAIL_USE_TLS"], answers["MAIL_USE_SSL"] = ENCRYPTION[kind]
    answers["MAIL_PORT"] = _line("Mail relay: port", port, _port)
    user = _line(f"Mail relay: user ({NOTHING} for none)", old.get("MAIL_USERNAME") or NOTHING)
    answers["MAIL_USERNAME"] = "" if user == NOTHING else user
    answers["MAIL_PASSWORD"] = _password(old.get("MAIL_PASSWORD", "")) if user != NOTHING else ""
    answers["MAIL_SENDER"] = _line("Sender of all mail (Name <address>)", old.get("MAIL_SENDER"), _sender)
    click.echo("Mails to people whom a word in their mailbox could harm say nothing of the campaign. For these:")
    answers["MAIL_NEUTRAL_SENDER"] = _optional("  Sender that says nothing", old.get("MAIL_NEUTRAL_SENDER"), _sender)
    answers["NEUTRAL_URL"] = _optional(
        "  Second public address of this server, that says nothing", old.get("NEUTRAL_URL"), _neutral_url
    )
    return answers


def _flag(old: Mapping[str, str], name: str) -> str:
    return "1" if old.get(f"MAIL_USE_{name}", "") in ("1", "true", "yes") else ""


def _line(
    question: str,
    default: str | None,
    check: Callable[[str], str] = str,
    shown: Callable[[str], str] = str,
) -> str:
    """One answer that `check` accepts; it returns what is kept or raises ConfigError with a line to be shown."""
    while True:
        asked = f"{question} [{shown(default)}]" if default else question
        answer = click.prompt(asked, default=default or "", show_default=False).strip()
        try:
            if not answer:
                raise ConfigError("This cannot stay empty.")
            return check(answer)
        except ConfigError as error:
            click.echo(f"  {error}")


def _optional(question: str, default: str | None, check: Callable[[str], str]) -> str:
    def check_or_none(text: str) -> str:
        return text if text == NOTHING else check(text)

    answer = _line(f"{question} ({NOTHING} for none)", default or NOTHING, check_or_none)
    return "" if answer == NOTHING else answer


def _neutral_url(text: str) -> str:
    return config.public_url(text, "NEUTRAL_URL")


def _lines(question: str, default: str | None) -> str:
    """Several lines, ended by an empty one; at once an empty one keeps what was there."""
    while True:
        click.echo(f"{question}, line by line; an empty line ends it")
        if default:
            click.echo("  an empty line at once keeps: " + default.replace("\n", " / "))
        lines: list[str] = []
        while line := click.prompt(">", default="", show_default=False, prompt_suffix=" ").strip():
            lines.append(line)
        if lines or default:
            return "\n".join(lines) or default
        click.echo("  This cannot stay empty.")


def _password(default: str) -> str:
    question = "Mail relay: password (not shown" + (", empty keeps the old one)" if default else ")")
    return click.prompt(question, default=default, show_default=False, hide_input=True)


def _address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ConfigError("This is no complete e-mail address; it should look like name@example.org.") from None


def _sender(text: str) -> str:
    _address(parseaddr(text)[1])
    return text


def _port(text: str) -> str:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ConfigError("A port is a number from 1 to 65535.")
    return text


def _database(text: str) -> str:
    try:
        check_database(text)
    except Refusal as error:
        raise ConfigError(str(error)) from None
    return text


def without_password(url: str) -> str:
    """A database's address as it may stand on a screen."""
    try:
        password = conninfo_to_dict(url.replace("postgresql+psycopg", "postgresql", 1)).get("password")
    except psycopg.Error:
        return "the one from before"
    return "the one from before" if password else url


def try_relay(settings: Mapping[str, str]) -> str:
    """Connect, greet, encrypt, sign in as each mail will, and say in one line how it went. Sends no mail."""
    server, port = settings["MAIL_SERVER"], int(settings["MAIL_PORT"])
    where = f"{server}:{port}"
    try:
        with open_relay(server, port, bool(settings.get("MAIL_USE_SSL")), bool(settings.get("MAIL_USE_TLS"))) as relay:
            relay.ehlo_or_helo_if_needed()
            if settings.get("MAIL_USERNAME") and settings.get("MAIL_PASSWORD"):
                relay.login(settings["MAIL_USERNAME"], settings["MAIL_PASSWORD"])
            code, _ = relay.noop()
    except smtplib.SMTPAuthenticationError as error:
        return f"Mail relay {where}: it refuses this user and password ({error.smtp_code}). Run setup again to change."
    except smtplib.SMTPResponseException as error:
        return f"Mail relay {where}: it answered {error.smtp_code}. No mail would go out."
    except (smtplib.SMTPException, OSError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        return f"Mail relay {where}: {reason[0]}. No mail would go out."
    if code != 250:
        return f"Mail relay {where}: it answered {code}. No mail would go out."
    return f"Mail relay {where}: it takes us."
