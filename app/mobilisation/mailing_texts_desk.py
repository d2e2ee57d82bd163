"""The desk's pages for a mailing's texts: writing them beside one another, seeing them as anybody gets them."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.campaigns import diff
from app.kernel import clock, http, i18n
from app.kernel.db import db
from app.people.texts import clean

from . import (
    checking,
    composing,
    mailing_operations,
    mailing_queries,
    mailing_words,
    previewing,
    rendering,
    slots,
    starting,
)
from . import mailing_versions as versions
from .mailing_forms import MailTextForm
from .mailings_desk import ONE, mailing_or_404
from .models import Mailing
from .segments import queries as segment_queries
from .segments.facts import Viewer

mailing_texts = Blueprint("mailing_texts", __name__, template_folder="templates")

TEXT = f"{ONE}/texts/<code>/<any('plain','neutral'):variant>"
LOOKS = rendering.LOOKS
LONGEST_SEARCH = 200
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
    said["seen"] = versions.of_text(text)
    return _edit(lang, campaign, found, code, variant, MailTextForm(data=said), text is not None)


def _edit(lang, campaign: str, found: Mailing, code, variant, form: MailTextForm, there, status=None, changes=None):
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
        faults=_faults(found, words) if any((words.subject, words.body)) else [],
        changes=changes,
        lengths={name: len(getattr(words, name)) for name in checking.FIELDS},
        shown=checking.SHOWN,
        words=mailing_words,
        slots=[("{" + name + "}", label) for name, label in _slots(variant)],
        place={"lang": lang, "campaign": campaign, "mailing_id": found.id},
    )


def _faults(found: Mailing, words: composing.Words) -> list[checking.Fault]:
    return checking.of_text(words, starting.telling(found) if words.variant == checking.NEUTRAL else ())


def _slots(variant: str) -> list[tuple[str, object]]:
    names = [name for name in slots.NAMES if variant == checking.PLAIN or name in slots.NEUTRAL]
    return [(name, mailing_words.SLOTS[name]) for name in names]


@mailing_texts.post(TEXT)
@guard.staff("mailings.write")
def save(lang: str, campaign: str, mailing_id: int, code: str, variant: str):
    """Keep a text as it was typed, whatever is still wrong with it: the page says what, and it does not start before.
    `drop` takes it out. What a colleague saved in the meantime is shown beside it first: 409."""
    found = mailing_or_404(campaign, mailing_id, lock=True)
    form, who = MailTextForm(request.form), {"actor": guard.current().staff_id, "now": clock.now()}
    who["seen"] = form.seen.data
    words = form.words(_language_or_404(code), variant)
    long = [field for field in checking.FIELDS if len(getattr(words, field)) > checking.MOST[field]]
    try:
        if "drop" in request.form:
            mailing_operations.drop_text(found, code, variant, **who)
            back = url_for("mailings.one", lang=lang, campaign=campaign, mailing_id=mailing_id)
            return guard.done(back, _("This text is taken out."))
        if not long:
            mailing_operations.write(found, words, **who)
    except versions.Newer:
        newer = mailing_queries.text(mailing_id, code, variant)
        form.seen.data = versions.of_text(newer)
        changes = diff.words(_all_of(newer), _all_of(words))
        db.session.rollback()
        here = (mailing_or_404(campaign, mailing_id), code, variant, form)
        return _edit(lang, campaign, *here, newer is not None, 409, changes)
    except mailing_operations.Refused as refused:
        form.notice = mailing_words.refusal(refused.why)
    if long or form.notice:
        db.session.rollback()
        return _edit(lang, campaign, mailing_or_404(campaign, mailing_id), code, variant, form, True, 422)
    here = {"lang": lang, "campaign": campaign, "mailing_id": mailing_id}
    if _faults(found, words):
        notice = _("Saved, and something is still to be mended before it can start.")
        return guard.done(url_for("mailing_texts.edit", **here, code=code, variant=variant), notice)
    return guard.done(url_for("mailings.one", **here), _("Saved."))


def _all_of(text) -> str:
    return "\n".join((text.subject, text.preheader, "", text.body)) if text else ""


@mailing_texts.get(f"{ONE}/preview")
@guard.staff("mailings.see")
def preview(lang: str, campaign: str, mailing_id: int):
    """A mail as a recipient gets it, or as nobody does: in each language, light, dark, narrow, as plain text."""
    found = mailing_or_404(campaign, mailing_id)
    texts = starting.words(mailing_id)
    one, chosen = _looked_at(found, texts)
    words, said = clean(request.args.get("q", ""))[:LONGEST_SEARCH], _asked()
    seen, lacking = _seen(found, chosen, one) if chosen else (None, ())
    return guard.page(
        "mobilisation/desk/preview.html",
        404 if said and not one else None,
        campaign=campaign,
        found=found,
        texts=[(text.language, text.variant) for text in texts],
        some=previewing.some(found, texts, clock.now()),
        words_asked=words,
        people=segment_queries.people_found(words, Viewer(guard.current().networks)) if words else [],
        chosen=chosen,
        asked=said,
        one=one,
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


def _asked() -> int | None:
    """The number of the contact that is asked for, if it is one."""
    said = request.args.get("contact", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else None


def _looked_at(found: Mailing, texts: list[composing.Words]):
    """As whom the mailing is looked at (None: as nobody), and in which text: language and variant, or None where they
    get none. Answers 404 where there is no text at all."""
    if not texts:
        abort(404)
    if said := _asked():
        one = previewing.recipient(found, texts, said, clock.now())
        return one, one.text if one else None
    there = [(text.language, text.variant) for text in texts]
    asked = (request.args.get("language", found.language), request.args.get("variant", checking.PLAIN))
    return None, asked if asked in there else there[0]


def _seen(found: Mailing, chosen: tuple[str, str], one: previewing.Recipient | None):
    try:
        values = one.values if one else rendering.made_up(chosen[0])
        return rendering.mail_of(found, *chosen, values), rendering.lacking(found, *chosen, values)
    except (slots.Bad, composing.Target):
        return None, ()


@mailing_texts.get(f"{ONE}/preview/mail.html")
@guard.staff("mailings.see")
def mail(lang: str, campaign: str, mailing_id: int):
    """The HTML part alone, as a mail program shows it: light, dark, narrow."""
    found = mailing_or_404(campaign, mailing_id)
    one, chosen = _looked_at(found, starting.words(mailing_id))
    seen = _seen(found, chosen, one)[0] if chosen else None
    if seen is None:
        abort(404)
    response = http.private(Response(rendering.in_look(seen.html, _look()), mimetype="text/html"))
    response.headers["Content-Security-Policy"] = MAIL_CSP
    return response


@mailing_texts.post(f"{ONE}/test/<code>/<any('plain','neutral'):variant>")
@guard.staff("mailings.write")
def test(lang: str, campaign: str, mailing_id: int, code: str, variant: str):
    """Send a text to whoever asks, at the address they sign in with."""
    found = mailing_or_404(campaign, mailing_id)
    text = mailing_queries.text(mailing_id, _language_or_404(code), variant)
    if text is None:
        abort(404)
    back = url_for(
        "mailing_texts.preview", lang=lang, campaign=campaign, mailing_id=mailing_id, language=code, variant=variant
    )
    if _faults(found, starting.words_of(text)):
        return guard.done(back, _("Something in this text is to be mended first."))
    mailing_operations.send_test(text, guard.current().staff_id)
    return guard.done(back, _("The mail is on its way to you."))
