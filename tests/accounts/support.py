"""What tests of accounts do again and again: make an account with a password, an app, a passkey in software."""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from app.accounts import operations, passwords
from app.accounts.models import Staff, Totp
from app.kernel import clock
from app.kernel.db import db
from tests.desk_support import StaffClient, make_staff

PASSWORD = "ten green bottles on a wall"
SIGN_IN = "/en/desk/sign-in"
SECOND = "/en/desk/sign-in/second"
# As the test client asks for it: outside production passkeys work under this name, too.
ORIGIN = "http://localhost"
CODE = re.compile(r"<code dir=\"ltr\">([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>")


def make_account(role: str | None = "translator", campaign: str = "un75", *, totp: bool = False, **held) -> Staff:
    """Somebody with a password, and with `totp` an authenticator app."""
    someone = make_staff(role, campaign, **held)
    someone.password = passwords.hashed(PASSWORD)
    if totp:
        db.session.add(Totp(staff_id=someone.id, secret=pyotp.random_base32(), last_step=0, confirmed_at=clock.now()))
    db.session.commit()
    return someone


def app_code(staff_id: int, back: int = 0) -> str:
    """What somebody's authenticator app shows now, or showed so many half minutes ago."""
    secret = db.session.get(Totp, staff_id, populate_existing=True).secret
    return pyotp.TOTP(secret).at(clock.now() - timedelta(seconds=30 * back))


def recovery_codes(staff_id: int) -> list[str]:
    """Ten new recovery codes of somebody."""
    codes = operations.new_codes(staff_id, clock.now())
    db.session.commit()
    return codes


def sign_in(app, someone: Staff, password: str = PASSWORD, client: StaffClient | None = None, **more):
    """Send address and password; the client and the answer."""
    client = client or StaffClient(app)
    return client, client.post(SIGN_IN, data={"email": someone.email, "password": password, **more})


def signed_in(app, someone: Staff) -> StaffClient:
    """A client that came in by password and, where there is one, by the code of the app."""
    client, answer = sign_in(app, someone)
    if "/second" in answer.headers["Location"]:
        answer = client.post(SECOND, data={"code": app_code(someone.id)})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    client.staff_id = someone.id
    return client


def shown_codes(answer) -> list[str]:
    """The recovery codes on a page."""
    return CODE.findall(answer.get_data(as_text=True))


def set_up_totp(client) -> tuple[str, object]:
    """Set up an authenticator app as its owner does; its secret, and the answer to the first code."""
    assert client.post("/en/desk/me/totp/begin").status_code == 303
    page = client.get("/en/desk/me/totp").get_data(as_text=True)
    secret = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    return secret, client.post("/en/desk/me/totp", data={"code": pyotp.TOTP(secret).at(clock.now())})


@dataclass
class Authenticator:
    """A passkey in software, as W3C Web Authentication describes one: user verified, no attestation."""

    host: str = "localhost"
    origin: str = ORIGIN
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    identity: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    uses: int = 0
    verified: bool = True

    def _data(self, attested: bytes = b"") -> bytes:
        self.uses += 1
        flags = 0x01 | (0x04 if self.verified else 0) | (0x40 if attested else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big") + attested

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, **response: bytes) -> str:
        identity = bytes_to_base64url(self.identity)
        coded = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps({"id": identity, "rawId": identity, "type": "public-key", "response": coded})

    def create(self, options: dict) -> dict[str, str]:
        """What the script posts after a passkey was made."""
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, **point})
        attested = bytes(16) + len(self.identity).to_bytes(2, "big") + self.identity + public
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(attested)})
        said = self._client_data("webauthn.create", options["create"]["challenge"])
        return {"step": options["step"], "credential": self._answer(attestationObject=made, clientDataJSON=said)}

    def get(self, options: dict) -> dict[str, str]:
        """What the script posts after the passkey was used."""
        said = self._client_data("webauthn.get", options["get"]["challenge"])
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        answer = self._answer(authenticatorData=data, clientDataJSON=said, signature=signature, userHandle=b"x")
        return {"step": options["step"], "credential": answer}


def add_passkey(client, authenticator: Authenticator | None = None) -> tuple[Authenticator, object]:
    """Make a passkey on one's own page; it, and the answer."""
    authenticator = authenticator or Authenticator()
    options = client.post("/en/desk/me/passkeys/options").get_json()
    return authenticator, client.post("/en/desk/me/passkeys", data={"name": "my key", **authenticator.create(options)})


def passkey_sign_in(client, authenticator: Authenticator, **changes):
    """Sign in with a passkey alone; the answer."""
    options = client.post("/en/desk/sign-in/passkey-options").get_json()
    return client.post("/en/desk/sign-in/passkey", data={**authenticator.get(options), **changes})


def has_totp(staff_id: int) -> bool:
    """Whether an authenticator app holds for somebody."""
    return db.session.scalar(db.select(Totp.secret).where(Totp.staff_id == staff_id)) is not None
