"""Every page of the sitemap in every language, opened once in each worker: several tests read all of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from app.site.views import public_pages

_opened: dict[str, tuple[int, str | None, str]] = {}


@dataclass(frozen=True)
class Opened:
    """One page of the sitemap: where it stands, in which language it was asked for, and what was answered."""

    path: str
    code: str
    status: int
    language: str | None
    text: str


def every_page(app, client) -> Iterator[dict[str, Opened]]:
    """Each page of the sitemap by the codes of the languages that it stands in, as nobody has changed anything."""
    for endpoint, values, codes in public_pages():
        with app.test_request_context():
            paths = {code: url_for(endpoint, lang=code, **values) for code in codes}
        for path in paths.values():
            if path not in _opened:
                answer = client.get(path)
                said = answer.headers.get("Content-Language")
                _opened[path] = answer.status_code, said, answer.get_data(as_text=True)
        yield {code: Opened(path, code, *_opened[path]) for code, path in paths.items()}
