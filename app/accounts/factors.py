"""Second factors besides passkeys: codes of an authenticator app (RFC 6238), and recovery codes."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import urlsplit

import pyotp
from flask import current_app
from sqlalchemy import delete, insert, update

from app.kernel.db import db

from .models import RecoveryCode, Totp
from .rules import is_totp, plain_code

CODES = 10
CODE_BYTES = 10
GROUP = 4
STEP_SECONDS = 30


def start_totp(staff_id: int) -> None:
    """Make a new secret for somebody's authenticator app; the one they have goes on holding until it is proved."""
    row = db.session.get(Totp, staff_id)
    if row is None:
        row = Totp(staff_id=staff_id, last_step=0)
        db.session.add(row)
    row.next_secret = pyotp.random_base32()
    db.session.flush()


def totp_to_prove(staff_id: int) -> str | None:
    """The secret that waits for its first code, or None."""
    row = db.session.get(Totp, staff_id)
    return row.next_secret if row else None


def totp_address(secret: str, account: str) -> str:
    """The otpauth:// address that authenticator apps read from a QR code."""
    issuer = f"Plenary {urlsplit(current_app.config['SITE_URL']).hostname}"
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def prove_totp(staff_id: int, code: str, now: datetime) -> bool:
    """Take the new secret for the one that holds, if this is a code of it."""
    row = db.session.get(Totp, staff_id, with_for_update=True, populate_existing=True)
    step = _step(row.next_secret, plain_code(code), now) if row and row.next_secret else None
    if step is None:
        return False
    row.secret, row.next_secret, row.last_step, row.confirmed_at = row.next_secret, None, step, now
    db.session.flush()
    return True


def shows_totp(staff_id: int, code: str, now: datetime) -> bool:
    """Whether this is a code of somebody's app, of now or half a minute before or after, that was not shown yet."""
    row = db.session.get(Totp, staff_id, populate_existing=True)
    step = _step(row.secret, code, now) if row and row.secret else None
    if step is None:
        return False
    # Two that come at once: the later one finds the step taken.
    taken = update(Totp).where(Totp.staff_id == staff_id, Totp.last_step < step).values(last_step=step)
    return db.session.execute(taken.execution_options(synchronize_session=False)).rowcount > 0


def _step(secret: str, code: str, now: datetime) -> int | None:
    if not is_totp(code):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def remove_totp(staff_id: int) -> None:
    """Forget somebody's authenticator app."""
    db.session.execute(delete(Totp).where(Totp.staff_id == staff_id))


def new_codes(staff_id: int) -> list[str]:
    """Ten recovery codes in the place of those there were, as they are shown this once."""
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "digest": _digest(code)} for code in codes]
    db.session.execute(insert(RecoveryCode), rows)
    return ["-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP)) for code in codes]


def takes_recovery(staff_id: int, code: str, now: datetime) -> bool:
    """Whether this is one of somebody's recovery codes that was not used; it is now."""
    taken = (
        update(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.digest == _digest(code), RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(taken).rowcount > 0


def shows_code(staff_id: int, typed: str, now: datetime) -> str | None:
    """ "totp" or "recovery" when what was typed is such a code of somebody's; None when it is neither."""
    code = plain_code(typed)
    if is_totp(code):
        return "totp" if shows_totp(staff_id, code, now) else None
    return "recovery" if takes_recovery(staff_id, code, now) else None


def _digest(code: str) -> bytes:
    # 80 random bits need no key and no slow hash.
    return hashlib.sha256(code.encode()).digest()
