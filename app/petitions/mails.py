"""Mails about a signature, from the campaign's own words."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.campaigns.queries import MailWords, mail_text
from app.campaigns.update_queries import UpdateView
from app.kernel import i18n
from app.kernel.mail import Letter


def signature_letter(
    kind: str,
    *,
    campaign_id: int,
    address: str,
    name: str,
    petition: str,
    language: str,
    token: str,
    discreet: bool,
    further: str | None = None,
) -> Letter:
    """The mail of a kind (`confirm`, `reminder`, `repeat`) to a signer, in the language they signed in.

    The campaign's own words are in `further`, the language besides the six that they read in, where it has them; what
    stands around them is in the page's. `petition` is the title of the text they signed; `token` a fresh one from
    `operations.new_link`. A discreet one holds neither title nor name, but the campaign's neutral words.
    """
    if discreet:
        return _neutral_letter(kind, campaign_id, address, language, further, token)
    words, spoken = _words(campaign_id, kind, language, further)
    if i18n.EVERY[spoken].dir == "rtl":
        # A Latin name must not turn the line round, nor draw the comma to its side (UAX #9, 2.7).
        name = f"\u2068{name}\u2069"
    if further:
        # The title may be in another language than what stands around it.
        petition = f"\u2068{petition}\u2069"
    fields = {"name": name, "petition": petition, "action": "{action}"}
    paragraphs, place = _around_the_button(words.body.format(**fields))
    url = i18n.site_url("petitions.signature", lang=language, token=token)
    return Letter(
        to=address,
        lang=language,
        subject=words.subject.format(**fields),
        paragraphs=paragraphs,
        action_label=words.action,
        action_url=url,
        action_after=place,
        withdraw_url=f"{url}#withdraw",
        words_lang=spoken,
    )


def _words(campaign_id: int, kind: str, language: str, further: str | None) -> tuple[MailWords, str]:
    """The words of a mail and the language they are in."""
    if further:
        try:
            return mail_text(campaign_id, kind, further), further
        except LookupError:
            pass
    return mail_text(campaign_id, kind, language), language


def _neutral_letter(
    kind: str, campaign_id: int, address: str, language: str, further: str | None, token: str
) -> Letter:
    words, spoken = _words(campaign_id, f"{kind}-neutral", language, further)
    paragraphs, place = _around_the_button(words.body.format(action="{action}"))
    url = i18n.neutral_url("neutral.page", lang=language, token=token)
    return Letter(
        to=address,
        lang=language,
        subject=words.subject,
        paragraphs=paragraphs,
        action_label=words.action,
        action_url=url,
        action_after=place,
        withdraw_url=url,
        neutral=True,
        words_lang=spoken,
    )


def _around_the_button(body: str) -> tuple[tuple[str, ...], int]:
    paragraphs = body.split("\n\n")
    place = paragraphs.index("{action}")
    return tuple(p for p in paragraphs if p != "{action}"), place - 1


def update_letter(
    update: UpdateView, *, campaign: str, address: str, language: str, token: str, discreet: bool
) -> Letter:
    """The mail that tells a signer who asked for news of an update, in the language they signed in; the update itself
    may be in one besides the six.

    `campaign` is the campaign's slug; `token` a fresh one from `operations.new_link`. A discreet one says only that
    there is something new.
    """
    if discreet:
        return _neutral_update(address, language, token)
    with force_locale(language):
        label = _("Read the news")
    return Letter(
        to=address,
        lang=language,
        subject=update.title,
        paragraphs=(update.description,),
        action_label=label,
        action_url=update_address(language, campaign, update),
        action_after=0,
        withdraw_url=i18n.site_url("petitions.signature", lang=language, token=token) + "#withdraw",
        news_url=i18n.site_url("news.end", lang=language, token=token),
        words_lang=update.language,
        action_lang=language,
    )


def update_address(language: str, campaign: str, update: UpdateView) -> str:
    """Where an update is read in the frame of a language."""
    place = {"lang": language, "campaign": campaign, "update": update.slug}
    if update.language == language:
        return i18n.site_url("updates.update", **place)
    return i18n.site_url("updates.update_in", code=update.language, **place)


def _neutral_update(address: str, language: str, token: str) -> Letter:
    with force_locale(language):
        subject = _("There is something new")
        paragraph = _("You asked to be told when there is something new. Open the page below to read it.")
        label = _("Open the page")
    return Letter(
        to=address,
        lang=language,
        subject=subject,
        paragraphs=(paragraph,),
        action_label=label,
        action_url=i18n.neutral_url("neutral.news", lang=language, token=token),
        action_after=0,
        withdraw_url=i18n.neutral_url("neutral.page", lang=language, token=token),
        news_url=i18n.neutral_url("neutral.end_news", lang=language, token=token),
        neutral=True,
    )
