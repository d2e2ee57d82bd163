"""The translator's pages: how far each language is, and a document beside its original, a block at a time."""

from flask import Blueprint, abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock, i18n

from . import drafts, editing, questions, translating, wording
from .format import HEAD
from .kinds import KINDS
from .models import Campaign

translate = Blueprint("translate", __name__, template_folder="templates")
navigation.register("translate.index", lazy("Translations"), "pages.translate", 40, group=navigation.TEXTS)

STATES = {
    "missing": lazy("not translated yet"),
    "stale": lazy("the original has changed"),
    "machine": lazy("made by a machine, not compared yet"),
    "draft": lazy("translated, not reviewed yet"),
    "reviewed": lazy("reviewed"),
}
KIND_NAMES = {
    "campaign": lazy("The campaign's own words"),
    "pages": lazy("Pages"),
    "updates": lazy("News"),
    "petitions": lazy("Petitions"),
    "letters": lazy("Sign-on letters"),
    "asks": lazy("Asks"),
    "mails": lazy("Mails"),
}


def open_campaign(slug: str) -> Campaign:
    """The campaign of an address; 404 where there is none."""
    return drafts.campaign(slug) or abort(404)


def my_languages(campaign: Campaign) -> list[str]:
    """The languages of a campaign that whoever is signed in may translate into."""
    mine = guard.current().languages(campaign.slug)
    return [code for code in translating.languages(campaign) if mine is None or code in mine]


def open_language(campaign: Campaign, code: str) -> str:
    """The language of an address: 404 where the campaign does not have it, 403 where it is not theirs."""
    if code not in translating.languages(campaign):
        abort(404)
    if code not in my_languages(campaign):
        abort(403)
    return code


@translate.get("/<language:lang>/desk/<campaign>/translate")
@guard.staff("pages.translate")
def index(lang: str, campaign: str):
    """How far each of one's languages is."""
    found = open_campaign(campaign)
    codes = my_languages(found)
    progress = translating.progress(found, codes)
    numbers = {code: (sum(d.total for d in progress[code]), sum(d.open for d in progress[code])) for code in codes}
    languages = [(i18n.EVERY[code], *numbers[code], code in found.languages) for code in codes]
    return guard.page("campaigns/desk/translations.html", campaign=campaign, languages=languages)


@translate.get("/<language:lang>/desk/<campaign>/translate/<code>")
@guard.staff("pages.translate")
def language(lang: str, campaign: str, code: str):
    """Every document in one language, with what is to be done."""
    found = open_campaign(campaign)
    documents = translating.progress(found, [open_language(found, code)])[code]
    return guard.page(
        "campaigns/desk/translation_language.html",
        campaign=campaign,
        language=i18n.EVERY[code],
        source=i18n.EVERY[found.source_language],
        documents=documents,
        states=translating.summed(documents),
        state_names=STATES,
        kind_names=KIND_NAMES,
    )


@translate.get("/<language:lang>/desk/<campaign>/translate/<code>/<kind>/<slug>")
@guard.staff("pages.translate")
def document(lang: str, campaign: str, code: str, kind: str, slug: str):
    """A document beside its original."""
    found = open_campaign(campaign)
    return _page(found, open_language(found, code), kind, slug)


def _page(campaign: Campaign, code: str, kind: str, slug: str, status: int | None = None, **back):
    """The page of a document. `back` is what came back to its reader: `at` the block, `typed` its words as typed,
    `faults` what is wrong with them, `conflict` whether somebody else was faster, `asked` a question as typed."""
    if kind not in translating.kinds(campaign, code):
        abort(404)
    rows = translating.rows(campaign, kind, slug, code, guard.current().staff_id, clock.now())
    if not rows:
        abort(404)
    documents = translating.progress(campaign, [code])[code]
    here = next(n for n, d in enumerate(documents) if (d.kind, d.slug) == (kind, slug))
    return guard.page(
        "campaigns/desk/translate.html",
        status,
        campaign=campaign.slug,
        language=i18n.EVERY[code],
        source=i18n.EVERY[campaign.source_language],
        document=documents[here],
        rows=rows,
        before=next((d for d in reversed(documents[:here]) if d.open), None),
        after=next((d for d in documents[here + 1 :] if d.open), None),
        open_keys=[row.key for row in rows if row.open],
        state_names=STATES,
        field_names=wording.FIELDS,
        answers=guard.current().may("pages.edit", campaign.slug),
        back=back,
    )


def _block_url(campaign: Campaign, code: str, kind: str, slug: str, key: str) -> str:
    values = {"campaign": campaign.slug, "code": code, "kind": kind, "slug": slug}
    return url_for("translate.document", lang=g.lang, _anchor=f"b-{key}", **values)


@translate.post("/<language:lang>/desk/<campaign>/translate/<code>/<kind>/<slug>/<key>")
@guard.staff("pages.translate")
def save(lang: str, campaign: str, code: str, kind: str, slug: str, key: str):
    """Save one block; what is wrong with it is told at the block, and nothing that was typed is lost."""
    found = open_campaign(campaign)
    place = (kind, slug, open_language(found, code), key)
    if kind not in translating.kinds(found, code):
        abort(404)
    names = KINDS[kind].fields if key == HEAD else ("",)
    typed = {name: request.form.get(f"words-{name}" if name else "words", "") for name in names}
    said = {"fields": typed} if key == HEAD else {"text": typed[""]}
    seen, made_from = request.form.get("seen") or None, request.form.get("made_from") or None
    try:
        editing.save_block(
            found, *place, seen=seen, made_from=made_from, actor=guard.current().staff_id, now=clock.now(), **said
        )
    except editing.NoSource:
        abort(404)
    except editing.BlockFaults as error:
        faults = wording.sentences(error.wrong)
        return _page(found, code, kind, slug, 422, at=key, typed=typed, faults=faults, made_from=made_from)
    except editing.Conflict:
        return _page(found, code, kind, slug, 409, at=key, typed=typed, conflict=True)
    return guard.done(_block_url(found, code, kind, slug, key), _("Saved."))


@translate.post("/<language:lang>/desk/<campaign>/translate/<code>/<kind>/<slug>/<key>/review")
@guard.staff("pages.translate")
def review(lang: str, campaign: str, code: str, kind: str, slug: str, key: str):
    """Call a block reviewed."""
    found = open_campaign(campaign)
    place = (kind, slug, open_language(found, code), key)
    try:
        translating.review(
            found, place, seen=request.form.get("seen", ""), actor=guard.current().staff_id, now=clock.now()
        )
    except (editing.NoSource, KeyError):
        abort(404)
    except editing.OwnWork:
        words = _("Who translated a text cannot review it. Ask somebody else who is at home in the language.")
        return _page(found, code, kind, slug, 422, at=key, faults=[words])
    except editing.BlockFaults as error:
        return _page(found, code, kind, slug, 422, at=key, faults=wording.sentences(error.wrong))
    except editing.Conflict:
        return _page(found, code, kind, slug, 409, at=key, conflict=True)
    return guard.done(_block_url(found, code, kind, slug, key), _("Reviewed."))


@translate.post("/<language:lang>/desk/<campaign>/translate/<code>/<kind>/<slug>/<key>/ask")
@guard.staff("pages.translate")
def ask(lang: str, campaign: str, code: str, kind: str, slug: str, key: str):
    """Ask a question on a block."""
    found = open_campaign(campaign)
    open_language(found, code)
    held = drafts.rows(found.id, kind, slug, [found.source_language]).get(found.source_language, [])
    if not any(row.key == key for row in held):
        abort(404)
    text = editing.clean(request.form.get("question", "")).strip()
    if not text or len(text) > questions.LONGEST:
        wrong = question_fault(text)
        return _page(found, code, kind, slug, 422, at=key, asked=text, question_fault=wrong)
    questions.ask(found, (kind, slug, key), code, text, guard.current().staff_id, clock.now())
    return guard.done(_block_url(found, code, kind, slug, key), _("Your question has been passed on."))


def question_fault(text: str) -> str | None:
    """What is wrong with a question or an answer as typed, in a sentence, or None."""
    if not text:
        return _("Please write something.")
    if len(text) > questions.LONGEST:
        return _("Please write at most %(most)s characters.", most=i18n.format_number(questions.LONGEST))
    return None
