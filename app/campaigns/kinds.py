"""The kinds of documents that a pack holds, and what each must have."""

from dataclasses import dataclass

MAILS = ("confirm", "reminder", "repeat", "confirm-neutral", "reminder-neutral", "repeat-neutral")
# Pages that the site itself leads to.
NEEDED_PAGES = ("call", "about", "safety", "privacy")
# Pages that stand at the foot of each page and not in the menu.
FOOTER_PAGES = ("about", "safety", "privacy")
LONGEST_DESCRIPTION = 180


@dataclass(frozen=True)
class Kind:
    """`fields` are the keys of the front matter, in order; `blocks` the ids a body must have, () for any."""

    name: str
    fields: tuple[str, ...]
    blocks: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


KINDS = {
    kind.name: kind
    for kind in (
        Kind("campaign", ("name", "tagline", "share"), ("tell",)),
        Kind("pages", ("title", "description")),
        Kind("updates", ("title", "description")),
        Kind("petitions", ("title", "addressees"), ("text",), ("closing",)),
        Kind("letters", ("title", "addressees"), ("text",)),
        # The last three are letters to missions, which help a person to write (mobilisation/writing).
        Kind("asks", ("title",), ("ask",), ("path", "thank", "request", "answer")),
        Kind("mails", ("subject", "action"), ("body",)),
    )
}
CAMPAIGN = "campaign"
# What a campaign may say in further languages: share texts, pages, news, petitions, and mails. What is asked for, and
# letters, are said in the six.
FURTHER_KINDS = (CAMPAIGN, "pages", "updates", "petitions", "mails")


def file_name(kind: str, slug: str, language: str) -> str:
    """Where a document stands in its pack."""
    return f"{kind}/{language}.md" if kind == CAMPAIGN else f"{kind}/{slug}/{language}.md"
