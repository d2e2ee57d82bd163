"""The report's section about organisations. They are no people, so no number is held back."""

from collections import defaultdict

from flask_babel import gettext as _

from app.people import org_reporting
from app.people.words import ECOSOC_WORDS
from app.states import queries as states

from . import report
from .report import Asked, Row, Section, Table


def organisations(asked: Asked) -> Section | None:
    """Organisations entered in the period, and there by its end: by region, and by status with ECOSOC."""
    found = org_reporting.by_region_and_status(asked.period.first, asked.period.last)
    if not found:
        return None
    columns = (("entered", _("Entered in the period")), ("there", _("There by its last day")))
    regions = {**states.region_names(asked.language), None: _("Country not known")}
    by_region = _summed((region, entered, there) for region, _status, entered, there in found)
    by_status = _summed((status, entered, there) for _region, status, entered, there in found)
    return Section(
        _("Organisations"),
        (
            Table("organisation_region", _("By region"), _("Region"), columns, _rows(by_region, regions)),
            Table(
                "organisation_status",
                _("By status with ECOSOC"),
                _("ECOSOC status"),
                columns,
                _rows(by_status, ECOSOC_WORDS),
            ),
        ),
    )


def _summed(lines) -> dict[str | None, tuple[int, int]]:
    sums: dict[str | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, entered, there in lines:
        sums[key] = sums[key][0] + entered, sums[key][1] + there
    return sums


def _rows(sums, names) -> tuple[Row, ...]:
    ordered = sorted(sums.items(), key=lambda item: (-item[1][1], str(item[0])))
    return tuple(Row(key or "none", str(names[key]), numbers) for key, numbers in ordered)


def register() -> None:
    """Have it stand in every report."""
    report.register("organisations", 300, organisations)
