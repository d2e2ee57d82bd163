"""The plain table at the end: each figure beside its floor, its target, and whether it holds."""

import statistics
from dataclasses import dataclass

from . import derivation, handover, letters, mailing, segments, tracker
from .desk import FEW, MANY, Compared
from .reads import Asked
from .rounds import Comparison

HEAD = ("", "measured", "floor", "ratio", "min-max", "quartiles", "target", "")


@dataclass(frozen=True)
class Line:
    """One line of the table; `held` is None for what has no target."""

    name: str
    measured: str
    held: bool | None = None
    target: str = ""
    floor: str = ""
    ratio: str = ""
    spread: str = ""
    quartiles: str = ""

    def cells(self) -> tuple[str, ...]:
        """The line as it stands in the table."""
        verdict = {True: "ok", False: "MISSED", None: ""}[self.held]
        return self.name, self.measured, self.floor, self.ratio, self.spread, self.quartiles, self.target, verdict


def compared(name: str, found: Comparison, least: float | None = None) -> Line:
    """A line for a comparison in requests a second, whose median ratio is to be at least `least`."""
    lower, upper = found.quartiles
    return Line(
        name,
        f"{found.subject.rate:,.0f}/s",
        floor=f"{found.floor.rate:,.0f}/s",
        ratio=f"{found.ratio:.2f}",
        spread=f"{min(found.ratios):.2f}-{max(found.ratios):.2f}",
        quartiles=f"{lower:.2f}-{upper:.2f}",
        target=f">= {least:.2f}" if least else "",
        held=found.ratio >= least if least else None,
    )


def cpu_note(name: str, found: Comparison) -> str:
    """A sentence about the CPU that a request takes, which other work on the machine hardly changes."""
    mine, floor = statistics.median(found.subject.cpu), statistics.median(found.floor.cpu)
    return f"{name}: {mine:.2f} ms of CPU a request, web and database together, the floor {floor:.2f} ms"


def at_most(name: str, measured: float, most: float, form: str) -> Line:
    """A line for a figure that may not be larger than `most`; `form` writes both."""
    return Line(name, form.format(measured), target=f"<= {form.format(most)}", held=measured <= most)


def asked(name: str, found: dict[int, Asked], held: Asked, most_more: int) -> Line:
    """A line for what a page asks of the database with ever more signatures, and then under ten tripped limits: equal
    statements, and at most `most_more` blocks more with the most than with the fewest."""
    few, many = found[min(found)], found[max(found)]
    return Line(
        f"{name}: statements; blocks",
        " ".join(f"{one.statements};{one.total}" for one in (*found.values(), held)),
        target=f"equal; +{most_more}",
        held=few.statements == many.statements == held.statements and many.total <= few.total + most_more,
    )


def _beside_source(name: str, ours: list[float], floor: list[float], least: float | None = None) -> Line:
    ratios = [mine / other for mine, other in zip(ours, floor, strict=True)]
    ratio = statistics.median(ratios)
    return Line(
        name,
        f"{statistics.median(ours):,.0f}/s",
        floor=f"{statistics.median(floor):,.0f}/s",
        ratio=f"{ratio:.2f}",
        spread=f"{min(ratios):.2f}-{max(ratios):.2f}",
        target=f">= {least:.2f}" if least else "",
        held=ratio >= least if least else None,
    )


def mailed(found: mailing.Found, least: float, slowly: float, growth: float, seconds: float) -> list[Line]:
    """Lines for mailings: their rate in smtp-source's, over a slow network, a worker's memory, a confirmation."""
    few, many = found.megabytes[mailing.FEW], found.megabytes[mailing.MANY]
    return [
        _beside_source("a mailing, against smtp-source with 8 sessions", found.ours, found.floor, least),
        _beside_source("the same, against one that keeps its connections", found.ours, found.kept),
        Line(
            f"mailing, {mailing.SLOW_CONNECTIONS} connections, {mailing.SLOW_SECONDS * 1000:.0f} ms away",
            f"{found.slow:,.0f}/s",
            floor=f"{found.limit:,.0f}/s",
            ratio=f"{found.slow / found.limit:.2f}",
            target=f">= {slowly:.2f}",
            held=found.slow >= slowly * found.limit,
        ),
        Line(
            "mail worker, peak memory, 10,000 and 1,000,000 recipients",
            f"{few:.0f} and {many:.0f} MB",
            ratio=f"{many / few:.2f}",
            target=f"<= {growth:.2f}",
            held=many <= few * growth,
        ),
        at_most("a confirmation while a mailing runs", found.confirmation, seconds, "{:.2f} s"),
    ]


def listed(found: Compared, most: float) -> Line:
    """A line for a list of the desk: equal statements, and a page with a million rows at most `most` times as dear as
    with a thousand. A list that the app does not have is missed."""
    name = f"desk, {found.name}: statements; ms a page"
    target = f"equal; <= {most:.1f}"
    if not found.statements:
        return Line(name, "no such page", target=target, held=False)
    ratio = statistics.median(found.ratios)
    lower, _, upper = statistics.quantiles(found.ratios, n=4, method="inclusive")
    few, many = found.statements[FEW], found.statements[MANY]
    return Line(
        name,
        f"{many}; {statistics.median(found.milliseconds[MANY]):.1f}",
        floor=f"{few}; {statistics.median(found.milliseconds[FEW]):.1f}",
        ratio=f"{ratio:.2f}",
        spread=f"{min(found.ratios):.2f}-{max(found.ratios):.2f}",
        quartiles=f"{lower:.2f}-{upper:.2f}",
        target=target,
        held=few == many and ratio <= most,
    )


def derived(found: derivation.Derived, most: float) -> list[Line]:
    """Two lines for the derivation of all positions: its seconds beside those of one look at each piece, and what twice
    the evidence costs, which is to be at most `most` times as much."""
    few, many = derivation.PIECES, 2 * derivation.PIECES
    states, asks = len(derivation.STATES), len(derivation.ASKS)
    once, floor = statistics.median(found.seconds[few]), statistics.median(found.floor)
    ratio, ends, quartiles = derivation.spread(found.doubled)
    return [
        Line(
            f"derive {states} states x {asks} asks from {few:,} pieces",
            f"{once:.2f} s",
            floor=f"{floor:.2f} s",
            ratio=f"{once / floor:.2f}",
        ),
        Line(
            f"derive the same from {many:,} pieces",
            f"{statistics.median(found.seconds[many]):.2f} s",
            floor=f"{once:.2f} s",
            ratio=f"{ratio:.2f}",
            spread=ends,
            quartiles=quartiles,
            target=f"<= {most:.2f}",
            held=ratio <= most,
        ),
    ]


def handed_over(found: handover.Drawn, most: float, most_growth: float, most_megabytes: float) -> list[Line]:
    """Three lines for a letter with many signatories as a PDF: its seconds beside those of typst alone with as many
    lines, what ten times the signatories cost, and the peak memory of the process that draws it."""
    few, many = handover.FEW, handover.MANY
    ratio, ends, quartiles = derivation.spread(found.ratios)
    growth, growth_ends, growth_quartiles = derivation.spread(found.growth)
    seconds = f"{statistics.median(found.seconds[many]):.2f} s"
    name = f"letter as PDF, {many:,} signatories"
    return [
        Line(
            name,
            seconds,
            floor=f"{statistics.median(found.floor):.2f} s",
            ratio=f"{ratio:.2f}",
            spread=ends,
            quartiles=quartiles,
            target=f"<= {most:.0f}",
            held=ratio <= most,
        ),
        Line(
            f"{name}, against {few:,}",
            seconds,
            floor=f"{statistics.median(found.seconds[few]):.2f} s",
            ratio=f"{growth:.2f}",
            spread=growth_ends,
            quartiles=growth_quartiles,
            target=f"<= {most_growth:.0f}",
            held=growth <= most_growth,
        ),
        at_most(f"{name}: peak memory", found.megabytes, most_megabytes, "{:.0f} MB"),
    ]


def crowded(found: tracker.Read, most: float) -> Line:
    """A line for a page of positions: equal statements, and with all evidence at most `most` times as dear as with the
    campaign's own."""
    ratio = statistics.median(found.ratios)
    lower, _, upper = statistics.quantiles(found.ratios, n=4, method="inclusive")
    few, many = found.statements
    return Line(
        f"{found.name}: statements; ms a page",
        f"{many}; {statistics.median(found.crowded):.1f}",
        floor=f"{few}; {statistics.median(found.real):.1f}",
        ratio=f"{ratio:.2f}",
        spread=f"{min(found.ratios):.2f}-{max(found.ratios):.2f}",
        quartiles=f"{lower:.2f}-{upper:.2f}",
        target=f"equal; <= {most:.1f}",
        held=few == many and ratio <= most,
    )


def of_letters(name: str, found: dict[int, Asked], most_more: int | None) -> Line:
    """A line for what a page of a letter asks with few and with many signatories; with `most_more`, statements have to
    be equal, and so many blocks more are the most."""
    few, many = found[min(found)], found[max(found)]
    held = few.statements == many.statements and many.total <= few.total + (most_more or 0)
    return Line(
        f"{name}: statements; blocks",
        " ".join(f"{one.statements};{one.total}" for one in found.values()),
        target=f"equal; +{most_more}" if most_more is not None else "",
        held=held if most_more is not None else None,
    )


def lettered(found: letters.Timed, most: float) -> Line:
    """A line for a letter's page: with many signatories at most `most` times as dear as with few."""
    ratio = statistics.median(found.ratios)
    lower, _, upper = statistics.quantiles(found.ratios, n=4, method="inclusive")
    return Line(
        "letter page with 50,000 signatories: ms",
        f"{statistics.median(found.many):.1f}",
        floor=f"{statistics.median(found.few):.1f}",
        ratio=f"{ratio:.2f}",
        spread=f"{min(found.ratios):.2f}-{max(found.ratios):.2f}",
        quartiles=f"{lower:.2f}-{upper:.2f}",
        target=f"<= {most:.1f}",
        held=ratio <= most,
    )


def counted(found: segments.Counted, most: float | None) -> Line:
    """A line for the count of a segment: against the bare count of the same contacts, at most `most` times as long
    where there is a target."""
    middle, ends, quartiles = derivation.spread(found.ratios)
    return Line(
        f"count of a segment: {found.name}",
        f"{1000 * statistics.median(found.took):.0f} ms",
        floor=f"{1000 * statistics.median(found.bare):.0f} ms",
        ratio=f"{middle:.2f}",
        spread=ends,
        quartiles=quartiles,
        target="" if most is None else f"<= {most:.2f}",
        held=None if most is None else middle <= most,
    )


def other_blocks(found: dict[int, Asked]) -> str:
    """Of which tables and indexes the most signatures take other numbers of blocks than the fewest."""
    few, many = found[min(found)].blocks, found[max(found)].blocks
    relations = sorted(set(few) | set(many))
    return ", ".join(f"{name} {many[name] - few[name]:+}" for name in relations if many[name] != few[name])


def table(lines: list[Line]) -> str:
    """The lines as a table of plain text."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    aligned = (
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in aligned)
