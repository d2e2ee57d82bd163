"""How long each kind of personal data is held, where, why, and who lets go of it: one table.

`docs/privacy.md` shows the same table (`flask people retention` prints it, a test compares); another test finds every
sealed or keyed column in the database's own tables and fails where one is missing here. What `by` names in backticks is
a sweep of kernel/retention.py, carried out each night by the task `privacy:forget`.
"""

from dataclasses import dataclass

SEALED = "encrypted"
KEYED = "HMAC with a secret key"
HASHED = "SHA-256 of 192 random bits"
PLAIN = "plain"
NOBODY = "nobody"


@dataclass(frozen=True)
class Kept:
    """One kind of personal data: what it is, where, in which form, how long, why, who lets go of it, who sees it."""

    what: str
    where: tuple[str, ...]
    form: str
    how_long: str
    why: str
    by: str
    seen_by: str = NOBODY


_SIGNER = "its signer: withdrawing, erasing; `petitions.unconfirmed`"
_STAFF = "an administrator closes the account; `accounts.staff`"

TABLE = (
    Kept(
        "e-mail address of a supporter",
        ("people_person.email",),
        SEALED,
        "until withdrawn, erased or refused; unconfirmed: 30 days",
        "to confirm, and to send what was asked for",
        _SIGNER,
        "nobody through the site; the worker, to send mail; at the desk who may export people",
    ),
    Kept(
        "look-up of the address",
        ("people_person.email_digest",),
        KEYED,
        "as the person; **stays after erasure**",
        "one person counts once; an erased one is never written to (GDPR art. 17(3))",
        _SIGNER,
    ),
    Kept(
        "language and days of a person",
        ("people_person.language", "people_person.created_at", "people_person.erased_at"),
        PLAIN,
        "as the address; the days stay after erasure",
        "to write in their language; to account for erasures",
        _SIGNER,
        "the holder of a proved request",
    ),
    Kept(
        "name",
        ("petitions_signature.name",),
        SEALED,
        "as the address",
        "it is the signature",
        _SIGNER,
        'everyone, if the signer chose "name and area"; else the holder of the link, and at the desk who may',
    ),
    Kept(
        "country or area",
        ("petitions_signature.area",),
        PLAIN,
        "as the signature",
        "to show where support comes from",
        _SIGNER,
        "the public list, if chosen; totals after the small-cell rule",
    ),
    Kept(
        "how to be shown, whether updates are wanted",
        ("petitions_signature.shown", "petitions_signature.updates"),
        PLAIN,
        "as the signature",
        "it is the signer's choice",
        _SIGNER,
        "the holder of the link, the desk",
    ),
    Kept(
        "text signed",
        ("petitions_signature.language", "petitions_signature.text_version", "petitions_signature.text_digest"),
        PLAIN,
        "as the signature",
        "to prove what was signed",
        _SIGNER,
        "the desk",
    ),
    Kept(
        "name in the address that led here (`?from=`: a channel, a partner)",
        ("petitions_signature.source",),
        "plain, at most 40 letters, digits, dots, hyphens, underscores",
        "as the signature; erasing deletes it",
        "to know which channel reaches people",
        _SIGNER,
        "operators and the desk; sums by name",
    ),
    Kept(
        "moments of signing and confirming",
        ("petitions_signature.signed_at", "petitions_signature.confirmed_at"),
        PLAIN,
        "as the signature",
        "to count by day, to remind once, to forget in time",
        _SIGNER,
        "the day of confirming, for those on the public list; the desk",
    ),
    Kept(
        "network it came from",
        ("petitions_signature.network",),
        "HMAC with a secret key, of the /24 or /64, never of the address",
        "30 days; erased: at once",
        "to find floods of false signatures",
        "`petitions.digests`",
        "the desk, as a few digits",
    ),
    Kept(
        "mail domain",
        ("petitions_signature.domain",),
        KEYED,
        "30 days; erased: at once",
        "to find floods of false signatures",
        "`petitions.digests`",
        "the desk, as a few digits",
    ),
    Kept(
        "whether a limit holds it, or it was called false and why",
        ("petitions_signature.held", "petitions_signature.false_reason"),
        "plain; a reason should name nobody",
        "as the signature",
        "so that only real signatures count",
        _SIGNER,
        "the desk; not its signer",
    ),
    Kept(
        "consent: what was agreed, in which words and language, when, how, and when it was taken back",
        ("people_consent.wording", "people_consent.language", "people_consent.at"),
        "plain, no name; only added to, a trigger refuses change",
        "as the person",
        "to prove consent (GDPR art. 7(1))",
        "erasing or forgetting its person, and nothing else",
        "the holder of a proved request",
    ),
    Kept(
        "links in mails",
        ("petitions_link.token_digest",),
        HASHED,
        "as the signature; erasing deletes them",
        "a link works as long as what it is about",
        _SIGNER,
    ),
    Kept(
        "which mails went out, and when",
        ("petitions_mail.kind", "petitions_mail.sent_at"),
        "plain, no content, no address",
        "as the signature; erasing deletes them",
        "so that nobody is written to too often",
        _SIGNER,
    ),
    Kept(
        "which news went out, and when",
        ("petitions_update_mail.update_slug", "petitions_update_mail.sent_at"),
        "plain, no content, no address",
        "as the signature; erasing deletes them",
        "so that nobody gets an update twice",
        _SIGNER,
    ),
    Kept(
        "addresses that get no mail",
        ("people_suppression.email_digest",),
        KEYED,
        '"this was not me": 30 days; erased, or wants no mails: for ever',
        "so that they get none",
        "`people.suppressions`",
    ),
    Kept(
        "who withdrew a confirmed signature, or whose was called false",
        ("petitions_withdrawn.email_digest",),
        "HMAC with a secret key, and which petition",
        "until they sign it again, else for ever",
        "coming back may raise no figure",
        "signing again",
    ),
    Kept(
        "a request about one's own data: address, notes, what to correct, our answer",
        (
            "people_request.email",
            "people_request.email_digest",
            "people_request.changes",
            "people_request.note",
            "people_request.proof_note",
            "people_request.answer",
        ),
        "encrypted; the look-up HMAC with a secret key",
        "30 days after its end, an erasure's until its last mail is out; nobody proves it: ended after 90 days",
        "to answer it, and questions about the answer (GDPR art. 12)",
        "`people.request-contents`, `people.requests-unproved`",
        "who handles requests; its person",
    ),
    Kept(
        "that there was a request: kind, days, who handled it",
        ("people_request.kind", "people_request.received_on", "people_request.ended_at"),
        "plain, no name, no address",
        "three years after its end",
        "to account for it (GDPR art. 5(2))",
        "`people.requests`",
        "who handles requests",
    ),
    Kept(
        "links in mails about a request",
        ("people_request_link.token_digest",),
        HASHED,
        "14 days",
        "to prove who asks, and to give what was asked for",
        "`people.request-links`",
    ),
    Kept(
        "staff: address and name",
        ("accounts_staff.email", "accounts_staff.name", "accounts_staff.email_digest"),
        "encrypted; the look-up HMAC with a secret key",
        "as long as they work here, and a year",
        "to let them in, and to say who did what",
        _STAFF,
        "administrators; colleagues see the name",
    ),
    Kept(
        "staff: password, passkeys, secret of the authenticator, recovery codes",
        (
            "accounts_staff.password",
            "accounts_passkey.public_key",
            "accounts_totp.secret",
            "accounts_recovery.digest",
        ),
        "argon2id; public keys; encrypted; SHA-256 of 80 random bits",
        "as the account",
        "to prove that it is them",
        _STAFF,
    ),
    Kept(
        "staff: sessions",
        ("accounts_session.token_digest", "accounts_session.device", "accounts_session.seen_at"),
        "SHA-256 of 192 random bits; browser and system in two words",
        "30 days after their end",
        "so that their owner sees and ends them",
        "`accounts.sessions`",
        "their owner",
    ),
    Kept(
        "staff: sign-ins half done",
        ("accounts_step.token_digest",),
        HASHED,
        "an hour",
        "to finish the sign-in",
        "`accounts.steps`",
    ),
    Kept(
        "sign-ins that failed",
        ("accounts_attempt.digest",),
        "HMAC with a secret key, of the address or of the network",
        "two days",
        "to limit guessing",
        "`accounts.attempts`",
    ),
    Kept(
        "invitations",
        ("accounts_invitation.email", "accounts_invitation.token_digest"),
        "encrypted; SHA-256 of 192 random bits",
        "30 days after they were used, withdrawn or over",
        "to let somebody in",
        "`accounts.invitations`",
        "administrators",
    ),
    Kept(
        "files of exports",
        ("accounts_export_part.content",),
        SEALED,
        "24 hours",
        "for the purpose that was written down",
        "`accounts.files`",
        "who asked for the file",
    ),
    Kept(
        "that there was an export, and what for",
        ("accounts_export.purpose", "accounts_export.filters"),
        "plain; names nobody",
        "30 days; the log keeps it",
        "so that its owner finds it",
        "`accounts.exports`",
        "who asked for it; the log: administrators",
    ),
    Kept(
        "who did what to what at the desk",
        ("kernel_audit.actor", "kernel_audit.subject"),
        "plain: numbers and names of things, no personal value; only added to, a trigger refuses change",
        "as long as the site",
        "to account for what was done (GDPR art. 5(2))",
        "nobody",
        "administrators",
    ),
)


def table() -> str:
    """The table as Markdown, for docs/privacy.md."""
    lines = [
        "| what | where | form | how long | why | who lets go of it | who sees it |",
        "|---|---|---|---|---|---|---|",
    ]
    for kept in TABLE:
        cells = (kept.what, _columns(kept.where), kept.form, kept.how_long, kept.why, kept.by, kept.seen_by)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _columns(where: tuple[str, ...]) -> str:
    """The table's name once, then its columns."""
    said, before = [], None
    for place in where:
        table_name, column = place.split(".")
        said.append(f".{column}" if table_name == before else place)
        before = table_name
    return ", ".join(said)
