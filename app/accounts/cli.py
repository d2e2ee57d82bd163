"""`flask staff`: who works at the desk."""

import click
from flask.cli import AppGroup

from app.kernel import clock, i18n
from app.kernel.db import db

from . import choices, invitations, operations, queries, roles, rules
from .roles import COORDINATOR, EVERYWHERE, ROLES, TRANSLATOR, Role

staff_cli = AppGroup("staff", help="Who works at the desk, and as what.")
LINK = click.option("--link", is_flag=True, help="Print the link here instead of sending it by mail.")


def _address(text: str) -> str:
    try:
        return rules.checked_address(text)
    except rules.InvalidAddress:
        raise click.ClickException("That is no e-mail address.") from None


def _account(email: str):
    account = queries.by_address(_address(email))
    if account is None:
        raise click.ClickException("Nobody here has that address.")
    return account


def link_of(token: str, language: str) -> str:
    """The address of an invitation's page."""
    return i18n.site_url("invitations.page", lang=language, token=token)


def _say_link(invitation_id: int, language: str, link: bool) -> None:
    token = invitations.new_link(invitation_id) if link else None
    db.session.commit()
    if token:
        click.echo(f"This link works once, for {invitations.LIVES.days} days:\n  {link_of(token, language)}")
    else:
        click.echo("A mail with a link that works once is on its way.")


@staff_cli.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--campaign", required=True, help="The campaign's slug, or '*' for all campaigns.")
@click.option("--language", type=click.Choice(i18n.CODES), default="en", show_default=True, help="Of the mail.")
@click.option("--languages", default="", help="Of a translator: codes, parted by commas.")
@click.option("--networks", default="", help="Of a coordinator: numbers of networks, parted by commas.")
@LINK
def invite(email: str, role: str, campaign: str, language: str, languages: str, networks: str, link: bool) -> None:
    """Invite somebody to a role. The invitation can be used once, for seven days."""
    if campaign != EVERYWHERE and campaign not in choices.campaigns("en"):
        raise click.ClickException(f"There is no campaign {campaign!r} here.")
    try:
        codes = rules.language_codes(languages)
    except ValueError as error:
        raise click.ClickException(f"{str(error)!r} is no code of a language.") from None
    try:
        numbers = tuple(int(number) for number in networks.replace(",", " ").split())
    except ValueError:
        raise click.ClickException("--networks takes numbers, such as 3,5.") from None
    if role == TRANSLATOR and not codes:
        raise click.ClickException("A translator needs --languages, such as fr,ar.")
    if role == COORDINATOR and not numbers:
        raise click.ClickException("A coordinator needs --networks, such as 3,5.")
    for number in numbers:
        if number not in choices.networks("en"):
            raise click.ClickException(f"There is no network {number} here.")
    given = Role(role, campaign, codes if role == TRANSLATOR else (), numbers if role == COORDINATOR else ())
    made = invitations.invite(_address(email), given, language, None, clock.now(), mail=not link)
    _say_link(made, language, link)


@staff_cli.command("list")
@click.option("--campaign", help="Only those who hold a role there.")
def list_staff(campaign: str | None) -> None:
    """Say who works here and as what, with each one's number."""
    cursor = None
    while True:
        part, colleagues = queries.colleagues(campaign, order="oldest", cursor=cursor)
        for one in colleagues:
            held = ", ".join(f"{role.role} in {_where(role.campaign)}" for role in one.roles) or "no role"
            click.echo(f"{one.id}: {one.name} <{one.email}>{' (disabled)' if one.disabled_at else ''}: {held}")
        cursor = part.older
        if cursor is None:
            break
    for invitation in queries.open_invitations(campaign, clock.now()):
        if invitation.email:
            what = f"{invitation.role} in {_where(invitation.campaign)}"
            click.echo(f"invited: {invitation.email}: {what}, until {invitation.expires_at:%Y-%m-%d}")


def _where(campaign: str) -> str:
    return "all campaigns" if campaign == EVERYWHERE else campaign


@staff_cli.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Shut somebody out at once: every session of theirs ends."""
    account = _account(email)
    try:
        operations.disable(account.id, None, clock.now())
    except operations.LastAdministrator:
        raise click.ClickException(
            "This is the last administrator of the site. Make somebody else one first."
        ) from None
    db.session.commit()
    click.echo("Disabled; every session has ended.")


@staff_cli.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let somebody in again who was disabled."""
    operations.enable(_account(email).id, None, clock.now())
    db.session.commit()
    click.echo("Enabled.")


@staff_cli.command("reset-factor")
@click.argument("email")
@LINK
def reset_factor(email: str, link: bool) -> None:
    """For a lost key: take away password, passkeys and codes, end all sessions, and send a link to begin anew."""
    account = _account(email)
    made = invitations.reset(account.id, None, clock.now(), mail=not link)
    _say_link(made, account.language, link)


@staff_cli.command("roles")
def print_roles() -> None:
    """Print which role may do what, as it stands in docs/roles.md."""
    click.echo(roles.table(), nl=False)


@staff_cli.command("first")
def first() -> None:
    """Print a link for the first administrator, as long as nobody works here; an earlier one works no longer."""
    token = invitations.first(clock.now())
    db.session.commit()
    if token is None:
        raise click.ClickException("Somebody works here already: use `flask staff invite`.")
    click.echo(first_words(token))


def first_words(token: str) -> str:
    """What is said of the first administrator's link."""
    return (
        f"Nobody works at the desk yet. This link makes the first administrator, once, within"
        f" {invitations.LIVES.days} days:\n  {link_of(token, 'en')}"
    )
