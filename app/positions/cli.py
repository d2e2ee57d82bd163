"""`flask evidence …`: take evidence in from a CSV, write it out, and derive all positions anew."""

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel import clock
from app.kernel.db import db

from . import csv_form, deciders, importing, queries, refreshing
from .reading import SAME

evidence_cli = AppGroup("evidence", help="Evidence of a campaign, and the positions that follow from it.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _campaign(slug: str) -> Campaign:
    found = db.session.scalar(select(Campaign).where(Campaign.slug == slug))
    if found is None:
        raise click.ClickException(f"There is no campaign {slug!r} here.")
    return found


@evidence_cli.command("import")
@click.argument("file", type=FILE)
@click.option("--campaign", "slug", required=True, metavar="SLUG")
@click.option("--dry-run", is_flag=True, help="Say what would become of every row, and store nothing.")
def import_(file: Path, slug: str, dry_run: bool) -> None:
    """Take in a CSV of evidence, all of it or nothing; exit 1 with line, column and reason of each fault."""
    campaign, now = _campaign(slug), clock.now()
    with force_locale("en"):
        content = file.read_bytes()
        if dry_run:
            found = importing.judge(campaign, content, now)
            for row in found.rows:
                click.echo("\t".join((str(row.line), row.ref, row.fate, *([str(row.like)] if row.like else []))))
        else:
            found = importing.take_in(campaign, content, actor=None, now=now)
            for row in found.rows:
                if row.like:
                    click.echo(f"{file.name}, line {row.line}, to look at: {row.like}", err=True)
        for fault in found.faults:
            column = f", {fault.column}" if fault.column else ""
            click.echo(f"{file.name}, line {fault.line}{column}: {fault.reason}", err=True)
    if not found.accepted:
        more = f", and {found.more} more" if found.more else ""
        raise click.ClickException(f"{len(found.faults)} faults{more}; nothing was stored")
    db.session.commit()
    said = "would be stored" if dry_run else "stored"
    click.echo(f"{slug}: {importing.count(found)} pieces {said}, {importing.count(found, SAME)} on file already")


@evidence_cli.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--campaign", "slug", required=True, metavar="SLUG")
def export(file: Path, slug: str) -> None:
    """Write all evidence of a campaign, of whatever status, as the CSV that `import` takes."""
    campaign = _campaign(slug)
    pieces = importing.on_file(campaign)
    with file.open("wb") as out:
        csv_form.write(pieces, out.write, disputes=queries.disputes(campaign.id))
    click.echo(f"{slug}: {len(pieces)} pieces in {file}")


@evidence_cli.command("derive")
def derive() -> None:
    """Compare every stored position with what the evidence says, and store what is right; exit 1 on a difference."""
    wrong = 0
    for slug, campaign_id, ask in refreshing.asks():
        for state in refreshing.renew(campaign_id, ask, clock.now()):
            click.echo(f"{slug}, {ask}: {state} was not as the evidence says", err=True)
            wrong += 1
    db.session.commit()
    if wrong:
        raise click.ClickException(f"{wrong} positions differed; they are put right")
    click.echo("every position is as the evidence says")


@evidence_cli.command("candidates")
@click.option("--campaign", "slug", required=True, metavar="SLUG")
def candidates(slug: str) -> None:
    """Enter the candidates for Secretary-General as deciders of a campaign; those there already stay as they are."""
    entered, left_out = deciders.load_candidates(_campaign(slug), clock.now())
    db.session.commit()
    click.echo(f"{slug}: {len(entered)} candidates entered; left out, as no nomination is known: {', '.join(left_out)}")
