"""Messages of Amazon SNS: whether one is Amazon's, by its signature, and from a topic of ours.

What is signed, and how, is in "Verifying the signatures of Amazon SNS messages" of the SNS developer guide. A replay is
harmless: an event is taken once, and what is older than a week is refused.
"""

import base64
import binascii
import json
import re
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from .hook import Refused

NOTIFICATION, CONFIRMATION = "Notification", "SubscriptionConfirmation"
_SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}
_HOST = re.compile(r"sns\.[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{8,64}\.pem")
_OLDEST = timedelta(days=7)
_AHEAD = timedelta(minutes=15)


def opened(body: bytes, topics: Collection[str], now: datetime) -> dict[str, str]:
    """The fields of a message from one of our topics, not yet proved. Raises Refused."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400) from None
    if not isinstance(fields, dict) or str(fields.get("Type")) not in _SIGNED:
        raise Refused(400)
    if str(fields.get("TopicArn")) not in topics:
        raise Refused(403)
    try:
        said = datetime.fromisoformat(str(fields.get("Timestamp")))
        recent = now - _OLDEST <= said <= now + _AHEAD
    except (TypeError, ValueError):
        raise Refused(400) from None
    if not recent:
        raise Refused(403)
    return fields


def certificate_url(fields: dict) -> str:
    """Where the certificate lies that signed the message. Raises Refused unless that is a certificate at a host of
    Amazon SNS, by https: whoever may name another place may sign anything."""
    url = fields.get("SigningCertURL")
    if not _is_amazons(url, path=_CERTIFICATE) or urlsplit(url).query:
        raise Refused(403)
    return url


def subscribe_url(fields: dict) -> str:
    """Where to say yes to a subscription. Raises Refused unless that is Amazon SNS itself."""
    url = fields.get("SubscribeURL")
    if not _is_amazons(url, path=re.compile(r"/?")) or "Action=ConfirmSubscription" not in urlsplit(url).query.split(
        "&"
    ):
        raise Refused(403)
    return url


def prove(fields: dict, pem: bytes, now: datetime) -> None:
    """Raises Refused unless the certificate is Amazon's and valid, and signed these fields."""
    kind = _HASHES.get(str(fields.get("SignatureVersion")))
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        signature = base64.b64decode(str(fields.get("Signature")), validate=True)
        key = certificate.public_key()
    except (ValueError, binascii.Error):
        raise Refused(403) from None
    names = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    valid = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    ours = len(names) == 1 and names[0] in _signers(certificate_url(fields))
    if kind is None or not valid or not ours or not isinstance(key, rsa.RSAPublicKey):
        raise Refused(403)
    try:
        key.verify(signature, signed_text(fields), padding.PKCS1v15(), kind())
    except InvalidSignature:
        raise Refused(403) from None


def signed_text(fields: dict) -> bytes:
    """The text that Amazon signs: name and value of each field that is there, a line each."""
    names = [name for name in _SIGNED[str(fields["Type"])] if isinstance(fields.get(name), str)]
    return "".join(f"{name}\n{fields[name]}\n" for name in names).encode()


def _signers(url: str) -> tuple[str, ...]:
    """Whom the certificate at this address may be for: the older regions sign with one name, the newer ones (Cape Town,
    Bahrain, Milan, Hong Kong …) each with its own."""
    region = urlsplit(url).netloc.removeprefix("sns.")
    return ("sns.amazonaws.com", f"sns-signing.{region}", f"sns-{region}")


def _is_amazons(url, path: re.Pattern) -> bool:
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "https" and port is None and "@" not in parts.netloc and not parts.fragment
    return plain and bool(_HOST.fullmatch(parts.netloc) and path.fullmatch(parts.path))
