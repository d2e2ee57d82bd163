"""What of a campaign's words needs somebody today (accounts/needs.py): translations left behind by their source, and
questions of translators."""

from collections import defaultdict
from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import text

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import i18n
from app.kernel.db import db

from . import questions

# Documents of which a block says something else in the source than when it was translated, or was never translated
# though the document was (translation.standing): by campaign and language, with when that began.
_BEHIND = text(
    """
WITH sources AS (
    SELECT b.*, c.slug AS campaign, c.source_language FROM campaigns_block AS b
    JOIN campaigns_campaign AS c ON c.id = b.campaign_id AND c.source_language = b.language
    WHERE CAST(:campaign AS text) IS NULL OR c.slug = :campaign
), documents AS (
    SELECT campaign_id, kind, slug, language FROM campaigns_block WHERE key = 'head'
)
SELECT s.campaign, d.language, count(DISTINCT (s.kind, s.slug)) AS behind, min(s.changed_at) AS since
FROM sources AS s
JOIN documents AS d ON d.campaign_id = s.campaign_id AND d.kind = s.kind AND d.slug = s.slug
    AND d.language <> s.source_language
LEFT JOIN campaigns_block AS t ON t.campaign_id = s.campaign_id AND t.kind = s.kind AND t.slug = s.slug
    AND t.key = s.key AND t.language = d.language
WHERE t.id IS NULL OR t.source IS DISTINCT FROM s.digest
GROUP BY s.campaign, d.language
"""
)


def stale(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Translated documents that are behind, by campaign, in the languages that `staff` may translate into."""
    behind: dict[str, int] = defaultdict(int)
    since: dict[str, datetime] = {}
    for slug, language, number, began in db.session.execute(_BEHIND, {"campaign": campaign}):
        mine = staff.languages(slug)
        if mine is None or language in mine:
            behind[slug] += number
            since[slug] = min(began, since.get(slug, began))
    found = [(slug, number, since[slug]) for slug, number in behind.items()]

    def words(number: int) -> str:
        return ngettext(
            "%(count)s translation is behind its source",
            "%(count)s translations are behind their source",
            number,
            count=i18n.plain_number(number),
        )

    return needs.counted(found, words, "pages.board_page")


def asked(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Questions of translators that nobody has answered, by campaign."""

    def words(number: int) -> str:
        return ngettext(
            "%(count)s question of a translator waits for an answer",
            "%(count)s questions of translators wait for an answer",
            number,
            count=i18n.plain_number(number),
        )

    return needs.counted(questions.waiting(campaign), words, "questions.index")


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("campaigns.stale", "pages.translate", stale, urgency=40)
    needs.register("campaigns.questions", "pages.edit", asked, urgency=35)
