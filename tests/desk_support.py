"""What tests of the desk do again and again: make staff, sign them in."""

import secrets

from app.accounts import guard, sessions
from app.accounts.models import STAFF_DIGEST_PURPOSE, Staff, StaffRole
from app.kernel import clock
from app.kernel.crypto import keyring
from app.kernel.db import db
from tests.house.pages import CheckingClient

ORIGIN = {"Origin": "http://plenary.test", "Sec-Fetch-Site": "same-origin"}


def make_staff(role: str | None, campaign: str = "un75", languages=(), networks=(), name: str | None = None) -> Staff:
    """Somebody new who holds this role, or none."""
    address = f"{secrets.token_hex(6)}@staff.example.org"
    someone = Staff(
        email=address,
        email_digest=keyring().digests(address, STAFF_DIGEST_PURPOSE)[0],
        name=name or f"Fictional {role or 'nobody'}",
        language="en",
        created_at=clock.now(),
    )
    db.session.add(someone)
    db.session.flush()
    if role:
        held = StaffRole(
            staff_id=someone.id, campaign=campaign, role=role, languages=list(languages), networks=list(networks)
        )
        db.session.add(held)
    db.session.commit()
    return someone


class StaffClient(CheckingClient):
    """A browser with somebody's session, that says where its posts come from."""

    staff_id: int

    def open(self, *args, **kwargs):
        # Answers that are made as they are sent are read to their end.
        kwargs.setdefault("buffered", True)
        if kwargs.get("method") == "POST":
            kwargs["headers"] = {**ORIGIN, **(kwargs.get("headers") or {})}
        return super().open(*args, **kwargs)


def signed_in(app, role: str | None, campaign: str = "un75", *, factor: bool = True, **held) -> StaffClient:
    """A client signed in as somebody new. `factor`: the second factor was shown just now."""
    someone = make_staff(role, campaign, **held)
    token = sessions.begin(someone.id, "Firefox, Linux", factor, clock.now())
    db.session.commit()
    client = StaffClient(app)
    client.staff_id = someone.id
    client.set_cookie(guard.cookie_name(), token)
    return client
