"""Commands of the ground floor: the worker, keys."""

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from . import audit, catalogues, clock, rotation, switches
from . import worker as workers
from .backup import backup
from .crypto import UnknownKey
from .db import db
from .restore import restore
from .setup import setup_cli

keys_cli = AppGroup("keys", help="Encryption keys.")
translations_cli = AppGroup("translations", help="The interface's catalogues.")
audit_cli = AppGroup("audit", help="The log of who did what.")
switch_cli = AppGroup("switch", help="Pause signing, counting or mailing, and let them run again.")
PART = click.argument("part", type=click.Choice(switches.NAMES))


@keys_cli.command("rotate")
def rotate() -> None:
    """Re-encrypt with the newest key whatever an older one wrote. It can be stopped and started again."""
    try:
        for column, done in rotation.rotate():
            click.echo(f"{column}: {done} rewritten")
    except UnknownKey as error:
        raise click.ClickException(f"{error}. Put that key back into ENCRYPTION_KEYS, then rotate again.") from error
    click.echo("Everything is encrypted with the newest key; older ones may leave ENCRYPTION_KEYS.")


@translations_cli.command("update")
def update() -> None:
    """Bring the catalogues to what the source says; new strings come in empty."""
    catalogues.update()


@translations_cli.command("check")
def check() -> None:
    """Check the catalogues; exit 1 with a line for each fault."""
    found = list(catalogues.faults())
    for fault in found:
        click.echo(fault, err=True)
    if found:
        raise click.ClickException(f"{len(found)} faults in the catalogues")
    click.echo("Every string is there in every language.")


@translations_cli.command("compile")
def compile_() -> None:
    """Make the .mo files."""
    catalogues.compile_all()


@switch_cli.command("pause")
@PART
def pause(part: str) -> None:
    """Pause a part at once, in all processes. What comes meanwhile waits or is asked to come back; nothing is lost."""
    switches.pause(part, clock.now())
    db.session.commit()
    click.echo(f"{part} is paused; `flask switch resume {part}` lets it run again")


@switch_cli.command("resume")
@PART
def resume(part: str) -> None:
    """Let a part run again."""
    switches.resume(part)
    db.session.commit()
    click.echo(f"{part} runs")


@switch_cli.command("list")
def list_switches() -> None:
    """Say of each part whether it runs or is paused."""
    for part in switches.NAMES:
        click.echo(f"{part}: {'paused' if switches.paused(part) else 'runs'}")


@audit_cli.command("verify")
def verify() -> None:
    """Go through the whole audit log; exit 1 with a line for each entry that was changed or is missing."""
    broken = list(audit.verify())
    for entry in broken:
        what = "it says something else than it said" if entry.why == "changed" else "what stood before it is missing"
        click.echo(f"entry {entry.id}: {what}", err=True)
    if broken:
        raise click.ClickException(f"{len(broken)} entries of the audit log do not hold")
    click.echo(f"The audit log holds. Keep its last seal elsewhere: {audit.last_seal()}")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Work off jobs until SIGTERM or SIGINT."""
    workers.run_worker(current_app._get_current_object())


COMMANDS = (keys_cli, translations_cli, audit_cli, switch_cli, worker, setup_cli, backup, restore)
