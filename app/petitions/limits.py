"""Limits by network and by mail domain: data in petitions_limit, counted in PostgreSQL, judged before a mail goes out.

What trips one is held, in silence. A held signature gets its mail, and confirming lets it count: a limit costs an
honest signer nothing but a reminder. A network or a domain is known by a digest under a secret key, for thirty days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel import network as networks
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people.addresses import InvalidAddress, canonical_address, checked_address

from . import rules
from .models import Limit, Signature, SignatureMail

NETWORK, DOMAIN = "network", "domain"
SCOPES = {NETWORK: Signature.network, DOMAIN: Signature.domain}
EVERYBODY = "*"
KEEP_DIGESTS = timedelta(days=30)
FALSE_REASON = "limit: {}"


class WrongKey(ValueError):
    """What was given names no network or domain that limits go by; the message is for whoever typed it."""


def digests(scope: str, key: str) -> list[bytes]:
    """The digests of a network or domain under every key, newest first."""
    return keyring().digests(key, f"petitions.{scope}")


def domain_of(address: str) -> str:
    """The canonical domain of an address that `checked_address` returned."""
    return canonical_address(address).rpartition("@")[2]


def digests_of(network: str | None, address: str) -> dict[str, bytes | None]:
    """What a signature keeps of where it came from, by scope."""
    return {
        NETWORK: digests(NETWORK, network)[0] if network else None,
        DOMAIN: digests(DOMAIN, domain_of(address))[0],
    }


def key_of(scope: str, text: str) -> str:
    """A network or domain as it is kept. Raises WrongKey."""
    if text == EVERYBODY:
        return text
    try:
        return networks.network_key(text) if scope == NETWORK else domain_of(checked_address(f"x@{text.strip()}"))
    except InvalidAddress:
        raise WrongKey(f"{text} is no mail domain, such as example.org") from None
    except ValueError:
        raise WrongKey(
            f"{text} is no network: only digests are kept, of 192.0.2.0/24 or 2001:db8:1:2::/64, so it has to be one"
        ) from None


@dataclass(frozen=True)
class _Seen:
    """One scope of a signature: the digest it is known by, what it may do, and what was signed around it."""

    column: InstrumentedAttribute
    digest: bytes
    allowance: rules.Allowance
    around: tuple[datetime, datetime]
    unconfirmed: int
    confirmed: int

    @property
    def trips(self) -> bool:
        return self.allowance.trips(self.unconfirmed, self.confirmed)


def judge(signature: Signature, address: str, now: datetime) -> timedelta | None:
    """Hold a signature and its like, or call it false, where a limit says so; how long its mail has to wait, or None.

    `address` is its person's. Works in the caller's transaction. What its person confirmed is left alone.
    """
    if signature.confirmed_at is not None:
        return None
    seen = _seen(signature, domain_of(address))
    for scope, found in seen.items():
        if found.allowance.verdict == rules.FALSE:
            _call_false(signature.id, scope)
        elif found.trips:
            _hold(scope, found)
        else:
            continue
        db.session.refresh(signature)
    if not seen or (signature.held is None and signature.state == "pending"):
        return None
    found = seen.get(signature.held or "") or seen.get(NETWORK) or seen[DOMAIN]
    mailed = _mailed(found, now)
    return found.allowance.mail_delay(mailed, found.unconfirmed, found.confirmed)


def _seen(signature: Signature, domain: str) -> dict[str, _Seen]:
    seen = {}
    allowances = _narrowest(signature.network, domain)
    for scope, column in SCOPES.items():
        digest, allowance = getattr(signature, scope), allowances.get(scope)
        if digest and allowance:
            # Others within the window before it; and after it, should the worker be late or somebody sign again.
            around = signature.signed_at - allowance.window, signature.signed_at + allowance.window
            counted = db.session.execute(
                select(
                    func.count().filter(Signature.confirmed_at.is_(None)),
                    func.count().filter(Signature.state == "confirmed"),
                ).where(column == digest, Signature.signed_at.between(*around))
            ).one()
            seen[scope] = _Seen(column, digest, allowance, around, *counted)
    return seen


def _narrowest(network: bytes | None, domain: str) -> dict[str, rules.Allowance]:
    """What applies, by scope: the row of the very network or domain, else the one for everybody."""
    named = or_(Limit.scope == NETWORK, Limit.key.in_((EVERYBODY, domain)))
    columns = (Limit.seconds, Limit.waiting, Limit.per_confirmed, Limit.mails, Limit.verdict)
    # Those for everybody first: a narrower row takes their place.
    rows = db.session.execute(select(Limit.scope, Limit.key, *columns).where(named).order_by(Limit.key != EVERYBODY))
    return {
        scope: rules.Allowance(*numbers)
        for scope, key, *numbers in rows
        if scope == DOMAIN or key == EVERYBODY or network in digests(NETWORK, key)
    }


def _hold(scope: str, found: _Seen) -> None:
    like = (
        select(Signature.id)
        .where(
            found.column == found.digest,
            Signature.signed_at.between(*found.around),
            Signature.state == "pending",
            Signature.held.is_(None),
        )
        # In one order: two jobs that hold the same signatures never wait for each other.
        .order_by(Signature.id)
        .with_for_update()
    )
    db.session.execute(
        update(Signature)
        .where(Signature.id.in_(_once(like)))
        .values(held=scope)
        .execution_options(synchronize_session=False)
    )


def _once(ids: Select) -> Select:
    """The ids that a statement locks, found once: a plain subselect may be run again for each row, and lock more."""
    found = ids.cte("found").prefix_with("MATERIALIZED")
    return select(found.c.id)


def _call_false(signature_id: int, scope: str) -> None:
    db.session.execute(
        update(Signature)
        .where(Signature.id == signature_id, Signature.state == "pending")
        .values(state="fraudulent", false_reason=FALSE_REASON.format(scope))
        .execution_options(synchronize_session=False)
    )


def _mailed(found: _Seen, now: datetime) -> int:
    """How many mails have gone out in the window to what is held or false of this network or domain."""
    return db.session.scalar(
        select(func.count())
        .select_from(SignatureMail)
        .join(Signature, Signature.id == SignatureMail.signature_id)
        .where(
            SignatureMail.sent_at > now - found.allowance.window,
            found.column == found.digest,
            or_(Signature.held.is_not(None), Signature.state == "fraudulent"),
        )
    )


def forget_digests(now: datetime, batch: int = 2000) -> int:
    """Forget where signatures came from that are thirty days old. Returns how many of this batch; 0: none is left."""
    old = select(Signature.id).where(
        or_(Signature.network.is_not(None), Signature.domain.is_not(None)), Signature.signed_at <= now - KEEP_DIGESTS
    )
    done = db.session.execute(
        update(Signature)
        .where(Signature.id.in_(_once(old.limit(batch).with_for_update(skip_locked=True))))
        .values(network=None, domain=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


@dataclass(frozen=True)
class HeldGroup:
    """Unconfirmed signatures held for one reason, of one network or domain; no personal data."""

    reason: str
    digest: str
    held: int
    mailed: int


def held_groups() -> list[HeldGroup]:
    """What is held and not confirmed, by reason and by the network or domain it tripped, the largest first."""
    digest = func.coalesce(
        func.encode(
            func.substr(db.case((Signature.held == DOMAIN, Signature.domain), else_=Signature.network), 2, 4), "hex"
        ),
        "-",
    )
    mailed = select(SignatureMail.id).where(SignatureMail.signature_id == Signature.id).exists()
    rows = db.session.execute(
        select(Signature.held, digest, func.count(), func.count().filter(mailed))
        .where(and_(Signature.held.is_not(None), Signature.state == "pending"))
        .group_by(Signature.held, digest)
        .order_by(func.count().desc(), Signature.held, digest)
    )
    return [HeldGroup(*row) for row in rows]


def rows() -> list[Limit]:
    """Every limit, the general ones first."""
    return list(db.session.scalars(select(Limit).order_by(Limit.scope.desc(), Limit.key != EVERYBODY, Limit.key)))


def put(scope: str, key: str, allowance: rules.Allowance) -> None:
    """Write one limit, new or changed. `key` is one of `key_of`. Raises WrongKey if everybody would be false."""
    if key == EVERYBODY and allowance.verdict == rules.FALSE:
        raise WrongKey("a limit for everybody can only hold: else nobody's signature would count")
    db.session.merge(Limit(scope=scope, key=key, **vars(allowance)))
    db.session.flush()


def remove(scope: str, key: str) -> bool:
    """Take a limit away; then the general one applies. False when there was none."""
    row = db.session.get(Limit, (scope, key))
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    return row is not None
