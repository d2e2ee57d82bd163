"""`flask mobilise`: mailings as an operator sees them."""

from textwrap import fill

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.kernel import clock, i18n
from app.kernel.db import db

from . import balance, mailing_operations, mailing_queries, missions
from .engine import paces, worker
from .engine.models import Line, Pace, Worker
from .models import Mailing

mobilise_cli = AppGroup("mobilise", help="Mailings: who sends them, how fast, and where they stand.")


@mobilise_cli.command("send")
@click.option("--processes", type=click.IntRange(1, 64), help="How many; MAIL_PROCESSES if nothing is said.")
@click.option("--stay", is_flag=True, help="Do not leave when nothing is left to send.")
def send(processes: int | None, stay: bool) -> None:
    """Send what is queued. The job worker starts this by itself; more of it may run on other machines."""
    app = current_app._get_current_object()
    worker.run(app, processes or app.config["MAIL_PROCESSES"], stay)


@mobilise_cli.command("status")
def status() -> None:
    """Where the mailings stand that are not at their end or have uncertain recipients, and what is stopped."""
    left = mailing_queries.open_uncertain(db.session.scalars(select(Mailing.id).where(Mailing.frozen_at.is_not(None))))
    mailings = db.session.scalars(
        select(Mailing)
        .where(Mailing.state.in_(("scheduled", "running", "paused")) | Mailing.id.in_(list(left)))
        .order_by(Mailing.id)
    ).all()
    sums = balance.of([mailing.id for mailing in mailings])
    for mailing in mailings:
        found = sums[mailing.id]
        why = f" ({mailing.paused_for})" if mailing.paused_for else ""
        click.echo(f"{mailing.id} {mailing.campaign}: {mailing.name}: {mailing.state}{why}")
        click.echo(
            f"  audience {found.audience} = sent {found.sent} + failed {sum(found.failed.values())}"
            f" + excluded {sum(found.excluded.values())} + cancelled {found.cancelled}"
            f" + uncertain {found.uncertain} + queued {found.queued}{'' if found.holds else ': DOES NOT BALANCE'}"
        )
        for name, parts in (("failed", found.failed), ("excluded", found.excluded)):
            for reason, number in sorted(parts.items()):
                click.echo(f"  {name}, {reason}: {number}")
        if mailing.paused_for in ("policy", "errors"):
            for code, enhanced, number in mailing_queries.refusals(mailing.id):
                click.echo(f"  not taken, {code} {enhanced or ''}".rstrip() + f": {number}")
        if mailing.id in left:
            # Who they are is told to people at the desk alone: what a terminal shows is often kept.
            where = i18n.site_url(
                "mailing_run.uncertain", lang=i18n.FALLBACK, campaign=mailing.campaign, mailing_id=mailing.id
            )
            click.echo(f"  uncertain, and nobody has decided: {len(left[mailing.id])}, by name at {where}")
            click.echo(fill(" ".join(map(str, left[mailing.id])), 100, initial_indent="  ", subsequent_indent="  "))
    held = select(Line.worker_id).join(Worker, Worker.id == Line.worker_id).where(Worker.lease_until > clock.now())
    lines = db.session.scalars(held).all()
    click.echo(f"{len(lines)} connections of {len(set(lines))} processes are sending.")
    for pace in db.session.scalars(select(Pace).where(Pace.stopped_at.is_not(None)).order_by(Pace.id)):
        click.echo(
            f"stopped: {pace.kind} {pace.name} since {pace.stopped_at:%Y-%m-%d %H:%M} UTC,"
            f" {pace.stopped_code or 'no code'}: {' '.join((pace.stopped_words or '').split())}"
        )


@mobilise_cli.command("resend")
@click.argument("mailing_id", type=int)
@click.argument("delivery_ids", type=int, nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="All that are uncertain.")
def resend(mailing_id: int, delivery_ids: tuple[int, ...], everybody: bool) -> None:
    """Send again to recipients of whom nobody knows whether they got it. They may get it twice."""
    mailing = db.session.get(Mailing, mailing_id, with_for_update=True)
    if mailing is None or not (delivery_ids or everybody):
        raise click.ClickException("Name a mailing, and recipients or --all.")
    number = len(mailing_queries.open_uncertain([mailing_id]).get(mailing_id, ())) if everybody else len(delivery_ids)
    if not click.confirm(f"Send again to {number}, who may get it twice?"):
        raise click.Abort
    try:
        done = mailing_operations.again(mailing, None if everybody else delivery_ids, actor=None, now=clock.now())
    except mailing_operations.Refused:
        raise click.ClickException(f"The mailing is {mailing.state}.") from None
    db.session.commit()
    click.echo(f"{done} are queued again.")


@mobilise_cli.command("leave")
@click.argument("mailing_id", type=int)
@click.argument("delivery_ids", type=int, nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="All that are uncertain.")
def leave(mailing_id: int, delivery_ids: tuple[int, ...], everybody: bool) -> None:
    """Leave recipients uncertain of whom nobody knows whether they got it: they are not sent it again."""
    mailing = db.session.get(Mailing, mailing_id, with_for_update=True)
    if mailing is None or not (delivery_ids or everybody):
        raise click.ClickException("Name a mailing, and recipients or --all.")
    done = mailing_operations.leave(mailing, None if everybody else delivery_ids, actor=None, now=clock.now())
    db.session.commit()
    click.echo(f"{done} are left as they are.")


@mobilise_cli.command("pace")
@click.argument("kind", type=click.Choice(["relay", "sender", "domain", "mission"]))
@click.argument("name")
@click.option("--per-hour", type=click.FloatRange(min=0, min_open=True))
@click.option("--per-day", type=click.IntRange(min=1))
@click.option(
    "--growth", type=click.FloatRange(min=1), default=1.0, help="Of the day's limit, after one that was used up."
)
@click.option("--ceiling", type=click.IntRange(min=1), help="The day's limit grows no further.")
def pace(kind: str, name: str, per_hour, per_day, growth: float, ceiling) -> None:
    """Limit mail to a relay, from a sender's domain, to a domain, or to a mission by the address of its mailbox; NAME
    `-` stands for all that have no limit of their own."""
    paces.set_limits(kind, _named(kind, name), per_hour=per_hour, per_day=per_day, growth=growth, ceiling=ceiling)
    db.session.commit()
    click.echo("Set. It holds from the next batch on.")


@mobilise_cli.command("free")
@click.argument("kind", type=click.Choice(["relay", "sender", "domain", "mission"]))
@click.argument("name")
def free(kind: str, name: str) -> None:
    """Let mail go again to what was stopped by a refusal."""
    done = paces.free(kind, _named(kind, name))
    db.session.commit()
    click.echo("Mail goes there again." if done else "It was not stopped.")


def _named(kind: str, name: str) -> str:
    if name == "-":
        return ""
    return str(missions.numbers(name)[0]) if kind == "mission" else name
