"""What every answer has in common: headers, the refusal of cross-site posts, error pages, versioned assets."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from . import i18n, sources
from .logs import log
from .pagecache import BY_PATH, BY_QUERY, BY_SOURCE, CACHE_MARK, NAMES, LongQuery, counted

# No script of ours connects to anything, as there is none: it lets Lighthouse, from within the page, read robots.txt.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
FORGET = '"cache", "cookies", "storage"'
# Chromium may hold an answer back for many seconds while it searches its whole cache: nothing for who must go at once.
FORGET_AT_ONCE = '"cookies", "storage"'
IMMUTABLE = "public, max-age=31536000, immutable"
STATIC = Path(__file__).parent / "static"
ASSETS = frozenset(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())


def source() -> str | None:
    """The name in `?from=` of this request's address, or None. A view that asks says so to `public`."""
    return sources.in_query(request.environ.get("QUERY_STRING", ""))


def asked(names: tuple[str, ...]) -> dict[str, str]:
    """What this request's query says under the `names`; a view that asks names them to `public`, too. A query longer
    than any honest one is not read: 404."""
    try:
        return dict(counted(request.environ.get("QUERY_STRING", ""), names))
    except LongQuery:
        abort(404)


def public(response, cache_control: str = PUBLIC, by_source: bool = False, by_query: tuple[str, ...] = ()):
    """Mark an answer that names nobody as cacheable by everyone, also by the page cache in front of Flask.

    A view that does so may not read the query string, but for `source()`, and then it says `by_source`, or for
    `asked(by_query)`: the cache answers by path, and by nothing else.
    """
    response = current_app.make_response(response)
    response.headers["Cache-Control"] = cache_control
    response.headers[CACHE_MARK] = f"{BY_PATH} {BY_SOURCE}" if by_source else BY_PATH
    if by_query:
        response.headers[CACHE_MARK] = f"{BY_PATH} {BY_QUERY}{'+'.join(by_query)}"
    response.add_etag()
    return response


def names_people(response):
    """Mark an answer that names people: it is asked for anew each time, so that hiding is instant."""
    response = current_app.make_response(response)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


def public_with_names(response):
    """Mark an answer that names people and reads no query but `source()`.

    Browsers ask for it anew each time. The page cache holds it, and asks the database each time whether it still
    stands: whatever hides somebody calls `pagecache.bump()` in its transaction.
    """
    response = public(response, "no-cache", by_source=True)
    response.headers[CACHE_MARK] += f" {NAMES}"
    return response


def small(response):
    """Compress an answer to one person, where their browser takes it: of a page to which a secret in its address leads.

    Whoever does not have that address cannot have the page made again and again with words of their own in it, and so
    learns nothing from its size (BREACH). Pages that anybody may ask for are compressed by the page cache.
    """
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def private(response, status: int | None = None):
    """Mark an answer to one person: kept nowhere, found by no search engine.

    Its address, which may hold a token, is told to no other site by the policy of all pages, `same-origin`. Not by
    `no-referrer`: a browser then posts the page's own form with `Origin: null`, and it would be refused.
    """
    response = current_app.make_response(response)
    if status:
        response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def asks_again(response, seconds: int = 2):
    """Have a page be asked for anew in some seconds. Its address is said, without a fragment: with one, as a form's
    `#errors` leaves it behind a redirect, a browser takes this for a way within the page, and asks nobody."""
    response.headers["Refresh"] = f"{seconds}; url={request.script_root}{request.path}"
    return response


def forgets(response, status: int | None = None, directives: str = FORGET):
    """`private`, and the browser is asked to forget what it kept of this site (Clear-Site-Data, W3C).

    Its history stays: no site can clear that. Browsers heed the header over https and on localhost only.
    """
    response = private(response, status)
    response.headers["Clear-Site-Data"] = directives
    return response


def _static(path: str, cache_control: str):
    if path not in ASSETS:
        abort(404)
    mimetype = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return public(Response((STATIC / path).read_bytes(), mimetype=mimetype), cache_control)


@cache
def _version(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def asset(path: str) -> str:
    """The address of a static file with a digest of its content, so that it may be kept for a year."""
    return url_for("asset_file", version=_version(path), path=path)


def from_anywhere(view):
    """Mark a view whose posts may come from other sites, as its address alone says who may do what it does."""
    view.from_anywhere = True
    return view


def same_site() -> bool:
    """Whether a request that changes something comes from our own pages (Fetch Metadata; Origin, RFC 6454)."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        place = urlsplit(origin).netloc
    except ValueError:
        return False
    ours = (urlsplit(current_app.config[name]).netloc for name in ("SITE_URL", "NEUTRAL_URL"))
    return place in (request.host, *ours)


def init_app(app: Flask) -> None:
    """Install headers, the post guard, error pages and the versioned static route."""

    @app.before_request
    def refuse_nul():
        # PostgreSQL's text cannot hold it, so nothing here is called so.
        if "\0" in request.path:
            abort(404)

    @app.before_request
    def refuse_cross_site():
        view = app.view_functions.get(request.endpoint)
        if request.method not in SAFE_METHODS and not getattr(view, "from_anywhere", False) and not same_site():
            abort(403)

    @app.after_request
    def headers(response):
        # One look at what a view has set: Headers.setdefault searches the whole list each time.
        present = {name.lower() for name, _ in response.headers}
        wanted = {**HEADERS, "Cache-Control": "no-store"}
        if app.config["SITE_URL"].startswith("https://"):
            wanted["Strict-Transport-Security"] = HSTS
        if "lang" in g:
            wanted["Content-Language"] = g.lang
        for name, value in wanted.items():
            if name.lower() not in present:
                response.headers.add(name, value)
        return response

    @app.get("/static/<version>/<path:path>")
    def asset_file(version: str, path: str):
        if path in ASSETS and version == _version(path):
            return _static(path, IMMUTABLE)
        response = _static(path, PUBLIC)
        # A page from before a release asks for an older version; it gets this one, but fills no cache of ours.
        del response.headers[CACHE_MARK]
        return response

    @app.get("/favicon.ico")
    def favicon():
        return _static("favicon.ico", PUBLIC)

    @app.context_processor
    def common():
        config = app.config
        return {
            "asset": asset,
            "site_name": "Plenary",
            "site_url": i18n.site_url,
            "controller": config["CONTROLLER"],
            "source_url": config["SOURCE_URL"],
        }

    app.register_error_handler(HTTPException, _error_page)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(away, _away)
    app.register_error_handler(Exception, _broken)


def _error_page(error: HTTPException):
    code = error.code or 500
    if code < 400:
        return error
    if code == 405 and request.method == "GET" and (above := _above()):
        return private(redirect(above, code=303))
    title, explanation = _words(code)
    if request.path.startswith("/api/"):
        return jsonify(error=title, explanation=explanation), code, {}
    body = render_template("error.html", code=code, title=title, explanation=explanation)
    headers = {"Vary": "Accept-Language"} if "lang" not in g else {}
    if code == 405 and getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return body, code, headers


def _above() -> str | None:
    """The nearest page above an address at the desk that only takes forms. A form with a fault is shown there, and
    whoever then chooses another language, or comes back by their history, asks for it."""
    path, adapter = request.path, current_app.create_url_adapter(request)
    if path.split("/")[2:3] != ["desk"]:
        return None
    while path := path.rpartition("/")[0]:
        try:
            adapter.match(path, method="GET")
        except HTTPException:
            continue
        return request.script_root + path
    return None


def _away(error: Exception):
    # While the database starts again every request ends here: a line each is enough.
    log.error("database away", extra={"endpoint": request.endpoint, "error": type(error).__name__})
    body, code, headers = _error_page(ServiceUnavailable())
    return body, code, {**headers, "Retry-After": "10"}


def _broken(error: Exception):
    # The traceback goes to the log; parameters are hidden by the engine, and the visitor sees none of it.
    log.exception("unhandled error", extra={"endpoint": request.endpoint})
    return _error_page(InternalServerError())


def _words(code: int) -> tuple[str, str]:
    known = {
        403: (
            _("This request was refused"),
            _("It did not come from a page of this site. Open the page here and try again."),
        ),
        404: (
            _("There is no such page"),
            _("The address may have a typing error, or the page has moved. Start again from the first page."),
        ),
        405: (_("This page cannot do that"), _("Open the page from the start and try again.")),
        413: (_("That was too long"), _("What you sent is larger than this form allows. Shorten it and try again.")),
        503: (
            _("Back in a moment"),
            _("What you just sent was not stored. Go back in a minute and send it again: the form is still filled in."),
        ),
    }
    broken = (
        _("Something went wrong on our side"),
        _("It has been written down and we will look at it. Please try again in a few minutes."),
    )
    client = (_("The site did not understand this request"), _("Open the page from the start and try again."))
    return known.get(code, broken if code >= 500 else client)
