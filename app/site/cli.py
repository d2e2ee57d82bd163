"""Commands that span features: campaign packs, and the release step that `make run` and the Procfile call."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from app.campaigns.pack import PackFaults, read
from app.kernel import catalogues
from app.kernel.config import ROOT
from app.kernel.db import db
from app.petitions.texts import TextWasSigned
from app.states import operations as states

from . import packs

campaign_cli = AppGroup("campaign", help="Campaign packs.")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _faults(error: PackFaults, folder: Path) -> None:
    for fault in error.faults:
        click.echo(f"{folder.name}/{fault}", err=True)
    raise click.ClickException(f"{len(error.faults)} faults in {folder}; nothing was imported")


@campaign_cli.command("check")
@click.argument("folder", type=FOLDER)
def check(folder: Path) -> None:
    """Check a pack; exit 1 with file, line and fault of each."""
    try:
        pack = read(folder.resolve())
    except PackFaults as error:
        _faults(error, folder)
    click.echo(f"{pack.slug}: no fault")


@campaign_cli.command("import")
@click.argument("folder", type=FOLDER)
def import_(folder: Path) -> None:
    """Import a pack over what the database says."""
    try:
        loaded = packs.import_folder(folder.resolve())
    except PackFaults as error:
        _faults(error, folder)
    except TextWasSigned as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{loaded.slug}: {loaded.outcome}")


@click.command("release")
@with_appcontext
def release() -> None:
    """Bring database, catalogues, states and campaigns to what this version of the code has."""
    catalogues.compile_all()
    upgrade(directory=str(ROOT / "migrations"))
    states.load(db.session)
    db.session.commit()
    for folder in sorted(p.parent for p in current_app.config["CAMPAIGNS_DIR"].glob("*/campaign.toml")):
        try:
            loaded = packs.load_folder(folder)
        except PackFaults as error:
            for fault in error.faults:
                click.echo(f"{folder.name}/{fault}", err=True)
            click.echo(f"{folder.name}: not imported, the campaign stays as it was", err=True)
        except TextWasSigned as error:
            click.echo(f"{folder.name}: not imported, the campaign stays as it was: {error}", err=True)
        else:
            if loaded.outcome == "edited":
                click.echo(f"{loaded.slug}: edited here since its import; the pack's changes were not loaded", err=True)
