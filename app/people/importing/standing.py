"""What a line of a list says of whether somebody may be written to, and since when: in the words of other programs and
of people. Pure."""

import re
from datetime import date, timedelta

from app.kernel import clock

# How Google Contacts writes several values into one cell.
SEVERAL = " ::: "
_PARTS = re.compile(r" ::: |[,;/|،؛]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


# Who may be written to.
_MAY = _words(
    "subscribed|enabled|active|confirmed|verified|opted in|opt in|optin|yes|y|true|1|abonné|abonnée|inscrit|inscrite|"
    "actif|oui|suscrito|suscrita|activo|activa|sí|si|подписан|подписана|активен|активна|да|مشترك|مشتركة|نشط|نعم|"
    "已订阅|订阅|有效|是"
)
# Who may not, and may be asked again: listmonk, Mailchimp, Action Network, and the noes of six languages.
_LEFT = _words(
    "disabled|unconfirmed|pending|archived|non subscribed|nonsubscribed|not subscribed|never subscribed|no|n|false|0|"
    "non|нет|لا|否"
)
# A column that says of each whether they left may also say that they did not.
_NO = _words("no|n|false|0|non|нет|لا|否|-|–|—")
# Of these, those whose address is never to be written to again, and why (a reason of models.SUPPRESSION_REASONS).
_SILENT = {
    word: reason
    for reason, words in (
        ("bounced", "bounced|bouncing|hard bounce|hard bounced|previous bounce|cleaned|invalid|undeliverable"),
        ("complained", "complained|complaint|spam complaint|previous spam complaint|spam|abuse"),
        (
            "unsubscribed",
            "unsubscribed|unsubscribe|blocklisted|blacklisted|opted out|opt out|optout|suppressed|blocked|removed|"
            "do not contact|do not email|do not mail|désabonné|désabonnée|désinscrit|désinscrite|dado de baja|"
            "dada de baja|baja|отписан|отписана|отписался|отписалась|ألغى الاشتراك|ألغت الاشتراك|ملغى|已退订|退订|"
            "取消订阅",
        ),
    )
    for word in _words(words)
}
REASONS = ("unsubscribed", "bounced", "complained")
_ISO = re.compile(r"(\d{4})([-/.])(\d\d?)\2(\d\d?)(?!\d)")
_OTHER = re.compile(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})(?!\d)")
_SERIAL = re.compile(r"\d{5}(\.\d+)?$")
# Excel counts days from here, as it takes 1900 for a leap year.
_FIRST = date(1899, 12, 30)


def said(cells: dict[str, str]) -> tuple[bool, str | None, bool]:
    """Of a line's cells by column: whether it says that they left; the strongest reason it gives never to write to them
    again; and whether it says something of them that nobody here understands, so that it proves no consent."""
    text = cells.get("status", "")
    # Labels of Google Contacts are anybody's words; those that it gives itself have a star.
    labels = any(part.startswith("*") for part in text.split(SEVERAL))
    words = {" ".join(re.split(r"[\s_-]+", part.strip("* .").casefold())) for part in _PARTS.split(text)} - {""}
    silent = {_SILENT[word] for word in words & _SILENT.keys()}
    if not labels and any("unsubscrib" in word for word in words):
        silent.add("unsubscribed")
    for column, reason in (("bounced_on", "bounced"), ("left_on", "unsubscribed")):
        if cells.get(column) and cells[column].casefold() not in _NO:
            silent.add(reason)
    strongest = max(silent, key=REASONS.index, default=None)
    left = strongest is not None or bool(words & _LEFT)
    return left, strongest, not (left or labels or words <= _MAY)


def day(text: str | None) -> str | None:
    """The day (ISO 8601) with which a moment of another program begins, or a number by which Excel means one. One that
    may be read in two ways, or is still to come, or none at all, says nothing."""
    text = text or ""
    try:
        if _SERIAL.match(text):
            found = _FIRST + timedelta(int(text[:5]))
        elif iso := _ISO.match(text):
            found = date(int(iso[1]), int(iso[3]), int(iso[4]))
        elif other := _OTHER.match(text):
            first, second = int(other[1]), int(other[3])
            # With points the day stands first; else only a number above twelve tells.
            if other[2] != "." and first != second and max(first, second) <= 12:
                return None
            month, number = (first, second) if second > 12 and other[2] != "." else (second, first)
            found = date(int(other[4]), month, number)
        else:
            return None
    except ValueError:
        return None
    return found.isoformat() if date(1990, 1, 1) <= found <= clock.today() else None
