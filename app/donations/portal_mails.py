"""The mail that leads a donor to their monthly gifts. Neither its subject nor its words say what it is about."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.mail import Letter


def link(*, address: str, language: str, campaign: str, token: str) -> Letter:
    """The mail with the link that was asked for; `campaign` is a slug, `token` that of the link."""
    with force_locale(language):
        return Letter(
            to=address,
            lang=language,
            subject=_("The link that you asked for"),
            paragraphs=(
                _("Somebody asked for this page with your address. If it was not you, there is nothing to do."),
                _("The link works for one day. It is for you alone: please do not pass it on."),
            ),
            action_label=_("Open the page"),
            action_url=i18n.site_url("giving.mine", lang=language, campaign=campaign, token=token),
            action_after=0,
            why=_("You get this mail because your address was given to us."),
        )
