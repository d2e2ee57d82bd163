"""How long what is written to missions is held (see retention.py)."""

from .kept import HASHED, Kept

_SOON = "until it was sent or passed on, and 30 days more unless the campaign sets 1 to 90; not confirmed: eight days"
_BY = "`writing.letters`, `writing.letters-unconfirmed`; its person, until it has gone; erasing"

WRITING = (
    Kept(
        "a letter to a mission: subject, own words, letter, name, address",
        (
            "mobilisation_mission_letter.subject",
            "mobilisation_mission_letter.own",
            "mobilisation_mission_letter.body",
            "mobilisation_mission_letter.name",
            "mobilisation_mission_letter.email",
            "mobilisation_mission_letter.email_digest",
        ),
        "encrypted; the look-up HMAC with a secret key; through an organisation, neither name nor address",
        _SOON,
        "to send it, and to tell its writer what became of it",
        _BY,
        "the mission; what goes through an organisation: that one, and who may handle letters to missions",
    ),
    Kept(
        "network a letter to a mission came from",
        ("mobilisation_mission_letter.network",),
        "HMAC with a secret key, of the /24 or /64, never of the address",
        "a day",
        "to limit floods",
        "`writing.networks`",
    ),
    Kept(
        "links in mails about a letter to a mission",
        ("mobilisation_mission_link.token_digest",),
        HASHED,
        "as the letter",
        "to confirm it, and to see what became of it",
        "as the letter",
    ),
    Kept(
        "general mailboxes of missions and ministries, of nobody in particular",
        ("mobilisation_target.email", "mobilisation_target.mailbox"),
        "encrypted; the look-up HMAC with a secret key",
        "until somebody takes them out, or the campaign ends",
        "to write to states",
        "who may handle letters to missions",
        "everyone",
    ),
    Kept(
        "mailboxes of organisations that take letters on",
        ("mobilisation_trusted.contact", "mobilisation_trusted.mailbox"),
        "encrypted; the look-up HMAC with a secret key",
        "until somebody takes them out, or the campaign ends",
        "to give letters on",
        "who may handle letters to missions",
        "who may handle letters to missions",
    ),
    Kept(
        "that a mail went to such a mailbox: when, how many letters were in it",
        ("mobilisation_mission_mail.mailbox",),
        "HMAC with a secret key; the rest plain, no writer",
        "a year",
        "so that no mission gets more mails than it should",
        "`writing.mails`",
    ),
)
