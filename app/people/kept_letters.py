"""How long personal data are held: of signatories of letters (see retention.py)."""

from .kept import HASHED, KEYED, PLAIN, SEALED, Kept

_SIGNATORY = "its signatory: withdrawing; erasing; `letters.unconfirmed`, `letters.refused`"

LETTERS = (
    Kept(
        "all that somebody said when signing a letter: organisation, name, title, address, country, language, what was"
        " signed and when, how the mandate was found good",
        ("letters_signatory.sealed",),
        SEALED,
        "until withdrawn; refused: 30 days; unconfirmed: 30 days; erasing leaves an organisation without its person",
        "it is the signature",
        _SIGNATORY,
        "the holder of the link; at the desk who decides mandates; what its signatory made public: everyone",
    ),
    Kept(
        "look-up of the address within one letter",
        ("letters_signatory.email_digest",),
        KEYED,
        "as the signature; erasing deletes it",
        "one address signs a letter once; so that erasing finds it",
        _SIGNATORY,
    ),
    Kept(
        "list, state, how to be shown, version; while it waits since which day, and why",
        (
            "letters_signatory.roll",
            "letters_signatory.state",
            "letters_signatory.visibility",
            "letters_signatory.delayed",
            "letters_signatory.version",
            "letters_signatory.since",
            "letters_signatory.doubts",
        ),
        PLAIN,
        "as the signature; the day and the doubts until it is decided",
        "to count, to show, to decide",
        _SIGNATORY,
        "the desk",
    ),
    Kept(
        "name and title of a person on the public list of a letter",
        ("letters_line.person", "letters_line.title"),
        SEALED,
        "as long as they choose to be public",
        "they chose so",
        "its signatory: hiding, withdrawing, erasing",
        "everyone",
    ),
    Kept(
        "name of who took it back and wished that the list says so",
        ("letters_withdrawal.name",),
        SEALED,
        "as the letter",
        "they wished so",
        "nobody",
        "everyone",
    ),
    Kept(
        "how many signatories of a letter are not named, by country",
        ("letters_figures.sealed",),
        SEALED,
        "as the letter",
        "to tell numbers in tens, and no small ones",
        "nobody",
    ),
    Kept(
        "documents for handing a letter over, and to which office they are addressed",
        ("letters_handover.content", "letters_handover.address"),
        SEALED,
        "24 hours; the document goes at once when somebody in it hides or takes their name back",
        "to hand the letter over",
        "`letters.files`; its signatories: hiding, withdrawing, erasing",
        "who asked for it",
    ),
    Kept(
        "links in mails about a letter",
        ("letters_link.token_digest",),
        HASHED,
        "as the signature; erasing deletes them",
        "a link works as long as what it is about",
        _SIGNATORY,
    ),
    Kept(
        "which mails about a letter went out, and on which day",
        ("letters_mail.kind", "letters_mail.day"),
        PLAIN + ", no content, no address",
        "a week",
        "so that nobody is written to too often",
        "`letters.mails`",
    ),
)
