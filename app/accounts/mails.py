"""Mails to staff."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.mail import Letter

from .models import Invitation
from .roles import role_name


def invitation_letter(invitation: Invitation, address: str, place: str | None, token: str) -> Letter:
    """The mail with the link of an invitation. `place` is the name of the campaign; None: the whole site, or an account
    that is set up anew."""
    lang = invitation.language
    with force_locale(lang):
        site = i18n.site_url("site.home", lang=lang)
        if invitation.staff_id:
            subject = _("Set up your way in anew")
            first = _(
                "An administrator has taken away your password, passkeys and codes, as you asked. The link below lets"
                " you set them up anew. If you did not ask for this, tell an administrator at once."
            )
            label = _("Set up anew")
        else:
            subject = _("You are invited to work with us")
            what = {"role": role_name(invitation.role), "place": place or site}
            first = _("You are invited to work as %(role)s at the desk of %(place)s.", **what)
            label = _("Accept the invitation")
        second = _("The link works once, for seven days. Give it to nobody.")
        why = _("You get this mail because a colleague entered your address at the desk.")
    return Letter(
        to=address,
        lang=lang,
        subject=subject,
        paragraphs=(first, second),
        action_label=label,
        action_url=i18n.site_url("invitations.page", lang=lang, token=token),
        action_after=1,
        why=why,
    )
