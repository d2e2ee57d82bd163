"""`flask people`: what an operator does about one person."""

import click
from flask.cli import AppGroup

from app.kernel import clock
from app.kernel.db import db

from . import operations
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
