"""Staff, what they prove themselves by, their roles, invitations and sessions."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedBytes, EncryptedText
from app.kernel.db import db

from .roles import ROLES

STAFF_DIGEST_PURPOSE = "accounts.email"
ATTEMPT_DIGEST_PURPOSE = "accounts.attempt"
_ROLE_CHECK = "role IN ({})".format(", ".join(f"'{role}'" for role in ROLES))


class Staff(db.Model):
    """Somebody who works at the desk."""

    __tablename__ = "accounts_staff"
    __table_args__ = (Index("ix_accounts_staff_created_at", "created_at", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    email: Mapped[str] = mapped_column(EncryptedText("accounts_staff.email"))
    email_digest: Mapped[bytes] = mapped_column(
        LargeBinary, unique=True, comment="key number, then HMAC-SHA-256 of the canonical address", info=KEYED_DIGEST
    )
    name: Mapped[str] = mapped_column(EncryptedText("accounts_staff.name"), comment="as colleagues see it")
    pseudonym: Mapped[str | None] = mapped_column(Text, comment="shown instead of the name wherever work is credited")
    credited: Mapped[bool] = mapped_column(default=False, server_default="false", comment="wants to be named in public")
    language: Mapped[str] = mapped_column(Text, comment="of the interface and of mails")
    password: Mapped[str | None] = mapped_column(Text, comment="argon2id, PHC format; NULL: passkeys only")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    disabled_in: Mapped[str | None] = mapped_column(
        Text, comment="slug of the campaign whose administrator did it; NULL: one of the whole site"
    )


class StaffRole(db.Model):
    """A role somebody holds, in one campaign or in all."""

    __tablename__ = "accounts_role"
    __table_args__ = (
        UniqueConstraint("staff_id", "campaign", "role"),
        CheckConstraint(_ROLE_CHECK, name="role"),
        Index("ix_accounts_role_coordinator", "staff_id", postgresql_where="role = 'coordinator'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("accounts_staff.id", ondelete="CASCADE"))
    campaign: Mapped[str] = mapped_column(Text, comment="slug, or '*' for all")
    role: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", comment="of a translator")
    networks: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}", comment="of a coordinator")
    given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Passkey(db.Model):
    """A WebAuthn credential (W3C Web Authentication, level 3)."""

    __tablename__ = "accounts_passkey"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("accounts_staff.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text, comment="as its owner calls it")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Totp(db.Model):
    """The secret of somebody's authenticator app (RFC 6238), and a new one that waits for its first code."""

    __tablename__ = "accounts_totp"

    staff_id: Mapped[int] = mapped_column(ForeignKey("accounts_staff.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str | None] = mapped_column(
        EncryptedText("accounts_totp.secret"), comment="base32; NULL: none was proved by a code yet"
    )
    next_secret: Mapped[str | None] = mapped_column(
        EncryptedText("accounts_totp.next_secret"), comment="takes the place of `secret` once a code of it was shown"
    )
    last_step: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="of the last code taken: none is taken twice"
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="when `secret` was proved")


class RecoveryCode(db.Model):
    """A code for the day the key is lost; used once."""

    __tablename__ = "accounts_recovery"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("accounts_staff.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256; the code has 80 random bits")
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Invitation(db.Model):
    """A link, used once, by which somebody becomes staff, gets another role, or sets up their account anew; it
    expires."""

    __tablename__ = "accounts_invitation"
    __table_args__ = (
        CheckConstraint(_ROLE_CHECK, name="role"),
        CheckConstraint("(staff_id IS NULL) = (role IS NOT NULL AND campaign IS NOT NULL)", name="role_or_account"),
        CheckConstraint("email IS NOT NULL OR staff_id IS NOT NULL OR role = 'administrator'", name="first"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    email: Mapped[str | None] = mapped_column(
        EncryptedText("accounts_invitation.email"), comment="NULL: asked for by the page, or that of the account"
    )
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="CASCADE"), comment="whose account is set up anew; NULL: a new role"
    )
    language: Mapped[str] = mapped_column(Text)
    campaign: Mapped[str | None] = mapped_column(Text, comment="slug, or '*' for all")
    role: Mapped[str | None] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    networks: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    invited_by: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="SET NULL"), comment="NULL: from the command line"
    )
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class StaffSession(db.Model):
    """A sign-in. Ended ones stay for a time, so that their owner can see them."""

    __tablename__ = "accounts_session"
    __table_args__ = (Index("ix_accounts_session_staff_id", "staff_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("accounts_staff.id", ondelete="CASCADE"))
    device: Mapped[str] = mapped_column(Text, comment="browser and system in two words, for its owner to know it by")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    factor_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when its owner last proved who they are by a second factor or a passkey"
    )
    notice: Mapped[str | None] = mapped_column(Text, comment="what the next page says at its top; names nobody")
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignInStep(db.Model):
    """A sign-in half done: whose password was right, or what a passkey has to answer. Lives for minutes."""

    __tablename__ = "accounts_step"
    __table_args__ = (CheckConstraint("kind IN ('second', 'passkey', 'enrol', 'again')", name="kind"),)

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Attempt(db.Model):
    """A sign-in that was tried and did not succeed, by the digest of the address typed, of the network it came from, or
    of the account whose second factor was asked for."""

    __tablename__ = "accounts_attempt"
    __table_args__ = (
        CheckConstraint("scope IN ('account', 'network', 'factor')", name="scope"),
        Index("ix_accounts_attempt_digest", "digest", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    scope: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary, info=KEYED_DIGEST)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Export(db.Model):
    """A file that somebody at the desk asked for. It is theirs alone, sealed, and goes after a day."""

    __tablename__ = "accounts_export"
    __table_args__ = (
        CheckConstraint("form IN ('csv', 'xlsx')", name="form"),
        CheckConstraint("NOT personal OR purpose <> ''", name="purpose"),
        Index("ix_accounts_export_staff_id", "staff_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("accounts_staff.id", ondelete="CASCADE"))
    work_id: Mapped[int] = mapped_column(BigInteger, comment="id of kernel_work, which says how far it is")
    name: Mapped[str] = mapped_column(Text, comment="of what is exported, see exports.register")
    campaign: Mapped[str | None] = mapped_column(Text, comment="slug")
    personal: Mapped[bool] = mapped_column(comment="with the columns that are personal")
    form: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text, comment="what for; names nobody")
    filters: Mapped[dict] = mapped_column(JSONB, comment="choices, nothing personal")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ready_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    rows: Mapped[int | None] = mapped_column(BigInteger)
    size: Mapped[int | None] = mapped_column(BigInteger, comment="of the file, in bytes")


class ExportPart(db.Model):
    """A piece of an export's file, so that none is ever held whole."""

    __tablename__ = "accounts_export_part"
    __table_args__ = (UniqueConstraint("export_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("accounts_export.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    content: Mapped[bytes] = mapped_column(EncryptedBytes("accounts_export_part.content"))
