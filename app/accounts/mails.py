"""Mails to staff."""

from datetime import UTC, datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.kernel import i18n
from app.kernel.mail import Letter

from .models import Invitation, Staff
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


# What is told to the owner of an account, by what the audit log calls it: subject and first sentence.
NEWS = {
    "account.password": (
        lazy("Your password was changed"),
        lazy("The password of your account at the desk was changed, and every other session has ended."),
    ),
    "account.passkey": (
        lazy("A passkey was added"),
        lazy("A passkey was added to your account at the desk. Whoever holds it can sign in as you."),
    ),
    "account.passkey-removed": (
        lazy("A passkey was removed"),
        lazy("A passkey was removed from your account at the desk. It opens your account no longer."),
    ),
    "account.totp": (
        lazy("An authenticator app was set up"),
        lazy("An authenticator app was set up for your account at the desk. Only its codes hold from now on."),
    ),
    "account.totp-removed": (
        lazy("The authenticator app was removed"),
        lazy("The authenticator app was removed from your account at the desk. Its codes hold no longer."),
    ),
    "account.recovery-codes": (
        lazy("New recovery codes were made"),
        lazy("Ten new recovery codes were made for your account at the desk. Earlier ones hold no longer."),
    ),
    "account.recovery-used": (
        lazy("A recovery code was used"),
        lazy("A recovery code was used to prove that it is you at the desk. It holds no longer."),
    ),
    "staff.reset-factor": (
        lazy("Your ways in were taken away"),
        lazy("An administrator has taken away the password, passkeys and codes of your account at the desk."),
    ),
    "staff.set-up-anew": (
        lazy("Your account was set up anew"),
        lazy("Your account at the desk was set up anew, by the link that was made for it."),
    ),
}


def news_letter(account: Staff, action: str, at: datetime) -> Letter:
    """The mail that tells the owner of an account what was done to it, and when. Raises KeyError for what is no news
    (NEWS)."""
    lang = account.language
    with force_locale(lang):
        subject, what = (str(words) for words in NEWS[action])
        moment = at.astimezone(UTC)
        when = _(
            "It was done on %(day)s at %(time)s UTC.", day=i18n.format_day(moment.date(), lang), time=f"{moment:%H:%M}"
        )
        if_not = _(
            "If that was you, there is nothing to do. If not, somebody else is in your account: tell an administrator"
            " at once, who can shut it and send you a link to begin anew."
        )
        label = _("Look at your account")
        why = _("You get this mail because you work at the desk. It comes whenever a way into your account changes.")
    return Letter(
        to=account.email,
        lang=lang,
        subject=subject,
        paragraphs=(f"{what} {when}", if_not),
        action_label=label,
        action_url=i18n.site_url("own.me", lang=lang),
        action_after=1,
        why=why,
    )
