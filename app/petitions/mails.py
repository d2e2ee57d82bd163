"""Mails about a signature, from the campaign's own words."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.campaigns.queries import UpdateView, mail_text
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


def update_letter(update: UpdateView, *, campaign: str, address: str, language: str, token: str) -> Letter:
    """The mail that tells a signer who asked for news of an update, in the language they signed in.

    `campaign` is the campaign's slug; `token` a fresh one from `operations.new_link`.
    """
    with force_locale(language):
        label = _("Read the news")
    return Letter(
        to=address,
        lang=language,
        subject=update.title,
        paragraphs=(update.description,),
        action_label=label,
        action_url=i18n.site_url("updates.update", lang=language, campaign=campaign, update=update.slug),
        action_after=0,
        withdraw_url=i18n.site_url("petitions.signature", lang=language, token=token) + "#withdraw",
        news_url=i18n.site_url("news.end", lang=language, token=token),
    )
