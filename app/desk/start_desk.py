"""A new campaign, with no file and no shell."""

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.accounts import guard, navigation
from app.campaigns import starting, structure, wording
from app.campaigns.editing import BlockFaults
from app.campaigns.forms import SLUG_WRONG, DeskForm
from app.kernel import clock, i18n
from app.kernel.db import db

starter = Blueprint("starter", __name__, template_folder="templates")
navigation.register("starter.new", lazy("New campaign"), "campaigns.start", 80, campaign=False)


class StartForm(DeskForm):
    """What a campaign begins with; the rest is edited afterwards."""

    slug = StringField(lazy("Name in its address"))
    source_language = SelectField(
        lazy("Language of its originals"),
        choices=[SelectChoice(language.code, language.autonym) for language in i18n.LANGUAGES],
        validate_choice=False,
    )
    name = StringField(wording.FIELDS["name"])
    tagline = StringField(wording.FIELDS["tagline"])
    share = StringField(wording.FIELDS["share"])
    tell = TextAreaField(lazy("What people send to their own network"))
    title = StringField(lazy("Title of its first page"))
    description = StringField(lazy("Description of its first page"))
    text = TextAreaField(lazy("Text of its first page, in Markdown"))


def taken() -> set[str]:
    """The words that stand in addresses of the desk where a campaign's name would."""
    ways = (rule.rule.split("/") for rule in current_app.url_map.iter_rules())
    return {way[3] for way in ways if way[2:3] == ["desk"] and len(way) > 3 and not way[3].startswith("<")}


@starter.route("/<language:lang>/desk/new-campaign", methods=["GET", "POST"])
@guard.staff("campaigns.start")
def new(lang: str):
    """Begin a campaign. What every campaign needs comes with it in six languages; nothing of it is public yet."""
    if request.method == "GET":
        return guard.page("desk/new_campaign.html", form=StartForm(data={"source_language": lang}), wrong=[])
    form, wrong = StartForm(request.form), []
    said = {name: field.data or "" for name, field in form._fields.items()}
    source = said["source_language"] if said["source_language"] in i18n.CODES else lang
    try:
        campaign = starting.start(
            said["slug"].strip(),
            source,
            {name: said[name] for name in ("name", "tagline", "share")},
            said["tell"],
            {name: said[name] for name in ("title", "description")},
            said["text"],
            taken=taken(),
            actor=guard.current().staff_id,
            now=clock.now(),
        )
    except structure.WrongName as error:
        form.put_fault("slug", SLUG_WRONG[error.why])
    except BlockFaults as error:
        wrong = wording.sentences(error.wrong)
    else:
        address = url_for("pages.index", lang=lang, campaign=campaign.slug)
        return guard.done(address, _("The campaign is begun. Nobody sees it before it is published."))
    db.session.rollback()
    return guard.page("desk/new_campaign.html", 422, form=form, wrong=wrong)
