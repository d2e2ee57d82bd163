"""The guard every staff page stands behind: who is signed in, whether they may, and how a desk page is answered.

Each route below /<lang>/desk is either marked `staff("…")` with an action of roles.py, or `open_to_all`: a test looks.
"""

from functools import wraps

from flask import current_app, g, redirect, render_template, request, url_for

from app.kernel import clock, http, i18n
from app.kernel.db import db

from . import navigation, queries, sessions
from .sessions import Signed

DESK_CSP = http.CSP + "; script-src 'self'"


def cookie_name() -> str:
    """The session cookie's name; over https browsers let nobody but this very host set it (RFC 6265bis, 4.1.3.2)."""
    return "__Host-desk" if current_app.config["SITE_URL"].startswith("https://") else "desk"


def current() -> Signed | None:
    """Who is signed in, looked up once a request."""
    if "staff" not in g:
        token = request.cookies.get(cookie_name())
        g.staff = sessions.signed(token, clock.now()) if token else None
    return g.staff


def staff(action: str, fresh: bool = False, setting_up: bool = False):
    """Let in only who may do `action` (roles.ACTIONS), in the campaign that the address names, if it names one.

    Whoever has a role that sees personal data and showed no second factor is led to set one up before anything else
    opens. `fresh`: it must have been shown within fifteen minutes; else it is asked for first, and what was posted is
    kept in that page and sent on. `setting_up`: a page on which factors are set up: it opens before there is one, to
    whoever signed in within fifteen minutes.
    """

    def mark(view):
        @wraps(view)
        def guarded(*args, **values):
            who = current()
            if who is None:
                return _to_sign_in()
            if not who.may(action, values.get("campaign")):
                return page("desk/refused.html", status=403)
            now = clock.now()
            if who.needs_factor and not setting_up:
                return http.private(redirect(url_for("own.factor", lang=g.lang), code=303))
            if (fresh and not who.fresh(now)) or (setting_up and not who.just_came(now)):
                return _ask_again()
            if sessions.touch(who.session_id, now):
                db.session.commit()
            return view(*args, **values)

        guarded.staff_action = action
        guarded.staff_fresh = fresh
        return guarded

    return mark


def open_to_all(view):
    """Mark a desk route that needs no sign-in: the pages that lead there."""
    view.staff_open = True
    return view


def _to_sign_in():
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return http.private(redirect(url_for("accounts.sign_in", lang=g.lang, next=back), code=303))


def _ask_again():
    """The page that asks for the second factor; the form behind it, if any, stands in it as hidden fields."""
    kept = [(name, value) for name, value in request.form.items(multi=True)]
    return again(request.full_path.rstrip("?"), request.method, kept, files=bool(request.files))


def again(target: str, method: str, kept: list[tuple[str, str]], fault: str | None = None, files: bool = False):
    """That page itself. `target` and `method` are where it leads, `fault` what was wrong with the last answer to it."""
    return page(
        "desk/again.html",
        status=422 if fault else 403,
        scripts=("passkey.js",),
        ways=queries.ways(current().staff_id),
        target=target,
        method=method,
        kept=kept,
        fault=fault,
        files=files,
    )


def page(template: str, status: int | None = None, *, campaign=None, scripts: tuple[str, ...] = (), **values):
    """A desk page: kept nowhere, found by no search engine, with the menu of whoever is signed in.

    `campaign` is the slug of the campaign it belongs to, if any; templates know it as `desk_campaign`. `scripts` are
    our own files in kernel/static/ that enhance it.
    """
    who = g.get("staff")
    notice = who.notice if who else None
    body = render_template(
        template,
        robots="noindex",
        staff=who,
        notice=notice,
        desk_campaign=campaign,
        desk_links=navigation.links(who, g.lang, campaign) if who else [],
        site_links=navigation.links(who, g.lang, None) if who else [],
        scripts=scripts,
        **{"language_urls": _in_each_language(), **values},
    )
    if notice:
        sessions.say(who.session_id, None)
        db.session.commit()
    response = http.private(body, status)
    if scripts:
        response.headers["Content-Security-Policy"] = DESK_CSP
    return response


def _in_each_language() -> dict[str, str]:
    """This very page in each language, with what its address asks for: a rule, a search, a place in a list."""
    asked = request.query_string.decode("ascii", "ignore") if request.method == "GET" else ""
    return {code: f"{url}?{asked}" if asked else url for code, url in i18n.page_urls().items()}


def done(url: str, notice: str | None = None):
    """After a post: commit, 303 to `url`, and have that page say `notice`, which may name nobody."""
    who = g.get("staff")
    if notice and who:
        sessions.say(who.session_id, notice)
    db.session.commit()
    return http.private(redirect(url, code=303))


def step_cookie_name() -> str:
    """The name of the cookie of a sign-in half done."""
    return f"{cookie_name()}-step"


def with_cookie(response, name: str, token: str):
    """Give the browser a cookie of ours, for as long as it is open."""
    secure = current_app.config["SITE_URL"].startswith("https://")
    response.set_cookie(name, token, secure=secure, httponly=True, samesite="Lax", path="/")
    return response


def without_cookie(response, name: str):
    """Take a cookie away, if the browser has it."""
    if name in request.cookies:
        secure = current_app.config["SITE_URL"].startswith("https://")
        response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax", path="/")
    return response
