"""The pages that a request's person gets by mail: prove that it was you, see what was done, read and keep your data."""

import json
import re

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from app.kernel import clock, http
from app.kernel.db import db

from . import holdings, privacy, privacy_mails, privacy_queries
from .privacy_rules import ASKED, DONE

privacy_pages = Blueprint("privacy", __name__, template_folder="templates")

PATH = "/<language:lang>/request/<token>"


@privacy_pages.get("/<language:lang>/m/<token>/r")
def door(lang: str, token: str):
    """The neutral address in a neutral mail: to the page that says what it is about."""
    return http.private(redirect(url_for("privacy.page", lang=lang, token=token), code=303))


@privacy_pages.get(PATH)
def page(lang: str, token: str):
    """What the link in a mail opens. It changes nothing: mail scanners open links, too."""
    return _page(token)


@privacy_pages.post(PATH)
def answer(lang: str, token: str):
    """ "That was me", or "that was not me": what the button's `action` says. It says nothing of what is held."""
    found = privacy_queries.by_link(token, clock.now())
    if found is None:
        return _page(token)
    acts = {"confirm": privacy.prove, "deny": privacy.deny}
    act = acts.get(request.form.get("action", ""))
    if act is None:
        return _page(token, 422)
    try:
        act(found.id, clock.now())
    except privacy.WrongStep:
        db.session.rollback()
    else:
        db.session.commit()
    return http.private(redirect(url_for("privacy.page", lang=lang, token=token), code=303))


def _page(token: str, status: int | None = None):
    found = privacy_queries.by_link(token, clock.now())
    body = render_template(
        "people/request.html",
        request_=found,
        what=found and privacy_mails.what(found.kind),
        change=found and found.state == ASKED and privacy.change_of(found),
        token=token,
        robots="noindex",
    )
    return http.private(body, status or (200 if found else 404))


def _everything(token: str):
    """What is held about whoever this link belongs to, as it stands this moment; 404 where it was not to be given."""
    found = privacy_queries.by_link(token, clock.now())
    if found is None or found.kind != "access" or found.state != DONE or found.email is None:
        abort(404)
    subject = holdings.subject_of(found.email)
    return found, subject, holdings.everything(subject)


@privacy_pages.get(f"{PATH}/data")
def data(lang: str, token: str):
    """Everything that is held, as a page in the reader's language."""
    found, subject, everything = _everything(token)
    body = render_template(
        "people/data.html",
        request_=found,
        subject=subject,
        everything=everything,
        now=clock.now(),
        token=token,
        robots="noindex",
    )
    return http.private(body)


@privacy_pages.get(f"{PATH}/data.json")
def data_json(lang: str, token: str):
    """The same for machines (GDPR art. 20), as a file to keep."""
    _, subject, everything = _everything(token)
    said = {
        "address": subject.address,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "data": holdings.as_json(everything),
    }
    response = Response(json.dumps(said, ensure_ascii=False, indent=2) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return http.private(response)


@privacy_pages.app_template_global("what_remains")
def what_remains() -> list[str]:
    """What the law makes us keep of whoever is erased, in sentences, for every page that offers or tells it."""
    return holdings.remainders()


@privacy_pages.app_template_filter("written")
def written(value, field: holdings.Field, lang: str) -> str:
    """A value as its field says that the page writes it: text."""
    return field.shown(value, lang) if field.shown and value is not None else str(value)


@privacy_pages.app_template_test("moment")
def is_moment(value) -> bool:
    """Whether a value is a moment, and not a day alone."""
    return hasattr(value, "hour")


@privacy_pages.app_template_test("day")
def is_day(value) -> bool:
    """Whether a value is a day, or a moment of one."""
    return hasattr(value, "isoformat")


# A code in brackets, such as a digest, reads from left to right on every page.
CODE = re.compile(r"^[0-9a-f]{16,}$")


@privacy_pages.app_template_test("code")
def is_code(value) -> bool:
    """Whether a value is a row of letters and digits that no language reads."""
    return isinstance(value, str) and bool(CODE.match(value))
