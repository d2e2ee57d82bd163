"""`flask petitions`: counting by hand."""

import click
from flask.cli import AppGroup

from app.kernel.db import db

from . import counting

petitions_cli = AppGroup("petitions", help="Counting.")


@petitions_cli.command("count")
def count() -> None:
    """Add what was confirmed since the last run to the totals, as the worker does every few seconds."""
    moved = counting.count()
    db.session.commit()
    click.echo(f"{moved} petitions moved")


@petitions_cli.command("recount")
def recount() -> None:
    """Compare the totals with the signatures; exit 1 when they differ."""
    drifts = counting.recount()
    for drift in drifts:
        click.echo(f"{drift.petition} {drift.area or 'in all'}: counted {drift.counted}, found {drift.found}")
    if drifts:
        raise SystemExit(1)
    click.echo("Every total is what the signatures say.")
