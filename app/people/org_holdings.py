"""What organisations hold about a person, how they correct it, and end what would be sent (see holdings.py).

Consent towards networks stands in the ledger with all other consent (own_holdings.py).
"""

import json
from datetime import datetime

from flask_babel import lazy_gettext as lazy
from sqlalchemy import insert, select, update

from app.kernel.db import db
from app.kernel.i18n import EVERY

from . import words
from .holdings import Change, Field, Subject, register_corrector, register_holding, register_silencer
from .import_models import Import, ImportRow
from .importing.values import Parsed
from .languages import language_names
from .models import Consent
from .org_models import Organisation, Position
from .org_queries import agreed, ledger


def positions(subject: Subject) -> list[dict]:
    """Which organisations somebody is in, and as what."""
    columns = (Position.name, Position.title, Position.roles, Position.language, Position.second_language)
    rows = db.session.execute(
        select(Organisation.name.label("organisation"), *columns, Position.created_at, Position.changed_at)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Position.person_id == subject.person_id)
        .order_by(Position.id)
    ).mappings()
    return [{**row, "roles": " ".join(row["roles"])} for row in rows]


def listed(subject: Subject) -> list[dict]:
    """What lists say of the address that were uploaded and are not taken in yet."""
    rows = db.session.execute(
        select(ImportRow.content, Import.created_at)
        .join(Import, Import.id == ImportRow.import_id)
        .where(ImportRow.email_digest.in_(subject.digests), ImportRow.content.is_not(None))
        .order_by(ImportRow.id)
    )
    found = []
    for content, at in rows:
        said = Parsed.of(json.loads(content))
        someone = said.person
        if someone is not None:
            found.append(
                {
                    "organisation": said.organisation.name,
                    "name": someone.name,
                    "address": someone.address,
                    "title": someone.title,
                    "roles": " ".join(someone.roles),
                    "language": someone.language,
                    "second_language": someone.second_language,
                    "created_at": at,
                }
            )
    return found


def correct(person_id: int, change: Change) -> None:
    """Put another name or language wherever somebody stands in an organisation."""
    if change.name is not None:
        for position in db.session.scalars(select(Position).where(Position.person_id == person_id).with_for_update()):
            position.name = change.name
    if change.language is not None:
        db.session.execute(
            update(Position)
            .where(Position.person_id == person_id)
            .values(language=change.language)
            .execution_options(synchronize_session="fetch")
        )
    db.session.flush()


def silence(person_id: int, language: str, wording: str, how: str, now: datetime) -> None:
    """Take back what somebody agreed to towards networks: the ledger says when, and by which words."""
    rows = [
        {
            "person_id": person_id,
            "purpose": purpose,
            "act": "withdrawn",
            "network_id": network_id,
            "language": language,
            "wording": wording,
            "how": how,
            "at": now,
        }
        for network_id, purpose in sorted(agreed(ledger(person_id, None)))
    ]
    if rows:
        db.session.execute(insert(Consent), rows)


def _roles(value: str, lang: str) -> str:
    return ", ".join(str(words.ROLE_WORDS.get(role, role)) for role in value.split())


def _language(code: str, lang: str) -> str:
    return EVERY[code].autonym if code in EVERY else language_names(lang).get(code, code)


SAID = {
    "organisation": Field(lazy("Organisation")),
    "name": Field(lazy("Name")),
    "title": Field(words.COLUMN_WORDS["title"]),
    "roles": Field(lazy("Roles"), _roles),
    "language": Field(lazy("Language"), _language),
    "second_language": Field(lazy("Second language"), _language),
    "created_at": Field(lazy("Since")),
}
register_holding(
    "positions",
    positions,
    label=lazy("Your organisations"),
    fields={**SAID, "changed_at": Field(lazy("Last changed"))},
)
register_holding(
    "lists",
    listed,
    label=lazy("Lists that are not taken in yet"),
    fields={**SAID, "address": Field(lazy("E-mail address"))},
)
register_corrector(correct)
register_silencer(silence)
