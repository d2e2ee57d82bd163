"""What petitions hold about a person, how they correct a name, and end their news (people/holdings.py).

What limits found about a signature, and whether it was called false, is not given: it would tell whoever forges how to
do better, at the cost of those who do not (GDPR art. 15(4)).
"""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select, update

from app.campaigns.models import Campaign
from app.kernel import pagecache
from app.kernel.db import db
from app.people import holdings
from app.people import operations as people
from app.people.holdings import Change, Field, Subject
from app.people.own_holdings import language_name
from app.states import queries as states

from . import names, texts
from .models import Petition, Signature, SignatureLink, SignatureMail, UpdateMail, WithdrawnSigner

SHOWN = {
    "name": lazy("with name and country or area"),
    "area": lazy("with country or area alone"),
    "none": lazy("not at all"),
}
TOLD = {"pending": lazy("not confirmed yet"), "confirmed": lazy("confirmed")}
COMMENTS = {"waiting": lazy("waits to be read"), "let": lazy("shown"), "refused": lazy("refused")}
MAILS = {
    "confirm": lazy("asked to confirm"),
    "reminder": lazy("reminded to confirm"),
    "repeat": lazy("said that the signature stands"),
}


def signatures(subject: Subject) -> list[dict]:
    """What the person signed."""
    rows = db.session.execute(
        select(Signature, Petition.slug, texts.title_signed().scalar_subquery())
        .join(Petition, Petition.id == Signature.petition_id)
        .where(Signature.person_id == subject.person_id)
        .order_by(Signature.id)
    )
    return [
        {
            "petition": slug,
            "title": title,
            "state": signature.told_state,
            "name": signature.name,
            "area": signature.area,
            "shown": signature.shown,
            "updates": signature.updates,
            "signed_at": signature.signed_at,
            "confirmed_at": signature.confirmed_at,
            "language": signature.language,
            "further": signature.further,
            "text_version": signature.text_version,
            "text_digest": signature.text_digest.hex(),
            "source": signature.source,
            "comment": signature.comment,
            "comment_state": signature.comment_state,
            "network_digest": signature.network.hex() if signature.network else None,
            "domain_digest": signature.domain.hex() if signature.domain else None,
        }
        for signature, slug, title in rows
    ]


def mails(subject: Subject) -> list[dict]:
    """Which mails went out about their signatures, and which news."""
    about = (
        select(Petition.slug, SignatureMail.kind, SignatureMail.sent_at)
        .join(Signature, Signature.id == SignatureMail.signature_id)
        .join(Petition, Petition.id == Signature.petition_id)
        .where(Signature.person_id == subject.person_id)
        .order_by(SignatureMail.id)
    )
    news = (
        select(Petition.slug, UpdateMail.update_slug, UpdateMail.sent_at)
        .join(Signature, Signature.id == UpdateMail.signature_id)
        .join(Petition, Petition.id == Signature.petition_id)
        .where(Signature.person_id == subject.person_id)
        .order_by(UpdateMail.sent_at)
    )
    return [
        *({"petition": slug, "kind": kind, "sent_at": at} for slug, kind, at in db.session.execute(about)),
        *({"petition": slug, "news": update, "sent_at": at} for slug, update, at in db.session.execute(news)),
    ]


def links(subject: Subject) -> list[dict]:
    """Since when each link in a mail to them works; the links themselves are kept nowhere."""
    rows = db.session.execute(
        select(Petition.slug, SignatureLink.created_at)
        .join(Signature, Signature.id == SignatureLink.signature_id)
        .join(Petition, Petition.id == Signature.petition_id)
        .where(Signature.person_id == subject.person_id)
        .order_by(SignatureLink.created_at)
    )
    return [{"petition": slug, "created_at": at} for slug, at in rows]


def withdrawals(subject: Subject) -> list[dict]:
    """Petitions from which a signature of this address was taken away: kept, so that none counts twice. Whether it was
    withdrawn or called false is not told, as nowhere: what stands is left out."""
    standing = select(Signature.petition_id).where(Signature.person_id == subject.person_id)
    rows = db.session.scalars(
        select(Petition.slug)
        .join(WithdrawnSigner, WithdrawnSigner.petition_id == Petition.id)
        .where(WithdrawnSigner.email_digest.in_(subject.digests), Petition.id.not_in(standing))
        .distinct()
    )
    return [{"petition": slug} for slug in rows]


def correct(person_id: int, change: Change) -> None:
    """Put another name under whatever the person signed."""
    if change.name is None:
        return
    for signature in db.session.scalars(
        select(Signature).where(Signature.person_id == person_id, Signature.erased.is_(False)).with_for_update()
    ):
        signature.name = change.name
        signature.name_digest = names.digest_if_shown(change.name, signature.shown)
    db.session.flush()
    # A petition's page may name them.
    pagecache.bump()


def silence(person_id: int, language: str, wording: str, how: str, now: datetime) -> None:
    """End their news; the ledger of consent says when, and by which words."""
    rows = db.session.execute(
        update(Signature)
        .where(Signature.person_id == person_id, Signature.updates)
        .where(Petition.id == Signature.petition_id, Campaign.id == Petition.campaign_id)
        .values(updates=False)
        .returning(Campaign.slug)
        .execution_options(synchronize_session=False)
    ).all()
    for campaign in sorted({slug for (slug,) in rows}):
        people.record_consent(
            person_id,
            "updates",
            "withdrawn",
            campaign=campaign,
            language=language,
            wording=wording,
            how=how,
            now=now,
        )


def place(person_id: int) -> Iterable[str]:
    """The areas that their signatures say."""
    return db.session.scalars(select(Signature.area).where(Signature.person_id == person_id)).all()


def _area_name(code: str, lang: str) -> str:
    return states.area_names(lang).get(code, code)


PETITION = Field(lazy("Petition"))

holdings.register_holding(
    "signatures",
    signatures,
    label=lazy("What you signed"),
    fields={
        "petition": PETITION,
        "title": Field(lazy("Title")),
        "state": Field(lazy("State"), lambda value, lang: str(TOLD[value])),
        "name": Field(lazy("Name")),
        "area": Field(lazy("Country or area"), _area_name),
        "shown": Field(lazy("How it is shown"), lambda value, lang: str(SHOWN[value])),
        "updates": Field(lazy("Wants news")),
        "signed_at": Field(lazy("Signed")),
        "confirmed_at": Field(lazy("Confirmed")),
        "language": Field(lazy("Language"), language_name),
        "further": Field(lazy("Language read in besides"), language_name),
        "text_version": Field(lazy("Version of the text")),
        "text_digest": Field(lazy("Fingerprint of the text")),
        "source": Field(lazy("Name in the address that led here")),
        "comment": Field(lazy("Why it matters to you")),
        "comment_state": Field(lazy("Your comment"), lambda value, lang: str(COMMENTS[value])),
        "network_digest": Field(lazy("Network it came from, as a sealed number")),
        "domain_digest": Field(lazy("Domain of the address, as a sealed number")),
    },
)
holdings.register_holding(
    "mails",
    mails,
    label=lazy("Mails to you"),
    fields={
        "petition": PETITION,
        "kind": Field(lazy("What it said"), lambda value, lang: str(MAILS[value])),
        "news": Field(lazy("News")),
        "sent_at": Field(lazy("Sent")),
    },
)
holdings.register_holding(
    "links", links, label=lazy("Links in your mails"), fields={"petition": PETITION, "created_at": Field(lazy("Since"))}
)
holdings.register_holding(
    "withdrawals",
    withdrawals,
    label=lazy("Signatures taken away, known by a sealed number alone"),
    fields={"petition": PETITION},
)
holdings.register_corrector(correct)
holdings.register_silencer(silence)
holdings.register_place(place)
