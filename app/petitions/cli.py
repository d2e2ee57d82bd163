"""`flask petitions`: counting by hand, paper, sending news; limits, what they hold, and what a person calls false."""

from collections.abc import Callable

import click
from flask.cli import AppGroup

from app.kernel import clock
from app.kernel.db import db

from . import counting, limits, moderation, news, paper_batches, queries, rules

petitions_cli = AppGroup("petitions", help="Counting, news to signers, limits, false signatures.")
limits_cli = AppGroup("limits", help="How much of a network or mail domain may wait unconfirmed before more is held.")
held_cli = AppGroup("held", help="What limits hold.")
petitions_cli.add_command(limits_cli)
petitions_cli.add_command(held_cli)
SCOPE = click.argument("scope", type=click.Choice(tuple(limits.SCOPES)))


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


@petitions_cli.command("paper")
@click.argument("petition")
@click.argument("number", type=click.IntRange(min=0))
def on_paper(petition: str, number: int) -> None:
    """Say that NUMBER people in all have signed PETITION on paper, where no batches are entered at the desk."""
    found = queries.petition_named(petition)
    if found is None:
        raise click.ClickException(f"There is no petition {petition}.")
    if paper_batches.any_of(found.id):
        raise click.ClickException("Batches have been entered at the desk: enter or correct one there.")
    paper_batches.tell(found.id, number, clock.now())
    db.session.commit()
    click.echo(f"{petition}: {number} signatures on paper")


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


@limits_cli.command("list")
def list_limits() -> None:
    """Every limit: scope, key, window, how many may wait, how many more for each confirmed, mails, verdict."""
    for row in limits.rows():
        click.echo(
            f"{row.scope} {row.key}: within {row.seconds} s {row.waiting} may wait, and {row.per_confirmed:g} more for"
            f" each confirmed; {row.mails} mails; {row.verdict}"
        )


@limits_cli.command("set")
@SCOPE
@click.argument("key")
@click.option("--seconds", type=click.IntRange(1), help="Length of the window.")
@click.option("--waiting", type=click.IntRange(0), help="So many may wait unconfirmed in any case.")
@click.option("--per-confirmed", type=click.FloatRange(0), help="And so many more for each that was confirmed.")
@click.option("--mails", type=click.IntRange(0), help="Mails to what is held, in one window.")
@click.option("--verdict", type=click.Choice((rules.HELD, rules.FALSE)), help="fraudulent: all of it, and for good.")
def set_limit(scope: str, key: str, **given: float | str | None) -> None:
    """Set the limit of KEY, a mail domain or a network (/24, /64); * is for all others. What is not given stays as it
    is, or is taken from *."""
    key = _key(scope, key)
    rows = {row.key: row for row in limits.rows() if row.scope == scope}
    like = rows.get(key) or rows.get(limits.EVERYBODY)
    names = ("seconds", "waiting", "per_confirmed", "mails", "verdict")
    values = {name: given[name] if given[name] is not None else getattr(like, name, None) for name in names}
    if None in values.values():
        raise click.ClickException("There is no limit to take the rest from: give every number, and the verdict.")
    try:
        limits.put(scope, key, rules.Allowance(**values))
    except limits.WrongKey as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"The limit of {scope} {key} is set. It is judged by when a mail is about to go out.")


@limits_cli.command("remove")
@SCOPE
@click.argument("key")
def remove_limit(scope: str, key: str) -> None:
    """Remove the limit of KEY; that of * applies then. Without a * nothing is limited."""
    if not limits.remove(scope, _key(scope, key)):
        raise click.ClickException(f"There is no limit of {scope} {key}.")
    db.session.commit()
    click.echo("Removed.")


@held_cli.command("list")
def list_held() -> None:
    """What is held and not confirmed, by reason and by the beginning of the digest of its network or domain."""
    groups = limits.held_groups()
    for group in groups:
        click.echo(f"{group.reason} {group.digest}: {group.held} held, {group.mailed} of them have their mail")
    click.echo(f"{sum(group.held for group in groups)} held in all. Each counts as soon as it is confirmed.")


def _chosen(command: Callable) -> Callable:
    for option in (
        click.option("--domain", help="All of a mail domain, as it stands after the @."),
        click.option("--network", help="All of a network: a /24, or a /64 of IPv6."),
        click.option("--id", "signature_id", type=int, help="One signature."),
        click.option("--dry-run", is_flag=True, help="Only say how many they are."),
    ):
        command = option(command)
    return command


@petitions_cli.command("false")
@_chosen
@click.option("--reason", required=True, help="Kept with each signature, shown nowhere; name nobody.")
def call_false(reason: str, dry_run: bool, **chosen: str | int | None) -> None:
    """Call signatures false: they count no more, whatever is pressed, and no page says so."""
    ids = _ids(chosen, false=False)
    if not reason.strip():
        raise click.ClickException("A reason is needed.")
    if _agreed(f"{len(ids)} signatures will be called false", ids, dry_run):
        done = moderation.call_false(ids, reason, clock.now())
        db.session.commit()
        click.echo(f"{done} called false; the totals follow within seconds.")


@petitions_cli.command("restore")
@_chosen
def restore(dry_run: bool, **chosen: str | int | None) -> None:
    """Take the verdict back: what was confirmed counts again."""
    ids = _ids(chosen, false=True)
    if _agreed(f"{len(ids)} signatures will be restored", ids, dry_run):
        done = moderation.restore(ids, clock.now())
        db.session.commit()
        click.echo(f"{done} restored; the totals follow within seconds.")


def _ids(chosen: dict[str, str | int | None], false: bool) -> list[int]:
    given = {name: value for name, value in chosen.items() if value is not None}
    if len(given) != 1:
        raise click.ClickException("Say which, by one of --domain, --network and --id.")
    ((name, value),) = given.items()
    if name == "signature_id":
        return moderation.one(value, false)
    key = _key(name, value)
    if key == limits.EVERYBODY:
        raise click.ClickException("Everybody is too many.")
    return moderation.found(name, key, false)


def _agreed(what: str, ids: list[int], dry_run: bool) -> bool:
    click.echo(f"{what}.")
    return bool(ids) and not dry_run and click.confirm("Go on?")


def _key(scope: str, text: str) -> str:
    try:
        return limits.key_of(scope, text)
    except limits.WrongKey as error:
        raise click.ClickException(str(error)) from None
