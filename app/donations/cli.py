"""`flask donations`: the books as an operator sees them."""

import sys

import click
from flask.cli import AppGroup

from app.kernel import clock

from . import gateway, reconciling, switch
from .differences import Difference, Line, Outcome
from .money import Money, plain

donations_cli = AppGroup("donations", help="Money given: whether our books and Stripe's agree.")

DIFFERENT, AWAY = 1, 2


@donations_cli.command("reconcile")
@click.option("--all", "everything", is_flag=True, help="From the beginning, not from the last agreement.")
def reconcile(everything: bool) -> None:
    """Compare the ledger with Stripe's books, take in what was missed, and print each difference.

    The exit code is 0 if both agreed, 1 if anything differed (what was missed has been taken in: run it again), 2 if
    Stripe did not answer.
    """
    if not switch.on():
        click.echo("Donations are off: there are no keys.")
        return
    try:
        outcomes = reconciling.reconcile(clock.now(), everything)
    except (gateway.Away, gateway.Refused) as error:
        click.echo(f"Stripe did not answer ({error}). What was taken in so far is kept: run it again.", err=True)
        sys.exit(AWAY)
    told: set[Difference] = set()
    for outcome in outcomes:
        for difference in outcome.named:
            if difference not in told:
                told.add(difference)
                click.echo(_sentence(difference))
        if outcome.number > len(outcome.named):
            click.echo(f"… and {outcome.number - len(outcome.named)} more.")
    for line in _sums(outcomes[-1]):
        click.echo(line)
    if outcomes[0].number:
        left = "Now both books agree." if outcomes[-1].agreed else f"{outcomes[-1].unrepaired} are left."
        click.echo(f"{outcomes[0].number} differences were found. {left}")
        sys.exit(DIFFERENT)
    click.echo(f"Both books agree ({outcomes[0].transactions} transactions compared).")


def _sentence(difference: Difference) -> str:
    here, there = _lines(difference.here), _lines(difference.there)
    match difference.what:
        case "missing":
            end = "booked now" if difference.repaired else "could not be booked"
            return f"missing {difference.id}: {there}; {end}"
        case "differing":
            return f"differing {difference.id}: here {here}; at Stripe {there}"
        case "alone":
            return f"only here {difference.id}: {here}"
        case "gift":
            return f"gift {difference.id}: was {here}, is {there} now"
    return f"balance: here {here}; at Stripe {there}"


def _lines(these: tuple[Line, ...]) -> str:
    return ", ".join(_line(line) for line in these) or "nothing"


def _line(line: Line) -> str:
    if line.minor is None:
        return line.word
    said = f"{line.word} {plain(Money(line.minor, line.currency))} {line.currency}"
    if line.settled_currency in (None, line.currency):
        return said
    return f"{said} = {plain(Money(line.settled_minor, line.settled_currency))} {line.settled_currency}"


def _sums(outcome: Outcome) -> list[str]:
    mode = "" if outcome.livemode else " (test mode)"
    return [
        f"{currency}: {plain(Money(both['here'], currency))} here,"
        f" {plain(Money(both['there'], currency))} at Stripe{mode}"
        for currency, both in outcome.balances.items()
    ]
