"""`flask petitions`: counting by hand, and sending news."""

import click
from flask.cli import AppGroup

from app.kernel import clock
from app.kernel.db import db

from . import counting, news, queries

petitions_cli = AppGroup("petitions", help="Counting, and news to signers.")


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


@petitions_cli.command("update")
@click.argument("petition")
@click.argument("slug")
def update(petition: str, slug: str) -> None:
    """Send the update SLUG to those signers of PETITION who asked for news; run again, to those who have not had it."""
    found = queries.petition_named(petition)
    if found is None:
        raise click.ClickException(f"There is no petition {petition}.")
    words = news.words_of(found.campaign_id, slug)
    if not words:
        raise click.ClickException(f"The campaign has no update {slug}.")
    audience = news.audience(found, slug, clock.now())
    click.echo(f"{next(iter(words.values())).title}: {_numbers(audience.waiting)} will get it.")
    if audience.untranslated:
        click.echo(f"Left out, as their language does not have it yet: {_numbers(audience.untranslated)}.")
    if audience.reached:
        click.echo(f"Had it before: {audience.reached}.")
    if not audience.waiting:
        raise click.ClickException("Nobody waits for it; nothing was queued.")
    click.confirm("Send it?", abort=True)
    news.ask(found.id, slug, clock.now())
    db.session.commit()
    click.echo("Queued. It goes out behind the mails to confirm.")


def _numbers(by_language: dict[str, int]) -> str:
    parts = ", ".join(f"{code} {number}" for code, number in by_language.items())
    return f"{sum(by_language.values())} signers" + (f" ({parts})" if parts else "")


@petitions_cli.command("sources")
@click.argument("petition")
def sources(petition: str) -> None:
    """Say by which channels and partners (?from=) the confirmed signatures of PETITION came."""
    for source, number in counting.by_source(petition):
        click.echo(f"{number:>9}  {source or 'no name, or fewer than ten by it'}")
