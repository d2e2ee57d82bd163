"""`flask people`: what an operator does about one person."""

import click
from flask.cli import AppGroup

from app.kernel import clock, retention
from app.kernel.db import db

from . import holdings, operations
from . import retention as table
from .addresses import InvalidAddress, checked_address

people_cli = AppGroup("people", help="Requests of one person.")


@people_cli.command("erase")
def erase() -> None:
    """Erase the person with an address that is asked for, so that it stands in no shell history."""
    try:
        address = checked_address(click.prompt("E-mail address to erase"))
    except InvalidAddress:
        raise click.ClickException("That is no e-mail address.") from None
    found = operations.erase_address(address, clock.now())
    db.session.commit()
    click.echo("Erased. Signatures stay counted without the person." if found else "Nobody here has that address.")
    for words in holdings.remainders():
        click.echo(words)


@people_cli.command("retention")
def retention_table() -> None:
    """Print how long each kind of personal data is held, and why: the table in docs/privacy.md."""
    click.echo(table.table(), nl=False)


@people_cli.command("forget")
def forget() -> None:
    """Let go now of everything that was held long enough, as the nightly task does. It can be stopped and run again."""
    done: dict[str, int] = {}
    for name, number in retention.run(clock.now()):
        done[name] = done.get(name, 0) + number
    for name, number in done.items():
        click.echo(f"{name}: {number}")
    click.echo("Nothing is held for longer than it may be.")
