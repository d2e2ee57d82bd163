"""The mails of receipts and statements, as data. Where a telling word in a mailbox may do harm they hold nothing but a
link, and no file."""

import hashlib
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.mail import Letter

from . import paper, stamps, words
from .records import Receipt, Statement
from .stamps import Stamp


def receipt_mail(receipt: Receipt) -> Letter:
    """The thanks for a payment, with its receipt."""
    link = stamps.word(Stamp(stamps.RECEIPT, receipt.payment_id))
    once = key(f"receipt {receipt.line.number}", link)
    if receipt.discreet:
        return neutral(receipt, link, once)
    with force_locale(receipt.language):
        amount, line = words.money(receipt.line.given, receipt.language), receipt.line
        thanks = _("thank you for your gift of %(amount)s for “%(purpose)s”. It has arrived.", **_said(amount, line))
        subject = _("Thank you: receipt %(number)s", number=words.code(line.number, receipt.language))
        return Letter(
            to=receipt.address,
            lang=receipt.language,
            subject=marked(subject, receipt.livemode),
            paragraphs=(*hello(receipt, thanks), *_monthly(receipt), *_after(receipt)),
            facts=words.receipt_facts(receipt),
            action_label=_("Open the receipt"),
            action_url=i18n.site_url("receipts.page", lang=receipt.language, token=link),
            action_after=len(hello(receipt, thanks)) - 1,
            why=_("You get this mail because money was given with your address."),
            reply_to=receipt.organisation.reply_to or None,
            key=once,
            files=(paper.receipt_file(receipt),),
        )


def statement_mail(statement: Statement, now: datetime) -> Letter:
    """What somebody gave in a year."""
    link = stamps.word(Stamp(stamps.STATEMENT, statement.id))
    once = key(f"statement {statement.id} {now:%Y%m%d}", link)
    if statement.discreet:
        return neutral(statement, link, once)
    with force_locale(statement.language):
        year = i18n.isolated(str(statement.year), statement.language)
        first = _("this is what you gave in %(year)s, with what was given back taken off. Thank you.", year=year)
        rows = tuple(words.row(line, statement.language) for line in statement.lines)
        begins = hello(statement, first)
        return Letter(
            to=statement.address,
            lang=statement.language,
            subject=marked(_("Your gifts in %(year)s", year=year), statement.livemode),
            paragraphs=(*begins, *rows, *_after(statement)),
            facts=words.statement_facts(statement),
            action_label=_("Open the statement"),
            action_url=i18n.site_url("receipts.page", lang=statement.language, token=link),
            action_after=len(begins) - 1,
            why=_("You get this mail because money was given with your address."),
            reply_to=statement.organisation.reply_to or None,
            key=once,
            files=(paper.statement_file(statement),),
        )


def _said(amount: str, line) -> dict[str, str]:
    return {"amount": amount, "purpose": line.purpose}


def hello(of, first: str) -> tuple[str, ...]:
    """How a mail begins: that it is a test, whom it is to, by the `name` and `language` of what it is `of`, and the
    `first` words."""
    mark = words.test_mark(of.livemode)
    dear = _("Dear %(person)s,", person=words.own(of.name, of.language)) if of.name else _("Dear friend,")
    return (*((mark,) if mark else ()), dear, first)


def _monthly(receipt: Receipt) -> tuple[str, ...]:
    if not receipt.line.monthly:
        return ()
    url = i18n.site_url("giving.monthly", lang=receipt.language, campaign=receipt.line.campaign)
    return (_("You give every month. Here you can change or end it at any time: %(address)s", address=url),)


def _after(of: Receipt | Statement) -> tuple[str, ...]:
    """What the law wants said."""
    return (of.organisation.words,) if of.organisation.words else ()


def marked(subject: str, livemode: bool) -> str:
    """A subject; of what moved no money it says so."""
    return subject if livemode else _("[Test mode] %(subject)s", subject=subject)


def key(what: str, link: str) -> str:
    """A Message-ID that is the same however often one mail goes out, and that nobody can make the link of."""
    return hashlib.sha256(f"{what}\0{link}".encode()).hexdigest()[:40]


def neutral(of: Receipt | Statement, link: str, key: str) -> Letter:
    """A mail that says nothing but that there is a page to open: `link` is the word of a stamp."""
    with force_locale(of.language):
        return Letter(
            to=of.address,
            lang=of.language,
            subject=_("There is something new"),
            paragraphs=(_("There is something new. Open the page below to read it."),),
            action_label=_("Open the page"),
            action_url=i18n.neutral_url("receipts.door", lang=of.language, token=link),
            action_after=0,
            why=_("You get this mail because your address was given to us."),
            neutral=True,
            key=key,
        )
