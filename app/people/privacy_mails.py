"""Mails about a request: one that asks for the proof, one that says what came of it. Neutral where that is safer."""

from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.mail import Letter

from . import holdings
from .privacy_rules import ASKED, DONE


def request_letter(
    *, kind: str, state: str, address: str, language: str, token: str, until: date, on: date | None, discreet: bool
) -> Letter:
    """The mail to a request's person, by its state: `asked` (prove that it was you), `done` and `refused`.

    `token` is a fresh one from `privacy.new_link`, which works until the day `until`; `on` is the day on which it was
    done. A discreet one says neither what it is about nor who writes; the page it leads to does.
    """
    with force_locale(language):
        last = _day(until, language)
        if discreet:
            subject, paragraphs, label, why = _neutral(state, last)
            url = i18n.neutral_url("privacy.door", lang=language, token=token)
        else:
            subject, paragraphs, label = _words(kind, state, last, on and _day(on, language))
            why = _("You get this mail because of a request that came with your address.")
            url = i18n.site_url("privacy.page", lang=language, token=token)
    return Letter(
        to=address,
        lang=language,
        subject=subject,
        paragraphs=paragraphs,
        action_label=label,
        action_url=url,
        action_after=len(paragraphs) - 2,
        withdraw_url=None,
        why=why,
        neutral=discreet,
    )


def _day(day: date, language: str) -> str:
    return i18n.isolated(i18n.format_day(day, language), language)


def what(kind: str) -> str:
    """What was asked for, as its person is told, in the present language."""
    return {
        "access": _("to be given everything that we hold about you"),
        "correct": _("to have what we hold about you corrected"),
        "erase": _("to have what we hold about you erased"),
        "restrict": _("to keep what we hold about you, and to show and use it no more"),
        "lift": _("to show and use again what we hold about you"),
        "object": _("to get no more mails from us"),
    }[kind]


def _words(kind: str, state: str, last: str, on: str | None) -> tuple[str, tuple[str, ...], str]:
    works = _("The page works until %(day)s.", day=last)
    if state == ASKED:
        return (
            _("Please confirm your request about your data"),
            (
                _("We were asked, with your address, %(what)s.", what=what(kind)),
                _("Nothing is given and nothing is changed before you have confirmed that it was you."),
                _("%(works)s If it was not you, you can say so there, or do nothing.", works=works),
            ),
            _("See the request and confirm it"),
        )
    if state == DONE:
        done = {
            "access": _("On %(day)s we made ready all that we hold about you. You can read and keep it.", day=on),
            "correct": _("On %(day)s we corrected what we hold about you, as you asked.", day=on),
            "erase": _("On %(day)s we erased what we hold about you, as you asked. This is our last mail.", day=on),
            "restrict": _(
                "Since %(day)s what we hold about you is kept, and shown and used no more, as you asked. It stays so"
                " until you ask us to lift it.",
                day=on,
            ),
            "lift": _("Since %(day)s what we hold about you is shown and used again, as you asked.", day=on),
            "object": _("On %(day)s we ended all mails to you, as you asked. This is our last mail.", day=on),
        }[kind]
        kept = holdings.remainders() if kind == "erase" else []
        return _("Your request about your data is done"), (done, *kept, works), _("See what was done")
    return (
        _("Your request about your data"),
        (_("On %(day)s we decided not to do what you asked. The page says why, and what you can do.", day=on), works),
        _("Read our answer"),
    )


def _neutral(state: str, last: str) -> tuple[str, tuple[str, ...], str, str]:
    works = _("The page works until %(day)s.", day=last)
    if state == ASKED:
        subject = _("Please open this page")
        first = _("Something was asked for with your address. The page below says what, and asks if it was you.")
    else:
        subject = _("There is an answer for you")
        first = _("Something was asked for with your address, and there is an answer. Open the page below to read it.")
    return subject, (first, works), _("Open the page"), _("You get this mail because your address was given to us.")
