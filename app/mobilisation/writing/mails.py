"""Mails of "Write to your mission": to the writer, to confirm; to the mission; to an organisation that passes on."""

from email.utils import make_msgid, parseaddr
from textwrap import indent

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.kernel import clock, i18n
from app.kernel.mail import Letter, Message, on_the_wire

from . import words
from .models import MissionLetter, Target

SITE = "Plenary"
RULE = "–" * 20


def confirmation(
    *, address: str, language: str, token: str, state: str, until, discreet: bool, digests: bool = False
) -> Letter:
    """The mail that asks a writer whether the letter is theirs. `token` is a fresh one from `operations.new_link`;
    `state` is what the state is called, `digests` whether its mission gets digests only. A discreet one says neither
    what it is about nor who writes."""
    with force_locale(language):
        works = _("The page works until %(day)s.", day=i18n.isolated(i18n.format_day(until, language), language))
        if discreet:
            subject = _("Please open this page")
            paragraphs = (
                _("Something was asked for with your address. The page below says what, and asks if it was you."),
                works,
            )
            label, why = _("Open the page"), _("You get this mail because your address was given to us.")
            url = i18n.neutral_url("writing.door", lang=language, token=token)
        else:
            subject = _("Please confirm your letter")
            paragraphs = (
                _("A letter to a mission was written with your address (%(state)s).", state=state),
                _("It is sent once you have confirmed that it is yours, in one mail with everybody's own words.")
                if digests
                else _(
                    "It is sent once you have confirmed that it is yours. Whoever answers it answers to your address."
                ),
                _("%(works)s If it was not you, you can say so there, or do nothing.", works=works),
            )
            label, why = (
                _("Read the letter and confirm it"),
                _("You get this mail because your address was given to us."),
            )
            url = i18n.site_url("writing.own", lang=language, token=token)
    return Letter(
        to=address,
        lang=language,
        subject=subject,
        paragraphs=paragraphs,
        action_label=label,
        action_url=url,
        action_after=len(paragraphs) - 1,
        why=why,
        neutral=discreet,
    )


def single(letter: MissionLetter, to: str, state: str) -> Message:
    """One letter to a mission at the address `to`: from our own address, with the writer's to reply to. Their own words
    come first. `state` is what the state is called in the mission's language."""
    with force_locale(letter.mission_language):
        said = [
            _(
                "%(name)s wrote this through %(site)s and has confirmed the address that a reply goes to.",
                name=letter.name or "",
                site=SITE,
            )
        ]
        if letter.lives_there:
            said.append(_("The writer says: I live there (%(state)s).", state=state))
        said += [_for_the_mission(), current_app.config["SITE_URL"]]
    body = "\n\n".join(part for part in (letter.own, letter.body, letter.name) if part)
    return _message(to, letter.subject, f"{body}\n\n{RULE}\n" + "\n".join(said), letter.mission_language, letter.email)


def digest(letters: list[MissionLetter], to: str, language: str, titles: dict[str, str]) -> Message:
    """Many letters to a mission in one mail: how many, each one's own words and name, and the letters below those words
    once each. `titles` are what the asks are called in the mission's `language`. A reply goes to us."""
    number = len(letters)
    with force_locale(language):
        subject = ngettext(
            "%(count)s letter to your mission",
            "%(count)s letters to your mission",
            number,
            count=i18n.plain_number(number),
        )
        parts = [
            ngettext(
                "%(count)s person has written to you through %(site)s. This is one mail in place of as many letters.",
                "%(count)s people have written to you through %(site)s. This is one mail in place of as many letters.",
                number,
                count=i18n.plain_number(number),
                site=SITE,
            )
        ]
        for ask in dict.fromkeys(one.ask for one in letters):
            parts.append(f"{RULE}\n{titles.get(ask, ask)}")
            parts += _grouped([one for one in letters if one.ask == ask])
        parts.append(f"{RULE}\n{_for_the_mission()}\n{current_app.config['SITE_URL']}")
    return _message(to, subject, "\n\n".join(parts), language, _our_address())


def passing_on(
    letters: list[MissionLetter],
    to: str,
    language: str,
    states: dict[str, str],
    titles: dict[str, str],
    targets: dict[int, Target],
) -> Message:
    """The letters that an organisation at `to` is asked to take on, grouped by where they go (of `targets` by id, with
    office and mailbox) and ask; nobody's name is in it, and the subject says nothing."""
    with force_locale(language):
        parts = [
            _(
                "These letters were given to you to be taken on to missions."
                " Their writers have left no name; please add none."
            ),
        ]
        for place in dict.fromkeys(map(_place, letters)):
            state, target_id, ask = place
            to_whom = [states.get(state, state)]
            if there := targets.get(target_id):
                to_whom += [str(words.PLACES[there.place]), there.email]
            parts.append(f"{RULE}\n{i18n.comma(language).join(to_whom)}\n{titles.get(ask, ask)}")
            parts += _grouped([one for one in letters if _place(one) == place])
        subject = _("There is something new")
    return _message(to, subject, "\n\n".join(parts), language, _our_address(), neutral=True)


def _place(letter: MissionLetter) -> tuple[str, int | None, str]:
    return letter.state, letter.target_id, letter.ask


def _grouped(letters: list[MissionLetter]) -> list[str]:
    """Own words with the names below them; a letter that many sent stands once, after the words of all who sent it."""
    parts = []
    for body in dict.fromkeys(one.body for one in letters):
        those = [one for one in letters if one.body == body]
        for one in those:
            parts.append("\n".join(filter(None, (f"* {_inwards(one.own)[2:]}", one.name and f"  {one.name}"))))
        if body:
            said = ngettext(
                "The letter below these words (%(count)s):",
                "The letter below these words (%(count)s):",
                len(those),
                count=i18n.plain_number(len(those)),
            )
            parts.append(f"{said}\n\n{_inwards(body)}")
    return parts


def _inwards(words: str) -> str:
    """Somebody's words, each line two spaces in: what stands at its beginning is ours, so nobody writes for others."""
    return indent(words, "  ")


def _for_the_mission() -> str:
    said = _("If you would rather have all letters of a day in one mail, or none, please tell us; we heed it.")
    ours = _our_address()
    return f"{said} {ours}" if ours else said


def _our_address() -> str | None:
    controller = current_app.config["CONTROLLER"]
    return controller.email if controller else None


def _message(to: str, subject: str, body: str, language: str, reply_to: str | None, neutral: bool = False) -> Message:
    sender = current_app.config["MAIL_NEUTRAL_SENDER" if neutral else "MAIL_DEFAULT_SENDER"]
    message = Message(
        subject=subject,
        recipients=[on_the_wire(to)],
        body=body,
        sender=sender,
        reply_to=on_the_wire(reply_to) if reply_to else None,
        date=clock.now().timestamp(),
        extra_headers={"Content-Language": language},
    )
    message.msgId = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    return message
