"""The sources that are kept with published evidence, as files to be saved: nothing of them runs here."""

from flask import Blueprint, Response, abort

from app.campaigns import queries as campaigns
from app.kernel import http, i18n

from . import queries
from . import wording as words
from .models import Archived

archive = Blueprint("archive", __name__)
ENDINGS = {"application/pdf": "pdf", "text/plain": "txt"}


@archive.app_context_processor
def _words():
    return {"position_file": words.file_words}


@archive.get("/archive/<campaign>/<digest>")
def source(campaign: str, digest: str):
    """A source that a published piece of the campaign goes by."""
    view = next((found for code in i18n.CODES if (found := campaigns.campaign_view(campaign, code))), None)
    found = view and queries.archived(view.id, digest)
    if not found:
        abort(404)
    return http.public(answer(found))


def answer(found: Archived) -> Response:
    """A kept source as a download: named by its digest, never shown in the page's own name."""
    media_type = "text/plain; charset=utf-8" if found.media_type == "text/plain" else found.media_type
    response = Response(found.content, content_type=media_type)
    name = f"{found.digest[:16]}.{ENDINGS[found.media_type]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
