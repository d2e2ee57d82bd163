"""Calls as providers make them, with a certificate made here."""

import base64
import json
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.mobilisation.back import sns

TOPIC = "arn:aws:sns:eu-central-1:000000000000:mail"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
SUBSCRIBE = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=y"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key=KEY, name: str = "sns.amazonaws.com", days: int = 30) -> bytes:
    """A certificate of a key, for so many days from yesterday."""
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def signed(version: str = "2", key=KEY, **changes) -> dict:
    """A message of SNS, signed; `changes` are fields, set before."""
    fields = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": "{}",
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        **changes,
    }
    kind = {"1": hashes.SHA1, "2": hashes.SHA256}[version]
    fields["Signature"] = base64.b64encode(key.sign(sns.signed_text(fields), padding.PKCS1v15(), kind())).decode()
    return fields


def ses_bounce(source: str, address: str, **changes) -> str:
    """What SES tells of a bounce."""
    return json.dumps(
        {
            "notificationType": "Bounce",
            "bounce": {
                "feedbackId": "0100-aaaa",
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "timestamp": "2026-11-28T10:00:00.000Z",
                "bouncedRecipients": [
                    {
                        "emailAddress": address,
                        "action": "failed",
                        "status": "5.1.1",
                        "diagnosticCode": "smtp; 550 5.1.1",
                    }
                ],
                **changes,
            },
            "mail": {"source": source, "messageId": "0100", "destination": [address]},
        }
    )


def ses_complaint(source: str, address: str) -> str:
    """What SES tells of a complaint, by the name that event publishing uses."""
    return json.dumps(
        {
            "eventType": "Complaint",
            "complaint": {
                "feedbackId": "0100-bbbb",
                "complainedRecipients": [{"emailAddress": address}],
                "timestamp": "2026-11-28T10:00:00.000Z",
                "complaintFeedbackType": "abuse",
            },
            "mail": {"source": source},
        }
    )


def postmark(kind: str, stamp: str, address: str, **changes) -> dict:
    """What Postmark tells of a bounce."""
    return {
        "RecordType": "Bounce",
        "ID": 42,
        "Type": kind,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist",
        "Email": address,
        "BouncedAt": "2026-11-28T10:00:00Z",
        "Metadata": {"delivery": stamp},
        **changes,
    }
