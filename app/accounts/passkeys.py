"""Passkeys (W3C Web Authentication, level 3): what a browser is asked, and whether its answer holds.

Each is a discoverable credential whose use asks for a PIN, a finger or a face: it does alone.
"""

import json
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, request
from sqlalchemy import insert, select, update

from app.kernel.db import db

from . import steps
from .models import Passkey, Staff
from .steps import Step

LONGEST_NAME = 60
LONGEST_ANSWER = 20_000


class NoPasskey(Exception):
    """The browser's answer does not hold: made up, too late, for another site, or of no passkey we know."""


def place() -> tuple[str, list[str]]:
    """For which host passkeys are made, and from which origins they are taken: the site's own, and, outside
    production, this machine by the name `localhost`, where alone browsers allow them without https."""
    site = current_app.config["SITE_URL"]
    if current_app.config["MODE"] != "production" and urlsplit(f"//{request.host}").hostname == "localhost":
        return "localhost", [site, f"http://{request.host}"]
    return urlsplit(site).hostname, [site]


def creation(staff_id: int | None, account: str, name: str, now: datetime) -> dict:
    """What the script asks the browser for to make a passkey, with the step to send back."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    known = db.session.scalars(select(Passkey.credential_id).where(Passkey.staff_id == staff_id)).all()
    options = webauthn.generate_registration_options(
        rp_id=place()[0],
        rp_name="Plenary",
        user_name=account or name or "Plenary",
        user_display_name=name or account or "Plenary",
        user_id=secrets.token_bytes(32),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    step = steps.begin("enrol", staff_id, now, options.challenge)
    return {"step": step, "create": json.loads(webauthn.options_to_json(options))}


def asking(kind: str, staff_id: int | None, now: datetime) -> dict:
    """What the script asks the browser for to use a passkey: any of this site, or one of somebody's own."""
    import webauthn
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    own = db.session.scalars(select(Passkey.credential_id).where(Passkey.staff_id == staff_id)).all()
    options = webauthn.generate_authentication_options(
        rp_id=place()[0],
        allow_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in own],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    step = steps.begin(kind, staff_id, now, options.challenge)
    return {"step": step, "get": json.loads(webauthn.options_to_json(options))}


def made(answer: str, step: Step | None) -> dict:
    """The columns of the passkey that a browser made for this step. Raises NoPasskey."""
    import webauthn

    host, origins = place()
    try:
        found = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=_challenge(step),
            expected_rp_id=host,
            expected_origin=origins,
            require_user_verification=True,
        )
    except NoPasskey:
        raise
    except Exception as error:  # The library meets whatever bytes a stranger sends, and names no end of faults.
        raise NoPasskey from error
    return {
        "credential_id": found.credential_id,
        "public_key": found.credential_public_key,
        "sign_count": found.sign_count,
    }


def keep(staff_id: int, columns: dict, name: str, now: datetime) -> int:
    """Store a passkey that was made; its id. Raises NoPasskey when it is stored already."""
    taken = select(Passkey.id).where(Passkey.credential_id == columns["credential_id"])
    if db.session.scalar(taken):
        raise NoPasskey
    values = {"staff_id": staff_id, "name": name[:LONGEST_NAME], "created_at": now, **columns}
    return db.session.scalar(insert(Passkey).values(**values).returning(Passkey.id))


def used(answer: str, step: Step | None, now: datetime) -> int:
    """Whose passkey was used for this step: the id of an account that is not disabled. Raises NoPasskey."""
    import webauthn

    credential = _read(answer)
    try:
        identity = webauthn.base64url_to_bytes(credential["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise NoPasskey from error
    row = db.session.execute(
        select(Passkey.id, Passkey.staff_id, Passkey.public_key, Passkey.sign_count)
        .join(Staff, Staff.id == Passkey.staff_id)
        .where(Passkey.credential_id == identity, Staff.disabled_at.is_(None))
        .with_for_update(of=Passkey)
    ).one_or_none()
    if row is None or (step is not None and step.staff_id not in (None, row.staff_id)):
        raise NoPasskey
    host, origins = place()
    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=_challenge(step),
            expected_rp_id=host,
            expected_origin=origins,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except NoPasskey:
        raise
    except Exception as error:  # As above.
        raise NoPasskey from error
    db.session.execute(update(Passkey).where(Passkey.id == row.id).values(sign_count=found.new_sign_count, used_at=now))
    return row.staff_id


def _read(answer: str) -> dict:
    try:
        found = json.loads(answer) if len(answer or "") <= LONGEST_ANSWER else None
    except (ValueError, RecursionError) as error:
        raise NoPasskey from error
    if not isinstance(found, dict):
        raise NoPasskey
    return found


def _challenge(step: Step | None) -> bytes:
    if step is None or step.challenge is None:
        raise NoPasskey
    return step.challenge
