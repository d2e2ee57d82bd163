"""The mail that invites somebody to sign a letter for their organisation."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.mail import Letter as Mail


def invitation(
    *,
    address: str,
    language: str,
    campaign: str,
    letter: str,
    title: str,
    organisation: str,
    network: str,
    token: str,
    discreet: bool,
) -> Mail:
    """The mail with a personal link; a discreet one names neither letter nor organisation nor network, and is sent by
    the neutral sender. `title` may be in another language than `language`."""
    place = {"lang": language, "campaign": campaign, "letter": letter, "token": token}
    with force_locale(language):
        if discreet:
            subject = _("Please open this page")
            paragraphs = (
                _("There is something for you to read and to decide. Nobody decides in your place."),
                _("If you do not wish to, there is nothing to do. The page also says how to get no more such mails."),
            )
            label, why = _("Open the page"), _("You get this mail because your address was given to us.")
            url = i18n.neutral_url("invited.door", lang=language, token=token)
        else:
            names = {
                "network": _apart(network, language),
                "organisation": _apart(organisation, language),
                "title": _apart(title, language),
            }
            subject = _("A letter for your organisation to sign")
            paragraphs = (
                _("%(network)s invites %(organisation)s to sign the letter “%(title)s”.", **names),
                _(
                    "The page below shows the letter and a form with what we know of your organisation. Please check"
                    " it, and sign only if you are authorised to. Nobody is signed by anybody else."
                ),
                _(
                    "If you do not wish to sign, or have signed, there is nothing to do. The page also says how to get"
                    " no more invitations."
                ),
            )
            label = _("Read the letter")
            why = _("You get this mail because you agreed to get letters to sign from %(network)s.", **names)
            url = i18n.site_url("invited.page", **place)
    return Mail(
        to=address,
        lang=language,
        subject=subject,
        paragraphs=paragraphs,
        action_label=label,
        action_url=url,
        action_after=1 if not discreet else 0,
        why=why,
        neutral=discreet,
    )


def _apart(text: str, language: str) -> str:
    """A name that may be in another script than the mail: it turns no line round (UAX #9, 2.7)."""
    return f"\u2068{text}\u2069" if i18n.EVERY[language].dir == "rtl" else text
