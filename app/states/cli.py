"""`flask states …`: check the data files, load them; read and edit how free civil society is in each state.

Names, groups, memberships and offices are corrected at the desk.
"""

import click
from flask.cli import AppGroup

from app.kernel import clock
from app.kernel.db import db
from app.states import operations, queries
from app.states.files import UnreadableFile, read
from app.states.rules import RATINGS, faults

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
    rated = sum(bool(row["rating"]) for row in files.civic_space.rows)
    counts = (
        f"{len(files.states.rows)} states, {len(files.groups.rows)} groups, {len(files.memberships.rows)} memberships, "
        f"{len(files.offices.rows)} offices, {len(files.areas.rows)} areas, {rated} ratings of civic space"
    )
    click.echo(f"states: {counts}, no fault")


@states_cli.command("load")
def load() -> None:
    """Bring the database to what the data files say; does nothing when they are loaded already."""
    try:
        report = operations.load(db.session)
    except (UnreadableFile, operations.FaultyData) as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(report)


civic_space = AppGroup("civic-space", help="How free civil society is in each state: decides who gets neutral mails.")
states_cli.add_command(civic_space)


@civic_space.command("list")
def list_civic_space() -> None:
    """Every state: its rating, of which day, on which basis and from which source."""
    for iso3, rated in queries.civic_spaces():
        known = rated and [f"{rated.rating:<10}", str(rated.as_of), f"{rated.basis:<7}", rated.source, rated.note]
        click.echo("  ".join([iso3, *filter(None, known or ["not known"])]))


@civic_space.command("set")
@click.argument("iso3")
@click.argument("rating", type=click.Choice(RATINGS))
@click.option("--as-of", required=True, metavar="YYYY-MM-DD", help="the day of the rating")
@click.option("--source", required=True, help="an id of app/states/data/sources.csv, or an https address")
@click.option("--note", default="", help="what a later reader should know")
def set_civic_space(iso3: str, rating: str, as_of: str, source: str, note: str) -> None:
    """Rate a state by hand. It holds from the next mail on, and no later edition of the files changes it."""
    try:
        operations.rate_civic_space(db.session, iso3.upper(), rating, as_of, source, note, clock.today())
    except operations.UnfitRating as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{iso3.upper()}: {rating}, as of {as_of}")
