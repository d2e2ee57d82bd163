"""`flask states …`: check the data files, load them."""

import click
from flask.cli import AppGroup

from app.kernel.db import db
from app.states import operations
from app.states.files import UnreadableFile, read
from app.states.rules import faults

states_cli = AppGroup("states", help="States and areas: the reference data in app/states/data.")


@states_cli.command("check")
def check() -> None:
    """Check the data files against their rules; exit 1 on a fault."""
    try:
        files = read()
    except UnreadableFile as error:
        raise click.ClickException(str(error)) from error
    found = faults(files)
    for fault in found:
        click.echo(fault, err=True)
    if found:
        raise click.ClickException(f"{len(found)} faults in the reference data")
    click.echo(f"states: {len(files.states.rows)} states, {len(files.areas.rows)} areas, no fault")


@states_cli.command("load")
def load() -> None:
    """Bring the database to what the data files say; does nothing when they are loaded already."""
    try:
        report = operations.load(db.session)
    except (UnreadableFile, operations.FaultyData) as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(report)
