"""A small cache in front of Flask for public pages.

It answers by path, in all processes from the same version: a counter in the database that every change of public
content moves on. A process asks for that counter at most once a second, so a page is at most two seconds old; while the
database is away, what is held goes on being served.

A view says with the words of CACHE_MARK what else counts: for `source` also the name in `?from=`, for `query=a+b` also
the values of `a` and `b` in the query, in whatever order they stand (every other query is ignored), and for `names`, as
the page names people, the counter is asked for each time and nothing is served without
its answer: whoever hides is gone from the very next answer of every process.
"""

import gzip
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import parse_qs

from flask import Flask
from sqlalchemy import BigInteger, CheckConstraint, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from . import sources
from .db import db

CACHE_MARK = "X-Page-Cache"
BY_PATH, BY_SOURCE, BY_QUERY, NAMES = "path", "source", "query=", "names"
CHECK_SECONDS = 1.0
# Form tokens turn over each day: no page may outlive them, even when nothing changes for weeks.
ENTRY_SECONDS = 600.0
MAX_BYTES = 16 * 1024 * 1024
# Anybody can make up names for ?from= and values for a query; those pages never push another one out.
MAX_VARIANT_BYTES = 4 * 1024 * 1024
# So many paths are remembered as having variants while their page without a query is not held.
MAX_VARIED = 1000
MIN_GZIP = 600


class PageVersion(db.Model):
    """One row: the number of the last change to anything public."""

    __tablename__ = "kernel_page_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger, nullable=False)


def bump() -> None:
    """Tell every process, from the commit of the caller's transaction on, that public pages have changed."""
    db.session.execute(
        text(
            "INSERT INTO kernel_page_version (id, version) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET version = kernel_page_version.version + 1"
        )
    )


class LongQuery(Exception):
    """A query longer than any honest one: it is not read, and what answers it is not kept."""


# What tells pages of one path apart: the name in ?from=, or the query's counted values. None for the page without.
Variant = str | tuple[tuple[str, str], ...] | None


def counted(query: str, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The first value of each of the `names` in a query string, where it has one, in their order: what a view that
    named them may read. Raises LongQuery."""
    if len(query) > sources.LONGEST_QUERY:
        raise LongQuery
    values = parse_qs(query)
    return tuple((name, values[name][0].strip()) for name in names if name in values and values[name][0].strip())


@dataclass(frozen=True)
class _Entry:
    version: int | None
    expires: float
    etag: str
    plain: tuple[list[tuple[str, str]], bytes]
    zipped: tuple[list[tuple[str, str]], bytes] | None
    unchanged: list[tuple[str, str]]
    marks: frozenset[str]

    @property
    def size(self) -> int:
        return len(self.plain[1]) + (len(self.zipped[1]) if self.zipped else 0)


class _Shelf:
    """Entries of at most so many bytes; the oldest goes first."""

    def __init__(self, most: int):
        self._most = most
        self._entries: OrderedDict[tuple[str, Variant], _Entry] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: tuple[str, Variant]) -> _Entry | None:
        return self._entries.get(key)

    def keep(self, key: tuple[str, Variant], entry: _Entry) -> None:
        with self._lock:
            old = self._entries.pop(key, None)
            self._bytes += entry.size - (old.size if old else 0)
            self._entries[key] = entry
            while self._bytes > self._most:
                _, dropped = self._entries.popitem(last=False)
                self._bytes -= dropped.size

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._bytes = 0


def _variant(marks: frozenset[str], query: str) -> Variant:
    """Which page of its path a query asks for, by what the view said counts. Raises LongQuery."""
    if BY_SOURCE in marks:
        return sources.in_query(query)
    for mark in marks:
        if mark.startswith(BY_QUERY):
            return counted(query, tuple(mark.removeprefix(BY_QUERY).split("+"))) or None
    return None


_NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


def _close(parts) -> None:
    if hasattr(parts, "close"):
        parts.close()


class PageCache:
    """WSGI middleware. `app` is the Flask app; the inner application is what it wraps."""

    def __init__(self, app: Flask, inner):
        self._app = app
        self._inner = inner
        self._pages = _Shelf(MAX_BYTES)
        self._variants = _Shelf(MAX_VARIANT_BYTES)
        self._varied: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._version = 0
        self._checked = float("-inf")
        self._check_seconds = 0.0 if app.testing else CHECK_SECONDS
        self._checking = threading.Lock()

    def __call__(self, environ, start_response):
        # A page made under a prefix holds other links than the path alone tells.
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return self._inner(environ, start_response)
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        entry = self._held(path, query)
        version = self._version_now() if entry and NAMES in entry.marks else self._current_version()
        if entry and entry.version == version is not None and time.monotonic() < entry.expires:
            return self._answer(entry, environ, start_response)
        return self._render(path, query, version, environ, start_response)

    def clear(self) -> None:
        """Hold nothing any longer."""
        self._pages.clear()
        self._variants.clear()

    def _held(self, path: str, query: str) -> _Entry | None:
        """The page for a path; one that has variants only for its own."""
        entry = self._pages.get((path, None))
        if not query:
            return entry
        try:
            variant = _variant(entry.marks if entry else self._varied.get(path, frozenset()), query)
        except LongQuery:
            return None
        return entry if variant is None else self._variants.get((path, variant))

    def _keep(self, path: str, query: str, entry: _Entry) -> None:
        try:
            variant = _variant(entry.marks, query)
        except LongQuery:
            return
        if variant is None:
            self._pages.keep((path, None), entry)
            return
        self._variants.keep((path, variant), entry)
        with self._checking:
            self._varied[path] = entry.marks
            if len(self._varied) > MAX_VARIED:
                self._varied.popitem(last=False)

    def _current_version(self) -> int:
        age = time.monotonic() - self._checked
        if age > self._check_seconds and self._checking.acquire(blocking=age > 2 * self._check_seconds):
            try:
                if time.monotonic() - self._checked > self._check_seconds:
                    version = self._version_now()
                    self._version = self._version if version is None else version
                    self._checked = time.monotonic()
            finally:
                self._checking.release()
        return self._version

    def _version_now(self) -> int | None:
        """What the database says at this moment; None while it is away."""
        try:
            with self._app.app_context():
                return db.session.scalar(text("SELECT version FROM kernel_page_version")) or 0
        except SQLAlchemyError:
            return None

    def _render(self, path, query, version, environ, start_response):
        """Let Flask answer, and keep the answer if it says that it may be kept."""
        captured: list = []

        def capture(status, headers, exc_info=None):
            captured[:] = [status, headers]
            return lambda _: None

        body_parts = self._inner({**environ, "REQUEST_METHOD": "GET"} if self._is_head(environ) else environ, capture)
        status, headers = captured
        held = self._held(path, query)
        if held and NAMES not in held.marks and status.startswith("5"):
            # The database is away: what was held is better than nothing, and its form's token lasts eight days.
            _close(body_parts)
            return self._answer(held, environ, start_response)
        marks = frozenset(word for name, value in headers if name == CACHE_MARK for word in value.split())
        if not (marks and status.startswith("200")):
            headers = [(name, value) for name, value in headers if name != CACHE_MARK]
            start_response(status, headers)
            if self._is_head(environ):
                _close(body_parts)
                return []
            return body_parts
        try:
            body = b"".join(body_parts)
        finally:
            _close(body_parts)
        entry = self._make(headers, body, version, marks)
        self._keep(path, query, entry)
        return self._answer(entry, environ, start_response)

    @staticmethod
    def _is_head(environ) -> bool:
        return environ["REQUEST_METHOD"] == "HEAD"

    @staticmethod
    def _make(headers, body: bytes, version: int | None, marks: frozenset[str]) -> _Entry:
        base = [(n, v) for n, v in headers if n not in (CACHE_MARK, "Content-Length", "ETag", "X-Request-ID", "Vary")]
        # Weak, because the same page goes out plain and zipped (RFC 9110, 8.8.1).
        tag = dict(headers).get("ETag", "").removeprefix("W/")
        base += [("ETag", f"W/{tag}"), ("Vary", "Accept-Encoding")]
        zipped = None
        kind = dict(headers).get("Content-Type", "")
        if len(body) >= MIN_GZIP and (not kind.startswith("image/") or kind.startswith("image/svg")):
            small = gzip.compress(body, 9, mtime=0)
            zipped = ([*base, ("Content-Encoding", "gzip"), ("Content-Length", str(len(small)))], small)
        return _Entry(
            version=version,
            expires=time.monotonic() + ENTRY_SECONDS,
            etag=tag,
            plain=([*base, ("Content-Length", str(len(body)))], body),
            zipped=zipped,
            unchanged=[(n, v) for n, v in base if n not in ("Content-Type", "Content-Language")],
            marks=marks,
        )

    def _answer(self, entry: _Entry, environ, start_response):
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and (entry.etag in asked or asked.strip() == "*"):
            start_response("304 NOT MODIFIED", list(entry.unchanged))
            return [b""]
        headers, body = entry.plain
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        if entry.zipped and "gzip" in accepted and not _NO_GZIP.search(accepted):
            headers, body = entry.zipped
        start_response("200 OK", list(headers))
        return [b"" if self._is_head(environ) else body]
