"""`flask mail`: reports that came back, and what the records of our domain lack."""

import sys

import click
import idna
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import InterfaceError, OperationalError

from app.kernel import clock
from app.kernel.db import db

from .. import domains, headers
from . import boxes, events, gateway
from .reading import MOST_BYTES

mail_cli = AppGroup("mail", help="Reports of mail that came back; what our mail domain lacks.")

# sysexits.h: a mail server that gets the one tries again later, and with the other gives the mail back: no box keeps
# what comes through a pipe, and a person who answered to this address shall know that nobody read it.
TRY_AGAIN, NOT_TAKEN = 75, 69


@mail_cli.command("bounce")
@click.option("--recipient", default="", help="The address the report was sent to, if the mail server tells it.")
def bounce(recipient: str) -> None:
    """Take one report from standard input, as a mail server pipes it. Exit 75, so that it tries again, while the
    database is away; 69, so that it gives it back, where nobody understands it."""
    now = clock.now()
    found = boxes.understood(sys.stdin.buffer.read(MOST_BYTES), now, recipient)
    # A mail server stops whose pipe is closed before it has written all.
    while sys.stdin.buffer.read(MOST_BYTES):
        continue
    try:
        if found.event is not None:
            events.take(found.event, now)
            db.session.commit()
    except (OperationalError, InterfaceError):
        sys.exit(TRY_AGAIN)
    if found.for_a_person:
        click.echo(f"{found.kind}: a program reads this address, and does not understand this mail")
        sys.exit(NOT_TAKEN)
    click.echo(found.kind)


@mail_cli.command("bounces")
def bounces() -> None:
    """Read the box of reports now, as the worker does every five minutes."""
    address = current_app.config["BOUNCE_BOX"]
    if not address:
        raise click.ClickException("BOUNCE_BOX is not set: see docs/operators.md")
    try:
        counted = boxes.read_box(address, clock.now())
    except (gateway.Away, OSError) as error:
        raise click.ClickException(f"the box is away: {error}") from None
    for kind, number in sorted(counted.items()):
        click.echo(f"{kind}: {number}")
    if not counted:
        click.echo("Nothing new.")


@mail_cli.command("check-domain")
@click.argument("domain", required=False)
@click.option(
    "--selector", "selectors", multiple=True, help="A DKIM selector that the relay signs with; may be repeated."
)
def check_domain(domain: str | None, selectors: tuple[str, ...]) -> None:
    """Say what SPF, DKIM and DMARC lack for our senders, or for DOMAIN; exit 1 when something lacks."""
    lacking = False
    for sender, back in _asked(domain) if domain else our_domains():
        click.echo(f"{sender}:")
        try:
            found = domains.examine(sender, back, selectors, gateway.lookup)
        except gateway.Away as error:
            raise click.ClickException(f"the DNS does not answer: {error}") from None
        for finding in found:
            click.echo(f"  {finding.level:<6}{finding.about}: {finding.words}")
        lacking = lacking or any(finding.level == domains.LACKS for finding in found)
    if lacking:
        sys.exit(1)


def _asked(domain: str) -> list[tuple[str, str]]:
    try:
        plain = idna.encode(domain.strip().rstrip(".").lower(), uts46=True).decode()
    except idna.IDNAError:
        raise click.ClickException(f"{domain} is no domain") from None
    return [pair for pair in our_domains() if pair[0] == plain] or [(plain, plain)]


def our_domains() -> list[tuple[str, str]]:
    """The domains that mails are from, each with the one that reports go to, by the settings."""
    config = current_app.config
    ways = (False, True)
    pairs = ((headers.house(config, neutral).domain, headers.house(config, neutral).bounces) for neutral in ways)
    return list(dict.fromkeys((sender, back.rpartition("@")[2]) for sender, back in pairs))
