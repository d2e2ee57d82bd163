"""Mails about a signature, from the campaign's own words."""

from app.campaigns.queries import mail_text
from app.kernel import i18n
from app.kernel.mail import Letter


def signature_letter(
    kind: str, *, campaign_id: int, address: str, name: str, petition: str, language: str, token: str
) -> Letter:
    """The mail of a kind (`confirm`, `reminder`, `repeat`) to a signer, in the language they signed in.

    `petition` is the petition's title in that language; `token` a fresh one from `operations.new_link`.
    """
    words = mail_text(campaign_id, kind, language)
    if i18n.BY_CODE[language].dir == "rtl":
        # A Latin name must not turn the line round, nor draw the comma to its side (UAX #9, 2.7).
        name = f"\u2068{name}\u2069"
    fields = {"name": name, "petition": petition, "action": "{action}"}
    paragraphs = words.body.format(**fields).split("\n\n")
    place = paragraphs.index("{action}")
    url = i18n.site_url("petitions.signature", lang=language, token=token)
    return Letter(
        to=address,
        lang=language,
        subject=words.subject.format(**fields),
        paragraphs=tuple(p for p in paragraphs if p != "{action}"),
        action_label=words.action,
        action_url=url,
        action_after=place - 1,
        withdraw_url=f"{url}#withdraw",
    )
