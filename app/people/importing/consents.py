"""The consent that a list brings along, and what it may not undo: whoever withdrew has withdrawn."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import insert, select

from app.kernel import i18n
from app.kernel.db import db

from ..import_models import Import, ImportRow
from ..models import SUPPRESSION_REASONS, Consent, Person
from ..operations import suppress_all
from ..org_models import Organisation, Position
from ..org_queries import visible
from ..positions import Agreement, ledger_rows

BATCH = 500
# What other programs' lists say of addresses, as reasons to write to them no more.
LISTED = ("unsubscribed", "bounced", "complained")
# How the ledger says that an import was taken back: act and way.
TAKEN_BACK = ("withdrawn", "import")


def agreement_of(made: Import) -> Agreement:
    """The consent that the people of an import gave, as whoever imports it says."""
    given = made.consent
    return Agreement(
        network_id=made.network_id,
        purposes=tuple(given["purposes"]),
        act="given",
        wording=given["wording"],
        language=given["language"],
        way=given["way"],
        at=_moment(given["on"]),
        place=given.get("place"),
    )


def _moment(day: str) -> datetime:
    said = date.fromisoformat(day)
    return datetime(said.year, said.month, said.day, tzinfo=UTC)


def withdrawn(digests: Iterable[bytes], network_id: int | None) -> dict[bytes, set[str]]:
    """What those with these digests of addresses took back towards a network, by purpose. What only the taking back of
    an import wrote does not count. One query."""
    if network_id is None:
        return {}
    rows = db.session.execute(
        select(Person.email_digest, Consent.purpose, Consent.act, Consent.how)
        .join(Consent, Consent.person_id == Person.id)
        .where(Person.email_digest.in_(list(digests)), Consent.network_id == network_id)
        .order_by(Consent.at, Consent.id)
    )
    last = {(bytes(digest), purpose): act for digest, purpose, act, how in rows if (act, how) != TAKEN_BACK}
    found: dict[bytes, set[str]] = {}
    for (digest, purpose), act in last.items():
        if act == "withdrawn":
            found.setdefault(digest, set()).add(purpose)
    return found


def moments(made: Import) -> set[datetime]:
    """When the import, and those towards its network that were taken back before it, wrote into the ledger: once for
    each time that a job took up its work. One query."""
    its_own = (Import.id == made.id) | ((Import.network_id == made.network_id) & (Import.state == "undone"))
    written = select(ImportRow.applied_at).join(Import, Import.id == ImportRow.import_id)
    return set(db.session.scalars(written.where(its_own, ImportRow.applied_at.is_not(None)).distinct()))


def only_by(made: Import, person_ids: Iterable[int], written: set[datetime]) -> list[tuple[int, str, datetime]]:
    """Of these people what holds towards the import's network because of it alone, as (person, purpose, since when):
    not what they agreed to otherwise as well, another list included, nor what they took back since. `written`: its
    `moments`. One query."""
    given = agreement_of(made)
    rows = db.session.execute(
        select(Consent)
        .where(Consent.person_id.in_(list(person_ids)), Consent.network_id == made.network_id)
        .where(Consent.purpose.in_(given.purposes))
        .order_by(Consent.at, Consent.id)
    ).scalars()
    holds, otherwise = {}, {}
    for row in rows:
        said = (row.person_id, row.purpose)
        holds[said] = row.act, row.at
        its_own = row.act == "given" and row.recorded_at in written
        if not its_own and (row.act, row.how) != TAKEN_BACK:
            otherwise[said] = row.act
    alone = {said: at for said, (act, at) in holds.items() if act == "given" and otherwise.get(said) != "given"}
    return [(*said, at) for said, at in sorted(alone.items())]


def give(made: Import, lines: dict[int, tuple[int, str | None, set[str]]], now: datetime) -> set[int]:
    """Add to the ledger what people agreed to: `lines` has of each line the person, their own day if the list says one,
    and the purposes they withdrew from. The lines that were given something."""
    agreement = agreement_of(made)
    rows, given = [], set()
    for line, (person_id, day, but) in lines.items():
        purposes = tuple(purpose for purpose in agreement.purposes if purpose not in but)
        if purposes:
            own = replace(agreement, purposes=purposes, at=_moment(day) if day else agreement.at)
            rows += ledger_rows([person_id], own, made.created_by, now)
            given.add(line)
    if rows:
        db.session.execute(insert(Consent), rows)
    return given


def silence(made: Import, now: datetime) -> int:
    """Whoever's address a list calls no good, or says that they complained or left all mails, is written to no more:
    only a digest is kept. A coordinator's list says so of who is in their networks, or known to nobody; and that
    somebody left is said of the coordinator's network alone. How many."""
    last = done = 0
    while True:
        rows = db.session.execute(
            select(ImportRow.line, ImportRow.email_digest, ImportRow.problems)
            .where(ImportRow.import_id == made.id, ImportRow.fate == "suppressed", ImportRow.line > last)
            .where(ImportRow.email_digest.is_not(None), ImportRow.problems.overlap(list(LISTED)))
            .order_by(ImportRow.line)
            .limit(BATCH)
        ).all()
        if not rows:
            return done
        last = rows[-1].line
        reasons: dict[bytes, str] = {}
        for row in rows:
            digest = bytes(row.email_digest)
            found = {*row.problems, reasons.get(digest)} & set(LISTED)
            reasons[digest] = max(found, key=SUPPRESSION_REASONS.index)
        if made.networks is not None:
            others = _of_others(reasons, tuple(made.networks))
            reasons = {one: why for one, why in reasons.items() if why != "unsubscribed" and one not in others}
        suppress_all(reasons, made.id, now)
        done += len(reasons)


def _of_others(digests: Iterable[bytes], networks: tuple[int, ...]) -> set[bytes]:
    """Those of the digests whose people are here, and in no organisation of these networks."""
    mine = (
        select(Position.person_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Position.person_id == Person.id, visible(networks))
        .exists()
    )
    return set(
        map(bytes, db.session.scalars(select(Person.email_digest).where(Person.email_digest.in_(digests), ~mine)))
    )


def withdraw_left(made: Import, now: datetime) -> int:
    """Whom the list says that they left, and who agreed with its network before, has left it: how many."""
    if made.network_id is None:
        return 0
    people = db.session.scalars(
        select(Person.id)
        .join(ImportRow, ImportRow.email_digest == Person.email_digest)
        .where(ImportRow.import_id == made.id, ImportRow.problems.contains(["left"]), Person.erased_at.is_(None))
        .order_by(Person.id)
    ).all()
    language = made.language if made.language in i18n.CODES else i18n.FALLBACK
    with force_locale(language):
        wording = _("The list that was imported says that they left.")
    done = 0
    for start in range(0, len(people), BATCH):
        rows = db.session.execute(
            select(Consent.person_id, Consent.purpose, Consent.act)
            .where(Consent.person_id.in_(people[start : start + BATCH]), Consent.network_id == made.network_id)
            .order_by(Consent.at, Consent.id)
        )
        holds = {(person_id, purpose): act for person_id, purpose, act in rows}
        agreements = [
            (person_id, Agreement(made.network_id, (purpose,), "withdrawn", wording, language, "mail", now))
            for (person_id, purpose), act in sorted(holds.items())
            if act == "given"
        ]
        lines = [row for one, said in agreements for row in ledger_rows([one], said, made.created_by, now)]
        if lines:
            db.session.execute(insert(Consent), lines)
        done += len(lines)
    return done
