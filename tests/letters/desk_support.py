"""What tests of letters do again and again: a letter that is open, a line on its public list."""

import hashlib
import secrets
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel.db import db
from app.letters.list_models import Line
from app.letters.models import Letter, LetterText, LetterVersion, Signatory
from app.people.naming import sort_key
from app.people.org_models import Organisation

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TITLE = "A fictional letter on water"


def letter(slug: str = "fictional-letter", *, closes_at=None, individuals: bool = True) -> Letter:
    """A letter of the campaign un75 with one version in English and French."""
    campaign_id = db.session.scalar(select(Campaign.id).where(Campaign.slug == "un75"))
    made = Letter(
        campaign_id=campaign_id,
        slug=slug,
        version=1,
        negotiated="en",
        individuals=individuals,
        addressees=["missions"],
        opened_on=date(2026, 11, 1),
        closes_at=closes_at,
        time_zone="UTC" if closes_at else None,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add(LetterVersion(letter_id=made.id, number=1, kind="first", published_at=NOW))
    db.session.flush()
    for language, title in (("en", TITLE), ("fr", "Une lettre fictive sur l’eau")):
        words = {"title": title, "addressees": "To all missions", "body": "We ask for fictional water."}
        digest = hashlib.sha256(title.encode()).digest()
        db.session.add(
            LetterText(letter_id=made.id, version=1, language=language, digest=digest, state="official", **words)
        )
    db.session.commit()
    return made


def listed(made: Letter, organisation_id: int) -> int:
    """A known organisation stands on the public list; the number of its line."""
    organisation = db.session.get_one(Organisation, organisation_id)
    signatory_id = secrets.randbits(62)
    common = {"letter_id": made.id, "roll": "organisation", "version": 1}
    db.session.add(
        Signatory(
            id=signatory_id,
            state="counted",
            visibility="public",
            delayed=False,
            email_digest=secrets.token_bytes(33),
            sealed="{}",
            **common,
        )
    )
    db.session.flush()
    line = Line(
        signatory_id=signatory_id,
        name=organisation.name,
        country=organisation.country or "other",
        organisation_id=organisation_id,
        sort_key=sort_key(organisation.name),
        language="en",
        **common,
    )
    db.session.add(line)
    db.session.commit()
    return line.id
