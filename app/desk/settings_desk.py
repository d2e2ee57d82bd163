"""What is settled of a campaign besides its words: its languages, petitions, asks, and the days of its news."""

from datetime import date, datetime

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired

from app.accounts import guard, navigation
from app.campaigns import board, documents_desk, paths, settings
from app.campaigns.desk import open_campaign
from app.campaigns.editing import clean
from app.campaigns.forms import MOMENT_WRONG, DeskForm, read_local, zones
from app.campaigns.head import WrongMoment
from app.kernel import clock
from app.kernel.db import db
from app.petitions import texts as petitions
from app.positions import operations as positions

campaign_settings = Blueprint("campaign_settings", __name__, template_folder="templates")
navigation.register("campaign_settings.index", lazy("Settings"), "campaign.settings", 60)

STATUS_NAMES = {"open": lazy("Open"), "adopted": lazy("Adopted"), "dropped": lazy("Dropped")}
MOST_MILESTONES, HIGHEST = 50, 2_000_000_000


class PetitionForm(DeskForm):
    """The end of a petition and its milestones."""

    closes = StringField(lazy("Nobody can sign from"))
    zone = SelectField(lazy("Time zone"), validate_choice=False, default="Etc/UTC")
    milestones = StringField(lazy("Milestones"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone.choices = zones()
        self.local: datetime | None = None
        self.numbers: list[int] = []

    def validate_closes(self, field) -> None:
        """Sets `local`; left empty, the petition has no end."""
        self.local = read_local(field.data) if (field.data or "").strip() else None

    def validate_milestones(self, field) -> None:
        """Sets `numbers`."""
        said = (field.data or "").replace(",", " ").split()
        whole = all(each.isascii() and each.isdigit() and len(each) < 11 for each in said)
        self.numbers = [int(each) for each in said] if whole else []
        rising = self.numbers == sorted(set(self.numbers)) and all(0 < n < HIGHEST for n in self.numbers)
        if not whole or not rising or len(said) > MOST_MILESTONES:
            raise ValidationError(_("Please give whole numbers, each larger than the one before: 100 250 500"))


def _path_field(label, codes: dict) -> SelectField:
    choices = [SelectChoice("", lazy("Not said")), *(SelectChoice(code, words) for code, words in codes.items())]
    valid = AnyOf(["", *codes], lazy("Please choose one."))
    return SelectField(label, choices=choices, default="", validators=[valid], validate_choice=False)


class AskForm(DeskForm):
    """How an ask stands, and the wordings of it."""

    status = SelectField(
        lazy("State"),
        choices=[SelectChoice(value, name) for value, name in STATUS_NAMES.items()],
        validators=[AnyOf(list(STATUS_NAMES), lazy("Please choose one."))],
        validate_choice=False,
    )
    variants = TextAreaField(lazy("Wordings of it, one to a line"))
    decider = _path_field(lazy("Who decides"), paths.DECIDERS)
    body = _path_field(lazy("In which body"), paths.BODIES)
    procedure = _path_field(lazy("How"), paths.PROCEDURES)
    worth = _path_field(lazy("What a majority of states is worth there"), paths.WORTHS)
    next_date = StringField(lazy("The next day on which it can be decided"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.on: date | None = None

    def validate_next_date(self, field) -> None:
        """Sets `on`; it may be left empty."""
        said = (field.data or "").strip()
        try:
            self.on = date.fromisoformat(said) if said else None
        except ValueError as error:
            raise ValidationError(_("Please give a day, such as 2026-11-23.")) from error

    @property
    def path(self) -> dict:
        """How the ask is decided, as settings.set_ask takes it."""
        return {name: self[name].data or None for name in paths.CODES} | {paths.NEXT: self.on}

    @property
    def lines(self) -> list[str]:
        """The wordings, none of them empty or twice."""
        lines = (line.strip() for line in clean(self.variants.data or "").split("\n"))
        return list(dict.fromkeys(line for line in lines if line))


class RenewForm(DeskForm):
    """That the text of an ask changed in substance; to be confirmed, as all evidence is to be checked again then."""

    sure = BooleanField(
        lazy("It asks for something else now. Evidence for the old text counts no longer until it is checked again."),
        validators=[InputRequired(lazy("Please confirm this."))],
    )


class DayForm(DeskForm):
    """The day of news."""

    day = StringField(lazy("Day"))

    def validate_day(self, field) -> None:
        """Sets `on`."""
        try:
            self.on = datetime.strptime(field.data or "", "%Y-%m-%d").date()  # noqa: DTZ007 a day has no zone
        except ValueError as error:
            raise ValidationError(_("Please give a day, such as 2026-11-23.")) from error


@campaign_settings.get("/<language:lang>/desk/<campaign>/settings")
@guard.staff("campaign.settings")
def index(lang: str, campaign: str):
    """All of it on one page, a form to each."""
    return _page(lang, campaign)


def _page(lang: str, campaign: str, status=None, kind: str = "", slug: str = "", form: DeskForm | None = None):
    found = open_campaign(campaign)
    lines = {(line.kind, line.slug): line for line in board.of_campaign(found, lang).lines}
    forms: dict[str, dict[str, DeskForm]] = {"petitions": {}, "asks": {}, "renew": {}, "updates": {}}
    versions: dict[str, int] = {}
    for entry in petitions.entries(found.id):
        forms["petitions"][entry["slug"]] = _petition_form(entry)
    for ask in settings.asks(found.id):
        data = {name: value or "" for name, value in paths.of(ask).items()}
        data |= {"status": ask.status, "variants": "\n".join(ask.variants)}
        forms["asks"][ask.slug] = AskForm(prefix=f"asks-{ask.slug}-", data=data)
        versions[ask.slug] = ask.version
        if ask.status == "open":
            forms["renew"][ask.slug] = RenewForm(prefix=f"renew-{ask.slug}-")
    for update in settings.updates(found.id):
        forms["updates"][update.slug] = DayForm(prefix=f"updates-{update.slug}-", data={"day": update.day.isoformat()})
    if form is not None:
        forms[kind][slug] = form
    return guard.page(
        "desk/settings.html",
        status,
        campaign=campaign,
        held=found,
        forms=forms,
        versions=versions,
        lines=lines,
        own=lines.get(("campaign", "campaign")),
        named=documents_desk.languages(found.spoken),
        failed=(kind, slug) if form is not None else None,
    )


def _petition_form(entry: dict) -> PetitionForm:
    closes = entry["closes"].strftime("%Y-%m-%dT%H:%M") if "closes" in entry else ""
    milestones = " ".join(str(number) for number in entry.get("milestones", []))
    data = {"closes": closes, "zone": entry.get("time_zone", "Etc/UTC"), "milestones": milestones}
    return PetitionForm(prefix=f"petitions-{entry['slug']}-", data=data)


@campaign_settings.post("/<language:lang>/desk/<campaign>/settings/petitions/<slug>")
@guard.staff("campaign.settings")
def petition(lang: str, campaign: str, slug: str):
    """Set a petition's end and its milestones."""
    found, form = _open(campaign, "petitions", slug, PetitionForm)
    if form.validate():
        zone = form.zone.data or ""
        try:
            petitions.settle(found, slug, form.local, zone, form.numbers, **_by())
        except WrongMoment as error:
            form.put_fault("zone" if error.why == "zone" else "closes", MOMENT_WRONG[error.why])
        else:
            return _done(lang, campaign)
    db.session.rollback()
    return _page(lang, campaign, 422, "petitions", slug, form)


@campaign_settings.post("/<language:lang>/desk/<campaign>/settings/asks/<slug>")
@guard.staff("campaign.settings")
def ask(lang: str, campaign: str, slug: str):
    """Say how an ask stands."""
    found, form = _open(campaign, "asks", slug, AskForm)
    if not form.validate():
        return _page(lang, campaign, 422, "asks", slug, form)
    settings.set_ask(found, slug, form.status.data, form.lines, form.path, **_by())
    return _done(lang, campaign)


@campaign_settings.post("/<language:lang>/desk/<campaign>/settings/asks/<slug>/renew")
@guard.staff("campaign.settings")
def renew(lang: str, campaign: str, slug: str):
    """Say that the text of an ask changed in substance."""
    found, form = _open(campaign, "renew", slug, RenewForm)
    if not form.validate():
        return _page(lang, campaign, 422, "renew", slug, form)
    try:
        positions.renew_text(found, slug, **_by())
    except positions.NotYet:
        abort(409)
    return _done(lang, campaign)


@campaign_settings.post("/<language:lang>/desk/<campaign>/settings/updates/<slug>")
@guard.staff("campaign.settings")
def update(lang: str, campaign: str, slug: str):
    """Say which day news are of."""
    found, form = _open(campaign, "updates", slug, DayForm)
    if not form.validate():
        return _page(lang, campaign, 422, "updates", slug, form)
    settings.set_day(found, slug, form.on, **_by())
    return _done(lang, campaign)


def _open(campaign: str, kind: str, slug: str, form: type[DeskForm]):
    """The campaign and the form that was sent; 404 where it has no such thing."""
    found = open_campaign(campaign)
    if kind == "petitions":
        there = {entry["slug"] for entry in petitions.entries(found.id)}
    else:
        there = {row.slug for row in (settings.updates if kind == "updates" else settings.asks)(found.id)}
    if slug not in there:
        abort(404)
    return found, form(request.form, prefix=f"{kind}-{slug}-")


def _by() -> dict:
    return {"actor": guard.current().staff_id, "now": clock.now()}


def _done(lang: str, campaign: str):
    return guard.done(url_for("campaign_settings.index", lang=lang, campaign=campaign), _("Saved. It holds at once."))
