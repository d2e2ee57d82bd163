"""The desk's pages for a mailing's texts: writing them beside one another, seeing them as anybody gets them."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.kernel import clock, http, i18n
from app.kernel.db import db

from . import (
    audience,
    checking,
    composing,
    mailing_operations,
    mailing_queries,
    mailing_words,
    rendering,
    slots,
    starting,
)
from .mailing_forms import MailTextForm
from .mailings_desk import ONE, mailing_or_404
from .models import Mailing

mailing_texts = Blueprint("mailing_texts", __name__, template_folder="templates")

TEXT = f"{ONE}/texts/<code>/<any('plain','neutral'):variant>"
LOOKS = rendering.LOOKS
# A mail brings its own styles, as mail programs want them; nothing else may load, and nothing may run.
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-top-navigation"


def _language_or_404(code: str) -> str:
    return code if code in i18n.BY_CODE else abort(404)


@mailing_texts.get(TEXT)
@guard.staff("mailings.write")
def edit(lang: str, campaign: str, mailing_id: int, code: str, variant: str):
    """A text of a mailing in a language, beside the one it goes by."""
    found = mailing_or_404(campaign, mailing_id)
    text = mailing_queries.text(mailing_id, _language_or_404(code), variant)
    said = {name: getattr(text, name) for name in checking.FIELDS} if text else {}
    return _edit(lang, campaign, found, code, variant, MailTextForm(data=said), text is not None)


def _edit(lang: str, campaign: str, found: Mailing, code: str, variant: str, form: MailTextForm, there, status=None):
    original = (found.language, checking.PLAIN)
    beside = None if (code, variant) == original else mailing_queries.text(found.id, *original)
    words = form.words(code, variant)
    return guard.page(
        "mobilisation/desk/mailing_text.html",
        status,
        campaign=campaign,
        found=found,
        form=form,
        there=there,
        beside=beside,
        original=i18n.BY_CODE[found.language],
        language=i18n.BY_CODE[code],
        variant=variant,
        faults=checking.of_text(words) if any((words.subject, words.body)) else [],
        lengths={name: len(getattr(words, name)) for name in checking.FIELDS},
        shown=checking.SHOWN,
        words=mailing_words,
        slots=[("{" + name + "}", label) for name, label in _slots(variant)],
        place={"lang": lang, "campaign": campaign, "mailing_id": found.id},
    )


def _slots(variant: str) -> list[tuple[str, object]]:
    names = [name for name in slots.NAMES if variant == checking.PLAIN or name in slots.NEUTRAL]
    return [(name, mailing_words.SLOTS[name]) for name in names]


@mailing_texts.post(TEXT)
@guard.staff("mailings.write")
def save(lang: str, campaign: str, mailing_id: int, code: str, variant: str):
    """Keep a text as it was typed, whatever is still wrong with it: the page says what, and it does not start before.
    `drop` takes it out."""
    found = mailing_or_404(campaign, mailing_id, lock=True)
    form, who = MailTextForm(request.form), {"actor": guard.current().staff_id, "now": clock.now()}
    words = form.words(_language_or_404(code), variant)
    long = [field for field in checking.FIELDS if len(getattr(words, field)) > checking.MOST[field]]
    try:
        if "drop" in request.form:
            mailing_operations.drop_text(found, code, variant, **who)
            back = url_for("mailings.one", lang=lang, campaign=campaign, mailing_id=mailing_id)
            return guard.done(back, _("This text is taken out."))
        if not long:
            mailing_operations.write(found, words, **who)
    except mailing_operations.Refused as refused:
        form.notice = mailing_words.refusal(refused.why)
    if long or form.notice:
        db.session.rollback()
        return _edit(lang, campaign, mailing_or_404(campaign, mailing_id), code, variant, form, True, 422)
    here = {"lang": lang, "campaign": campaign, "mailing_id": mailing_id}
    if checking.of_text(words):
        notice = _("Saved, and something is still to be mended before it can start.")
        return guard.done(url_for("mailing_texts.edit", **here, code=code, variant=variant), notice)
    return guard.done(url_for("mailings.one", **here), _("Saved."))


@mailing_texts.get(f"{ONE}/preview")
@guard.staff("mailings.see")
def preview(lang: str, campaign: str, mailing_id: int):
    """A mail as a recipient gets it, or as nobody does: in each language, light, dark, narrow, as plain text."""
    found = mailing_or_404(campaign, mailing_id)
    texts = starting.words(mailing_id)
    if not texts:
        abort(404)
    chosen, row = _chosen(found, texts)
    seen, lacking = None, ()
    if chosen:
        seen, lacking = _seen(found, chosen, row)
    return guard.page(
        "mobilisation/desk/preview.html",
        campaign=campaign,
        found=found,
        texts=[(text.language, text.variant) for text in texts],
        some=_some(found, texts),
        chosen=chosen,
        contact=row.contact_id if row else None,
        asked=request.args.get("contact", ""),
        looks=LOOKS,
        seen=seen,
        lacking=lacking,
        languages=i18n.EVERY,
        words=mailing_words,
        place={"lang": lang, "campaign": campaign, "mailing_id": mailing_id},
    )


def _look() -> str:
    asked = request.args.get("look")
    return asked if asked in LOOKS else LOOKS[0]


def _some(found: Mailing, texts) -> list:
    """A few recipients to choose from; none while the texts cannot be read."""
    if starting.faults(found, texts):
        return []
    return audience.some(found, starting.compose(found, texts), clock.now())


def _chosen(found: Mailing, texts):
    """The language and variant to show, and the recipient whose they are, if one was asked for; None: no such text."""
    there = [(text.language, text.variant) for text in texts]
    said, row = request.args.get("contact", ""), None
    if said.isascii() and said.isdigit() and len(said) < 18 and not starting.faults(found, texts):
        row = audience.one(found, starting.compose(found, texts), int(said), clock.now())
        if row is None:
            abort(404)
        return ((row.language, row.variant) if (row.language, row.variant) in there else None), row
    asked = (request.args.get("language", found.language), request.args.get("variant", checking.PLAIN))
    return (asked if asked in there else there[0]), None


def _seen(found: Mailing, chosen: tuple[str, str], row):
    try:
        values = rendering.of_row(found, row, clock.now()) if row else rendering.made_up(chosen[0])
        return rendering.mail_of(found, *chosen, values), rendering.lacking(found, *chosen, values)
    except (slots.Bad, composing.Target):
        return None, ()


@mailing_texts.get(f"{ONE}/preview/mail.html")
@guard.staff("mailings.see")
def mail(lang: str, campaign: str, mailing_id: int):
    """The HTML part alone, as a mail program shows it: light, dark, narrow."""
    found = mailing_or_404(campaign, mailing_id)
    texts = starting.words(mailing_id)
    chosen, row = _chosen(found, texts) if texts else (None, None)
    seen = _seen(found, chosen, row)[0] if chosen else None
    if seen is None:
        abort(404)
    response = http.private(Response(rendering.in_look(seen.html, _look()), mimetype="text/html"))
    response.headers["Content-Security-Policy"] = MAIL_CSP
    return response


@mailing_texts.post(f"{ONE}/test/<code>/<any('plain','neutral'):variant>")
@guard.staff("mailings.write")
def test(lang: str, campaign: str, mailing_id: int, code: str, variant: str):
    """Send a text to whoever asks, at the address they sign in with."""
    mailing_or_404(campaign, mailing_id)
    text = mailing_queries.text(mailing_id, _language_or_404(code), variant)
    if text is None:
        abort(404)
    back = url_for(
        "mailing_texts.preview", lang=lang, campaign=campaign, mailing_id=mailing_id, language=code, variant=variant
    )
    if checking.of_text(starting.words_of(text)):
        return guard.done(back, _("Something in this text is to be mended first."))
    mailing_operations.send_test(text, guard.current().staff_id)
    return guard.done(back, _("The mail is on its way to you."))
