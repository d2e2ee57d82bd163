"""Mails about a request to correct a claim: one that asks whether it was them, one that says what was decided."""

from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.mail import Letter

from .correction_rules import ASKED, UPHELD


def letter(
    *, state: str, address: str, language: str, token: str, until: date, reason: str | None, discreet: bool
) -> Letter:
    """The mail to who asked, by the request's state: `asked` (confirm that it was you), `upheld` and `declined`.

    `token` is a fresh one from `corrections.new_link`, which works until the day `until`; `reason` is the decision's. A
    discreet one says neither what it is about nor who writes; the page it leads to does.
    """
    with force_locale(language):
        works = _("The page works until %(day)s.", day=i18n.isolated(i18n.format_day(until, language), language))
        if discreet:
            subject, paragraphs, label = _neutral(state, works)
            url = i18n.neutral_url("corrections.door", lang=language, token=token)
            why = _("You get this mail because your address was given to us.")
        else:
            subject, paragraphs, label = _words(state, works, reason)
            url = i18n.site_url("corrections.own", lang=language, token=token)
            why = _("You get this mail because of a request that came with your address.")
    return Letter(
        to=address,
        lang=language,
        subject=subject,
        paragraphs=paragraphs,
        action_label=label,
        action_url=url,
        action_after=len(paragraphs) - 1,
        withdraw_url=None,
        why=why,
        neutral=discreet,
    )


def _words(state: str, works: str, reason: str | None) -> tuple[str, tuple[str, ...], str]:
    if state == ASKED:
        return (
            _("Please confirm your request for a correction"),
            (
                _("We were asked, with your address, to correct a claim about where a state stands."),
                _("It is looked at once you have confirmed that it was you; you get an answer in five working days."),
                _("%(works)s If it was not you, you can say so there, or do nothing.", works=works),
            ),
            _("See the request and confirm it"),
        )
    if state == UPHELD:
        said = _("You asked us to correct a claim about where a state stands. You were right: it is withdrawn.")
    else:
        said = _("You asked us to correct a claim about where a state stands. We have looked at it, and it stands.")
    return (
        _("Your request for a correction is decided"),
        (said, _("This is why: %(reason)s", reason=reason or ""), works),
        _("Read our answer"),
    )


def _neutral(state: str, works: str) -> tuple[str, tuple[str, ...], str]:
    if state == ASKED:
        subject = _("Please open this page")
        first = _("Something was asked for with your address. The page below says what, and asks if it was you.")
    else:
        subject = _("There is an answer for you")
        first = _("Something was asked for with your address, and there is an answer. Open the page below to read it.")
    return subject, (first, works), _("Open the page")
