"""Mails about a signatory, as data. Where a telling word in a mailbox may do harm they say nothing but where to
look."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.mail import Letter as Mail


def signatory_mail(
    kind: str, *, address: str, language: str, name: str, person: str, letter: str, token: str, discreet: bool
) -> Mail:
    """The mail of a kind (models.MAIL_KINDS) in the signer's language. `name` is the name under the letter, `letter`
    its title, `token` a fresh one from `operations.new_link`. A discreet one holds none of these but the link."""
    with force_locale(language):
        if discreet:
            return _neutral(kind, address, language, token)
        url = i18n.site_url("letters.own", lang=language, token=token)
        if i18n.BY_CODE[language].dir == "rtl":
            name, person, letter = (f"\u2068{part}\u2069" for part in (name, person, letter))
        subject, paragraphs, label = _words(kind, name, letter)
        hello = _("Dear %(person)s,", person=person)
        return Mail(
            to=address,
            lang=language,
            subject=subject,
            paragraphs=(hello, *paragraphs),
            action_label=label,
            action_url=url,
            action_after=1,
            why=_(
                "You get this mail because a letter was signed with your address. The link goes on working: behind it"
                " you can change how you are shown, or withdraw, at any time."
            ),
        )


def _words(kind: str, name: str, letter: str) -> tuple[str, tuple[str, ...], str]:
    said = {"letter": letter, "name": name}
    if kind == "confirm":
        return (
            _("Please confirm: %(letter)s", **said),
            (
                _("the letter “%(letter)s” was signed for %(name)s with your address. It does not count yet.", **said),
                _("If this was not you, open the same page and have it deleted."),
            ),
            _("Open the page to confirm"),
        )
    open_page = _("Open your page")
    texts = {
        "repeat": (
            _("You have signed before: %(letter)s", **said),
            _("%(name)s stands under the letter “%(letter)s” already. Your page says how.", **said),
        ),
        "waiting": (
            _("We look at it: %(letter)s", **said),
            _("thank you for confirming. Before %(name)s is counted, somebody looks at whether you may sign.", **said),
        ),
        "counted": (
            _("You count: %(letter)s", **said),
            _("%(name)s now counts under the letter “%(letter)s”. Your page has a receipt.", **said),
        ),
        "refused": (
            _("Not counted: %(letter)s", **said),
            _("%(name)s could not be counted under the letter “%(letter)s”. Your page says why.", **said),
        ),
        "asked": (
            _("A question to you: %(letter)s", **said),
            _("before %(name)s can be counted under the letter “%(letter)s” we have a question to you.", **said),
        ),
        "moved": (
            _("You stand in the other list: %(letter)s", **said),
            _(
                "under the letter “%(letter)s” you now stand in the other list, as %(name)s. How you are shown there is"
                " yours to choose: your page says how it is now.",
                **said,
            ),
        ),
        "reaffirm": (
            _("The text has changed: %(letter)s", **said),
            _(
                "the letter “%(letter)s” has a new version. %(name)s stands under the version that you signed until"
                " you say on your page that you sign the new one, too.",
                **said,
            ),
        ),
        "withdrawn": (
            _("Withdrawn: %(letter)s", **said),
            _("%(name)s no longer stands under the letter “%(letter)s”.", **said),
        ),
    }
    subject, paragraph = texts[kind]
    return subject, (paragraph,), open_page


def _neutral(kind: str, address: str, language: str, token: str) -> Mail:
    subject, paragraph = _("There is something new"), _("There is something new. Open the page below to read it.")
    if kind == "confirm":
        subject = _("Please confirm your address")
        paragraph = _("Somebody entered your address on a page. Open it to confirm, or to have everything deleted.")
    url = i18n.neutral_url("letters_neutral.page", lang=language, token=token)
    return Mail(
        to=address,
        lang=language,
        subject=subject,
        paragraphs=(paragraph,),
        action_label=_("Open the page"),
        action_url=url,
        action_after=0,
        withdraw_url=url,
        neutral=True,
    )
