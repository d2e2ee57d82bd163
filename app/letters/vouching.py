"""How a mandate is settled that no domain shows: by a question to the signatory, or by a coordinator's word.

A coordinator learns of a sign-on only after its person chose that network for it. Which one they chose stands in the
sealed record and nowhere else; it is found by opening what waits. In the caller's transaction.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Staff, StaffRole
from app.accounts.roles import Role
from app.kernel.db import db
from app.people.disclosure import KNOWN, Signing, may_be_told
from app.people.org_models import Network

from . import mandates, mandating, operations
from .models import ORGANISATION, Letter, Signatory
from .record import Record, opened

LONGEST_SAID = 1000
# So many of what waits are opened for one page, the oldest first.
MOST = 2000


def networks(campaign: str) -> list[tuple[int, dict[str, str], int]]:
    """The networks that can be asked, since somebody who works here coordinates them in a campaign (its slug): id,
    names, and how many coordinators would learn of it."""
    held = (
        select(StaffRole.staff_id, StaffRole.networks)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(StaffRole.role == "coordinator", StaffRole.campaign.in_((campaign, "*")), Staff.disabled_at.is_(None))
    )
    who = {(network, staff_id) for staff_id, ids in db.session.execute(held) for network in ids}
    number = Counter(network for network, _staff_id in who)
    rows = select(Network.id, Network.names).where(Network.id.in_(number)).order_by(Network.slug)
    return [(identity, names, number[identity]) for identity, names in db.session.execute(rows)]


def choose(signatory_id: int, network: int | None, now: datetime) -> bool:
    """The signatory chose which network's coordinator may learn of it (its id), or, with None, that none may. False
    when it waits for nothing."""
    return _say(signatory_id, now, "chose-network" if network else "chose-none", told_network=network)


def answer(signatory_id: int, text: str, now: datetime) -> bool:
    """The signatory answered the question they were asked, or wrote about their mandate unasked. False as in choose."""
    return _say(signatory_id, now, "answered", answer=text[:LONGEST_SAID])


def ask(letter_id: int, signatory_id: int, question: str, *, actor: int, now: datetime) -> bool:
    """Ask the signatory something; a mail says so, and their page shows it. False when it does not wait any longer."""
    signatory = _waiting(signatory_id, letter_id)
    if signatory is None:
        return False
    mandating.log("letters.ask", signatory, actor, now)
    record = opened(signatory.sealed).told("asked", now, actor, question=question[:LONGEST_SAID], answer="")
    _write(signatory, record)
    operations.call_for_mail(signatory.id, "asked", now)
    return True


def vouch(
    letter_id: int, signatory_id: int, roles: tuple[Role, ...], campaign: str, *, actor: int, now: datetime
) -> bool:
    """A coordinator vouches for a sign-on that may be told to them, and it counts. False when there is none."""
    if _told(letter_id, signatory_id, roles, campaign) is None:
        return False
    return mandating.accept(signatory_id, mandating.VOUCHED, actor=actor, now=now)


def decline(
    letter_id: int, signatory_id: int, roles: tuple[Role, ...], campaign: str, *, actor: int, now: datetime
) -> bool:
    """A coordinator cannot vouch for it: it goes on waiting, for somebody else. False when there is none."""
    signatory = _told(letter_id, signatory_id, roles, campaign)
    if signatory is None:
        return False
    mandating.log("letters.not-vouched", signatory, actor, now)
    _write(signatory, opened(signatory.sealed).told("not-vouched", now, told_network=None))
    said = {*signatory.doubts, mandates.NOT_KNOWN_TO_NETWORK}
    signatory.doubts = [code for code in mandates.DOUBTS if code in said]
    db.session.flush()
    return True


def told(letters: Iterable[Letter], roles: tuple[Role, ...], campaign: str) -> list[tuple[Signatory, Record]]:
    """What waits under these letters of a campaign and may be told to whoever holds these roles, since their network
    was chosen; the oldest first. It is opened to be found; one query."""
    waiting = (
        select(Signatory)
        .where(Signatory.letter_id.in_([letter.id for letter in letters]))
        .where(Signatory.state == "waiting", Signatory.roll == ORGANISATION)
        .order_by(Signatory.since, Signatory.id)
        .limit(MOST)
    )
    found = ((signatory, opened(signatory.sealed)) for signatory in db.session.scalars(waiting))
    return [(signatory, record) for signatory, record in found if _may_be_told(record, roles, campaign)]


def _told(letter_id: int, signatory_id: int, roles: tuple[Role, ...], campaign: str) -> Signatory | None:
    signatory = _waiting(signatory_id, letter_id)
    if signatory is None or not _may_be_told(opened(signatory.sealed), roles, campaign):
        return None
    return signatory


def _may_be_told(record: Record, roles: tuple[Role, ...], campaign: str) -> bool:
    """The one rule (people.disclosure); what waits is shown by name nowhere, whatever was chosen for later."""
    if record.told_network is None or record.restricted:
        return False
    coordinating = tuple(role for role in roles if role.name == "coordinator")
    return may_be_told(Signing("none", frozenset({record.told_network})), coordinating, campaign) == KNOWN


def _waiting(signatory_id: int, letter_id: int | None = None) -> Signatory | None:
    signatory = operations.locked(signatory_id)
    if signatory is None or signatory.state != "waiting" or letter_id not in (None, signatory.letter_id):
        return None
    return signatory


def _say(signatory_id: int, now: datetime, what: str, **changes) -> bool:
    signatory = _waiting(signatory_id)
    if signatory is None or signatory.roll != ORGANISATION:
        return False
    _write(signatory, opened(signatory.sealed).told(what, now, **changes))
    return True


def _write(signatory: Signatory, record: Record) -> None:
    signatory.sealed = record.sealed()
    db.session.flush()
