"""How long personal data are held: of contacts, of lists of them, of what they choose (see retention.py)."""

from .kept import HASHED, PLAIN, Kept

CONTACTS = (
    Kept(
        "which lines of an uploaded list are one organisation",
        ("people_import_key.key", "people_import_key.line"),
        "a short digest of names, and of keyed digests of domains",
        "as the list",
        "to find out while it is tried out",
        "whoever uploaded it; `people.imports`",
    ),
    Kept(
        "that somebody left a campaign's mails, or came back to them",
        ("people_consent.campaign", "people_consent.act"),
        PLAIN + ", no name; only added to, a trigger refuses change",
        "as the person, who stays known while they want no more",
        "so that the campaign writes to them no more, whatever list they come by",
        "erasing or forgetting its person, and nothing else",
        "the holder of a proved request; themselves, by a link in a fresh mail",
    ),
    Kept(
        "links in mails by which somebody chooses what they get",
        ("mobilisation_choice_link.token_digest", "mobilisation_choice_link.person_id"),
        HASHED + "; the id of whom the mail went to",
        "7 days",
        "to show what they agreed to, and to let them change it",
        "erasing; `mobilisation.choices`",
    ),
)
