"""Staff HTTP of the report: the page, the document, the table."""

from datetime import date

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form
from wtforms.validators import InputRequired, StopValidation

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n
from app.petitions import reporting

from . import report, report_files
from .report import Asked, Period

report_desk = Blueprint("report_desk", __name__, template_folder="templates")

BASE = "/<language:lang>/desk/<campaign>/report"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EARLIEST = date(1945, 10, 24)

navigation.register("report_desk.page", lazy("Report"), "report.see", 700, group=navigation.OUTWARD)


def _a_day(form: Form, field: DateField) -> None:
    if field.data is None:
        raise StopValidation()
    if field.data > clock.today():
        raise StopValidation(_("This day has not come yet."))
    if field.data < EARLIEST:
        raise StopValidation(_("So early nothing was signed here."))


def _in_order(form: "PeriodForm", field: DateField) -> None:
    if form.since.data and field.data < form.since.data:
        raise StopValidation(_("The last day is before the first one."))


class PeriodForm(Form):
    """The two dates."""

    since = DateField(lazy("First day"), [InputRequired(lazy("Please choose the first day.")), _a_day])
    until = DateField(lazy("Last day"), [InputRequired(lazy("Please choose the last day.")), _a_day, _in_order])

    notice: str | None = None

    def __init__(self, formdata=None, **kwargs):
        super().__init__(formdata, meta={"locales": False}, **kwargs)
        for field in (self.since, self.until):
            field.process_errors = [_("Please write the day as year-month-day, as in 2026-03-31.")] * len(
                field.process_errors
            )

    @property
    def period(self) -> Period:
        """The valid form's period."""
        return Period(self.since.data, self.until.data)


def _given(campaign: str) -> tuple[PeriodForm, list[Period]]:
    """The form as it was sent, or with the last quarter that is over; and all of these."""
    opened, today = reporting.opened_on(campaign) or clock.today(), clock.today()
    quarters = report.quarters(opened, today)
    if "since" in request.args or "until" in request.args:
        return PeriodForm(request.args), quarters
    period = quarters[0] if quarters else Period(min(opened, today), today)
    values = {"since": period.first.isoformat(), "until": period.last.isoformat()}
    return PeriodForm(MultiDict(values)), quarters


def _campaign(lang: str, campaign: str):
    view = campaigns.campaign_view(campaign, lang)
    if view is None:
        abort(404)
    return view


@report_desk.get(BASE)
@guard.staff("report.see")
def page(lang: str, campaign: str):
    """The report of a period on one page, with every past quarter one click away."""
    view = _campaign(lang, campaign)
    form, quarters = _given(campaign)
    valid = form.validate()
    asked = Asked(campaign, lang, form.period, clock.today()) if valid else None
    return guard.page(
        "desk/report.html",
        None if valid else 422,
        campaign=campaign,
        view=view,
        form=form,
        quarters=[(period, _quarter(period)) for period in quarters],
        head=asked and _head(view, asked),
        sections=report.sections(asked) if asked else [],
        period=asked and asked.period,
    )


@report_desk.get(f"{BASE}.docx")
@guard.staff("report.see")
def document(lang: str, campaign: str):
    """The report as a document."""
    view, asked = _asked(lang, campaign)
    made = report_files.as_docx(_head(view, asked), report.sections(asked), lang)
    return _file(made, DOCX, asked, "docx")


@report_desk.get(f"{BASE}.csv")
@guard.staff("report.see")
def table(lang: str, campaign: str):
    """The report's figures as a table."""
    _, asked = _asked(lang, campaign)
    return _file(report_files.as_csv(report.sections(asked)), "text/csv; charset=utf-8", asked, "csv")


def _asked(lang: str, campaign: str):
    view = _campaign(lang, campaign)
    form, _quarters = _given(campaign)
    if not form.validate():
        abort(404)
    return view, Asked(campaign, lang, form.period, clock.today())


def _file(content: bytes, media_type: str, asked: Asked, ending: str):
    response = http.private(Response(content, content_type=media_type))
    span = f"{asked.period.first.isoformat()}_{asked.period.last.isoformat()}"
    name = f"{asked.campaign}_{span}_{asked.language}.{ending}"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _head(view, asked: Asked) -> report_files.Head:
    period, lang = asked.period, asked.language
    return report_files.Head(
        campaign=view.name,
        title=_(
            "Report from %(first)s to %(last)s",
            first=i18n.format_day(period.first, lang),
            last=i18n.format_day(period.last, lang),
        ),
        made=_("Made on %(day)s. Days are those of UTC.", day=i18n.format_day(asked.today, lang)),
    )


def _quarter(period: Period) -> str:
    number = report.quarter_number(period)
    return _("%(year)s, quarter %(number)s", year=period.first.year, number=number)
