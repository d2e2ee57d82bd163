"""Every page that any test opens is checked as a page (after GOV.UK Notify's client_request)."""

from html.parser import HTMLParser

from flask.testing import FlaskClient

from app.kernel.db import db
from app.kernel.i18n import BY_CODE

VOID = {"meta", "link", "input", "br", "hr", "img", "col", "area", "base", "source", "wbr"}


class _Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.headings: list[int] = []
        self.html: dict[str, str | None] = {}
        self.title = ""
        self.forbidden: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "html":
            self.html = values
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.references += (values.get(name) or "").split()
        if (href := values.get("href") or "").startswith("#") and len(href) > 1:
            self.references.append(href[1:])
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        ours = tag == "script" and (values.get("src") or "").startswith("/static/") and "defer" in values
        if ours:
            self.scripts.append(values["src"])
        elif tag in ("script", "style", "iframe") or "style" in values or any(n.startswith("on") for n in values):
            self.forbidden.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data


def is_desk(path: str) -> bool:
    """Whether a path is one of the desk's, where there is a cookie, and a script of ours on some pages."""
    return path.split("/")[2:3] == ["desk"]


_well: set[tuple[str, bool, int]] = set()


def check_page(path: str, html: str) -> None:
    """Well-formed, titled, in one language and direction, ids once, references alive, headings in order, no script.
    What was well once is not read again: many routes give the same refusal."""
    what = path.split("/")[1], is_desk(path), hash(html)
    if what not in _well:
        _check(path, html)
        _well.add(what)


def _check(path: str, html: str) -> None:
    page = _Page()
    page.feed(html)
    page.close()
    assert not page.open, f"{path}: {page.open} not closed"
    assert page.title.strip(), f"{path}: no title"
    assert len(page.ids) == len(set(page.ids)), f"{path}: an id stands twice"
    assert set(page.references) <= set(page.ids), f"{path}: {set(page.references) - set(page.ids)} lead nowhere"
    language = path.split("/")[1]
    if language in BY_CODE:
        assert page.html.get("lang") == language, f"{path}: html lang is {page.html.get('lang')}"
    assert page.html.get("dir") == BY_CODE[page.html.get("lang")].dir, f"{path}: wrong direction"
    assert page.headings.count(1) == 1, f"{path}: {page.headings.count(1)} first headings"
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        assert after <= before + 1, f"{path}: a heading of level {after} follows level {before}"
    assert not page.forbidden, f"{path}: {page.forbidden} on the page"
    assert not page.scripts or is_desk(path), f"{path}: a public page has a script"


class CheckingClient(FlaskClient):
    """A test client that checks each page it opens, and that no answer sets a cookie."""

    def __init__(self, app):
        super().__init__(app, app.response_class, use_cookies=True)

    def open(self, *args, **kwargs):
        # A context of its own, as in production: nothing that one request keeps may be seen by the next.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        assert "Set-Cookie" not in response.headers or is_desk(response.request.path), "a cookie was set"
        is_mail = response.request.path.endswith(".html")
        is_page = response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 304, 308)
        if is_page and not is_mail and response.request.method != "HEAD" and not response.content_encoding:
            check_page(response.request.path, response.get_data(as_text=True))
        return response
