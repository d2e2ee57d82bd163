"""Commands that span features: campaign packs, and the release step that `make run` and the Procfile call."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from app.accounts import invitations
from app.accounts import queries as accounts
from app.accounts.cli import first_words
from app.campaigns import board, importing
from app.campaigns.faults import PackFaults
from app.campaigns.format import STATES
from app.campaigns.pack import read, rewrite
from app.campaigns.rooms import TextWasSigned
from app.kernel import catalogues, clock, i18n
from app.kernel.config import ROOT
from app.kernel.db import db
from app.states import operations as states

from . import packs

campaign_cli = AppGroup("campaign", help="Campaign packs.")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _faults(error: PackFaults, folder: Path) -> NoReturn:
    for fault in error.faults:
        click.echo(f"{folder.name}/{fault}", err=True)
    found = len(error.faults)
    raise click.ClickException(f"{found} fault{'' if found == 1 else 's'} in {folder}; nothing was changed")


@campaign_cli.command("check")
@click.argument("folder", type=FOLDER)
@click.option("--complete", is_flag=True, help="Translations that are missing or stale are faults, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the board as JSON, as the desk has it.")
def check(folder: Path, complete: bool, as_json: bool) -> None:
    """Check a pack; exit 1 with file, line and fault of each. What translations lack is told, and is no fault."""
    folder = folder.resolve()
    try:
        pack = read(folder)
    except PackFaults as error:
        _faults(error, folder)
    for notice in pack.notices:
        click.echo(f"{folder.name}/{notice}", err=True)
    found = board.of_pack(pack)
    if as_json:
        click.echo(json.dumps(found.json(), ensure_ascii=False, indent=2))
    else:
        for language, numbers in found.totals.items():
            click.echo(f"{language}: " + ", ".join(f"{number} {state}" for state, number in numbers.items()))
    if complete and pack.lacking:
        raise click.ClickException(f"{len(pack.lacking)} blocks are missing or stale")
    click.echo(f"{pack.slug}: no fault", err=as_json)


@campaign_cli.command("import")
@click.argument("folder", type=FOLDER)
@click.option("--theirs", "choose", flag_value=importing.THEIRS, help="Where both changed, the pack wins.")
@click.option("--ours", "choose", flag_value=importing.OURS, help="Where both changed, what stands here stays.")
def import_(folder: Path, choose: str | None) -> None:
    """Import a pack, all of it or nothing: joined by block with what was edited here since the last import.

    Evidence that comes with it and is not on file yet is stored, all of it or nothing.
    """
    _take_in(folder.resolve(), choose)


@campaign_cli.command("load-demo")
def load_demo() -> None:
    """Load the fictional campaign `demo`: a full tracker over invented states, marked so on every page."""
    _take_in(ROOT / "campaigns" / "demo")


def _take_in(folder: Path, choose: str | None = None) -> None:
    try:
        loaded = packs.import_folder(folder, choose)
    except PackFaults as error:
        _faults(error, folder)
    except importing.PackConflicts as error:
        for conflict in error.conflicts:
            click.echo(f"{folder.name}/{conflict}", err=True)
        found = len(error.conflicts)
        raise click.ClickException(
            f"{found} conflict{'' if found == 1 else 's'} with what was edited here; nothing was changed."
            " Give --theirs to take the pack's words in these places, or --ours to keep what stands here."
        ) from error
    except TextWasSigned as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{loaded.slug}: {_outcome(loaded)}")
    _evidence(folder)


def _outcome(loaded: packs.Loaded) -> str:
    return "imported, joined with what was edited here" if loaded.outcome == "merged" else loaded.outcome


@campaign_cli.command("export")
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="campaigns")
@click.option("--drafts", is_flag=True, help="What the desk has, published or not.")
def export(slug: str, folder: Path, drafts: bool) -> None:
    """Write what is published of a campaign as a pack: into FOLDER if it is named as the campaign, else FOLDER/SLUG."""
    try:
        exported = packs.export_to(slug, folder.resolve(), drafts)
    except packs.NoCampaign:
        raise click.ClickException(f"There is no campaign {slug!r} here.") from None
    except packs.NotPublished:
        raise click.ClickException(
            f"Nothing of {slug!r} is published yet; --drafts writes what the desk has."
        ) from None
    for name in exported.strays:
        click.echo(f"{exported.folder.name}/{name}: not of this pack, left as it is", err=True)
    if exported.drafts and not drafts:
        click.echo(f"{exported.drafts} blocks say something else at the desk; --drafts writes what it has", err=True)
    click.echo(f"{slug}: written to {exported.folder}")


@campaign_cli.command("tidy")
@click.argument("folder", type=FOLDER)
def tidy(folder: Path) -> None:
    """Write a pack's files anew in their one form; the words stay."""
    _rewrite(folder)


@campaign_cli.command("mark")
@click.argument("folder", type=FOLDER)
@click.argument("language", type=click.Choice(list(i18n.EVERY)), metavar="LANGUAGE")
@click.option("--state", type=click.Choice(STATES), required=True, help="How far the translation has come.")
@click.option("--only", metavar="KIND/SLUG", help="One document, such as pages/why; else all.")
@click.option("--block", help="One block of that document; `head` is its front matter.")
def mark(folder: Path, language: str, state: str, only: str | None, block: str | None) -> None:
    """Say that a translation was made from, or brought up to, what the source says now."""

    def change(kind, slug, code, document, original):
        if code != language or original is None or original is document:
            return document
        if only and only not in (f"{kind}/{slug}", kind):
            return document
        return document.made_from(original, state, block)

    _rewrite(folder, change)


def _rewrite(folder: Path, *change) -> None:
    try:
        files = rewrite(folder.resolve(), *change)
    except PackFaults as error:
        _faults(error, folder)
    for file in files:
        click.echo(f"{folder.name}/{file}: written anew")
    click.echo(f"{len(files)} files changed")


@click.command("release")
@with_appcontext
def release() -> None:
    """Bring database, catalogues, states and campaigns to what this version of the code has."""
    catalogues.compile_all()
    upgrade(directory=str(ROOT / "migrations"))
    states.load(db.session)
    db.session.commit()
    for folder in sorted(p.parent for p in current_app.config["CAMPAIGNS_DIR"].glob("*/campaign.toml")):
        if packs.on_request(folder):
            continue
        try:
            loaded = packs.load_folder(folder)
        except PackFaults as error:
            for fault in error.faults:
                click.echo(f"{folder.name}/{fault}", err=True)
            click.echo(f"{folder.name}: not imported, the campaign stays as it was", err=True)
        except TextWasSigned as error:
            click.echo(f"{folder.name}: not imported, the campaign stays as it was: {error}", err=True)
        else:
            for conflict in loaded.conflicts:
                click.echo(f"{folder.name}/{conflict}", err=True)
            if loaded.conflicts:
                click.echo(
                    f"{folder.name}: what stands here was left as it is in these places;"
                    " `flask campaign import` with --ours or --theirs decides",
                    err=True,
                )
            elif loaded.outcome == "merged":
                click.echo(f"{folder.name}: {_outcome(loaded)}", err=True)
            _evidence(folder)
    _first_administrator()


def _evidence(folder: Path) -> None:
    found = packs.load_evidence(folder)
    for fault in found.faults if found else ():
        column = f", {fault.column}" if fault.column else ""
        click.echo(f"{folder.name}/evidence.csv, line {fault.line}{column}: {fault.reason}", err=True)
    if found and not found.accepted:
        click.echo(f"{folder.name}: no evidence of the pack was stored", err=True)


def _first_administrator() -> None:
    """Print a link for the first administrator, as long as nobody works here: in production to a terminal alone, as
    whatever else the output goes to may be kept."""
    if current_app.config["MODE"] == "production" and not sys.stdout.isatty():
        if not accounts.anybody():
            click.echo(
                "Nobody works at the desk yet: `flask staff first`, in a terminal, makes the first administrator."
            )
        return
    token = invitations.first(clock.now())
    db.session.commit()
    if token:
        click.echo(first_words(token))
