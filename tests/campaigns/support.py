"""What tests of editing do again and again."""

from app.campaigns import drafts, editing
from app.campaigns.models import Draft
from app.kernel import clock


def row(language="en", key="lead", kind="pages", slug="why") -> Draft:
    """A block as the desk has it."""
    return next(r for r in drafts.rows(drafts.campaign("un75").id, kind, slug)[language] if r.key == key)


def save(campaign, actor, *, language="en", key="lead", kind="pages", slug="why", **said):
    """Save a block as somebody who has just seen it."""
    said.setdefault("seen", row(language, key, kind, slug).digest)
    return editing.save_block(campaign, kind, slug, language, key, actor=actor, now=clock.now(), **said)
