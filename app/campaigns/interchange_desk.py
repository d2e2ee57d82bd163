"""Taking texts away as XLIFF or DOCX, and bringing them back."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.exceptions import RequestEntityTooLarge

from app.accounts import guard
from app.kernel import clock, http, i18n

from . import returning, translating, wording
from .interchange.units import MOST_BYTES, WrongFile
from .models import Campaign
from .translate_desk import KIND_NAMES, open_campaign, open_language

interchange = Blueprint("interchange", __name__, template_folder="templates")

WHY = {
    "too-large": lazy("The file is larger than what can be taken in: four megabytes."),
    "not-text": lazy("The file is neither XLIFF nor DOCX."),
    "not-xml": lazy("The file is damaged: its XML cannot be read."),
    "doctype": lazy("The file has a document type or entities of its own. Such files are not read, as they can harm."),
    "no-xliff": lazy("The file is XML, but not XLIFF."),
    "version": lazy("The file is XLIFF, but not version 1.2. Save it as version 1.2."),
    "no-docx": lazy("The file is a package, but not a DOCX document."),
    "broken": lazy("The file is damaged: it cannot be unpacked."),
    "no-units": lazy(
        "The file holds no text with an address of ours. Perhaps the first column, or the ids, have been changed."
    ),
    "twice": lazy("A text stands in the file more than once. Remove one of the two."),
    "none": lazy("Please choose a file."),
    "other-language": lazy("The file holds texts in another language."),
}
FATE_NAMES = {
    returning.TAKEN: lazy("will be taken in"),
    returning.BEHIND: lazy("will be taken in; the original has changed since, so it stands as behind"),
    returning.CONFLICT: lazy("not taken in: somebody has edited it here since you took it away"),
    returning.REFUSED: lazy("not taken in: something is wrong with it"),
    returning.UNKNOWN: lazy("not taken in: the campaign has no such text"),
    returning.UNCHANGED: lazy("says what it says here"),
    returning.EMPTY: lazy("not translated in the file"),
}


def _files(campaign: Campaign, code: str, status: int | None = None, wrong: str | None = None):
    return guard.page(
        "campaigns/desk/translation_files.html",
        status,
        campaign=campaign.slug,
        language=i18n.EVERY[code],
        documents=translating.progress(campaign, [code])[code],
        kind_names=KIND_NAMES,
        wrong=wrong and WHY[wrong],
    )


@interchange.get("/<language:lang>/desk/<campaign>/translate/<code>/files")
@guard.staff("pages.translate")
def files(lang: str, campaign: str, code: str):
    """Choose what to take away, or bring a file back."""
    found = open_campaign(campaign)
    return _files(found, open_language(found, code))


@interchange.get("/<language:lang>/desk/<campaign>/translate/<code>/files/take")
@guard.staff("pages.translate")
def take(lang: str, campaign: str, code: str):
    """The texts as a file."""
    found = open_campaign(campaign)
    open_language(found, code)
    from .interchange import word, xliff

    texts = returning.units(found, code, request.args.get("document", ""), "open" in request.args)
    if request.args.get("format") == "docx":
        words = {
            "title": _("%(campaign)s: texts to be translated", campaign=campaign),
            "how": _(
                "Write into the last column. Leave the first as it is. What stands in grey is no word: "
                "move it, and do not change it."
            ),
            "id": _("Address"),
            "source": i18n.EVERY[found.source_language].autonym,
            "translation": i18n.EVERY[code].autonym,
        }
        content, mimetype, ending = word.write(texts, found.source_language, code, words), word.MIMETYPE, "docx"
    else:
        content, mimetype, ending = xliff.write(texts, found.source_language, code), xliff.MIMETYPE, "xlf"
    response = http.private(Response(content, mimetype=mimetype))
    response.headers["Content-Disposition"] = f'attachment; filename="{campaign}-{code}.{ending}"'
    return response


@interchange.post("/<language:lang>/desk/<campaign>/translate/<code>/files")
@guard.staff("pages.translate")
def bring(lang: str, campaign: str, code: str):
    """Try a file that came back, and lead to what would become of each of its texts."""
    found = open_campaign(campaign)
    open_language(found, code)
    request.max_content_length = MOST_BYTES + 64 * 1024
    try:
        upload = request.files.get("file")
        content = upload.read(MOST_BYTES + 1) if upload else b""
    except RequestEntityTooLarge:
        return _files(found, code, 413, "too-large")
    if not content:
        return _files(found, code, 422, "none")
    from .interchange import word, xliff

    try:
        texts = (word if content.startswith(b"PK") else xliff).read(content)
    except WrongFile as error:
        return _files(found, code, 422, error.why)
    if all(unit.language != code for unit in texts):
        return _files(found, code, 422, "other-language")
    kept = returning.receive(found, code, texts, guard.current().staff_id, clock.now())
    values = {"campaign": campaign, "code": code, "returned_id": kept.id}
    return guard.done(url_for("interchange.returned", lang=lang, **values))


@interchange.get("/<language:lang>/desk/<campaign>/translate/<code>/files/<int:returned_id>")
@guard.staff("pages.translate")
def returned(lang: str, campaign: str, code: str, returned_id: int):
    """What becomes, or became, of each text that came back."""
    found = open_campaign(campaign)
    open_language(found, code)
    kept = returning.get(found, returned_id, guard.current().staff_id)
    if kept is None or kept.language != code:
        abort(404)
    fates = returning.fates(kept)
    return guard.page(
        "campaigns/desk/translation_returned.html",
        campaign=campaign,
        language=i18n.EVERY[code],
        kept=kept,
        fates=[(fate, [wording.sentence(finding) for finding in fate.wrong]) for fate in fates],
        taken=sum(fate.fate in (returning.TAKEN, returning.BEHIND) for fate in fates),
        fate_names=FATE_NAMES,
    )


@interchange.post("/<language:lang>/desk/<campaign>/translate/<code>/files/<int:returned_id>")
@guard.staff("pages.translate")
def take_in(lang: str, campaign: str, code: str, returned_id: int):
    """Take in what may be taken in."""
    found = open_campaign(campaign)
    open_language(found, code)
    try:
        kept = returning.take_in(found, returned_id, guard.current().staff_id, clock.now())
    except LookupError:
        abort(404)
    if kept.language != code:
        abort(404)
    values = {"campaign": campaign, "code": code, "returned_id": returned_id}
    return guard.done(url_for("interchange.returned", lang=lang, **values), _("Taken in."))
