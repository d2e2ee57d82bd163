"""What letters hold about somebody, found by the address alone (people/holdings.py), and how they let go of it."""

from flask_babel import lazy_gettext as lazy
from sqlalchemy import exists, select

from app.kernel import i18n
from app.kernel.db import db
from app.people import holdings
from app.people import operations as people
from app.people.holdings import Field, Subject
from app.people.importing import undoing
from app.people.org_queries import network_names
from app.people.own_holdings import language_name
from app.states import queries as states

from . import operations, seals
from .list_models import Line
from .models import Letter, Signatory
from .record import opened

STATES = {
    "pending": lazy("not confirmed yet"),
    "waiting": lazy("waits until somebody has looked at it"),
    "counted": lazy("counts"),
    "refused": lazy("refused"),
}
SHOWN = {
    "public": lazy("by name"),
    "area": lazy("with country or region alone"),
    "counted": lazy("not at all"),
}


def signed(subject: Subject) -> list[dict]:
    """The letters that somebody signed, for an organisation or for themselves."""
    found, networks = [], dict(network_names(i18n.FALLBACK))
    for letter_id, slug in db.session.execute(select(Letter.id, Letter.slug).order_by(Letter.id)).all():
        digests = seals.digests_of(letter_id, subject.digests)
        rows = select(Signatory).where(Signatory.letter_id == letter_id, Signatory.email_digest.in_(digests))
        for signatory in db.session.scalars(rows):
            record = opened(signatory.sealed)
            found.append(
                {
                    "letter": slug,
                    "state": signatory.state,
                    "shown": signatory.visibility,
                    "delayed": signatory.delayed,
                    "organisation": record.name or None,
                    "acronym": record.acronym or None,
                    "website": record.website or None,
                    "name": record.person,
                    "title": record.title or None,
                    "address": record.address,
                    "area": record.country,
                    "language": record.language,
                    "version": record.version,
                    "text_digest": record.digest,
                    "signed": record.moment,
                    "how": record.how or None,
                    "reason": record.reason or None,
                    "told_network": networks.get(record.told_network),
                    "question": record.question or None,
                    "answer": record.answer or None,
                    "agreed": " · ".join(record.wordings.values()),
                }
            )
    return found


def _area_name(code: str, lang: str) -> str:
    return states.area_names(lang).get(code, code)


def _listed(organisation_id):
    return exists().where(Line.organisation_id == organisation_id)


def register() -> None:
    """Have it stand in what a person is given, and go when they are erased; and have an organisation stay that signed
    in public, whatever list it came by."""
    people.register_address_eraser(operations.erase)
    people.register_address_keeper(operations.restrict)
    undoing.register_use(_listed)
    holdings.register_holding(
        "letters",
        signed,
        label=lazy("Letters that you signed"),
        fields={
            "letter": Field(lazy("Letter")),
            "state": Field(lazy("State"), lambda value, lang: str(STATES[value])),
            "shown": Field(lazy("How it is shown"), lambda value, lang: str(SHOWN[value])),
            "delayed": Field(lazy("Not shown before the letter is handed over")),
            "organisation": Field(lazy("Organisation")),
            "acronym": Field(lazy("Acronym")),
            "website": Field(lazy("Website")),
            "name": Field(lazy("Name")),
            "title": Field(lazy("Title")),
            "address": Field(lazy("E-mail address")),
            "area": Field(lazy("Country or area"), _area_name),
            "language": Field(lazy("Language"), language_name),
            "version": Field(lazy("Version of the text")),
            "text_digest": Field(lazy("Fingerprint of the text")),
            "signed": Field(lazy("Signed")),
            "how": Field(lazy("How the mandate was found good")),
            "reason": Field(lazy("Why it was refused")),
            "told_network": Field(lazy("Network whose coordinators may learn of it")),
            "question": Field(lazy("What we asked you")),
            "answer": Field(lazy("What you answered")),
            "agreed": Field(lazy("What you agreed to")),
        },
    )
