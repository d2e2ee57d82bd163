"""How long personal data are held: of mandates under letters, and of invitations to sign them (see retention.py)."""

from .kept import HASHED, KEYED, PLAIN, SEALED, Kept

MANDATES = (
    Kept(
        "which signatories of a letter may be one",
        ("letters_pairs.sealed",),
        SEALED,
        "until somebody decided, or one of them withdrew and the letter is compared again",
        "so that nobody counts twice",
        "its signatory: withdrawing, erasing; comparing anew",
        "at the desk who decides mandates; masked as in every list",
    ),
    Kept(
        "how many confirmed for organisations from one network in a day",
        ("letters_origin.network",),
        KEYED + "; a sum, which leads to no signatory",
        "two days",
        "to find floods of false sign-ons",
        "`letters.origins`",
    ),
    Kept(
        "who in an organisation was invited to sign a letter, and on which day",
        ("letters_invitation.position_id", "letters_invitation.asked_on", "letters_invitation.sent"),
        PLAIN + ": ids; not whether the link was opened or anything was signed",
        "as their place in the organisation; 30 days after the letter's end",
        "so that nobody is invited twice",
        "whoever takes them out; erasing; `letters.invitations`",
    ),
    Kept(
        "links in invitations to sign a letter",
        ("letters_invitation.token_digest",),
        HASHED,
        "as the invitation",
        "to fill the form for who was invited",
        "whoever takes them out; erasing; `letters.invitations`",
    ),
)
