"""What places, policies, ways and states of letters are called, in the reader's language."""

from flask_babel import lazy_gettext as lazy

from app.positions import record

from . import rules

PLACES = {
    rules.NEW_YORK: lazy("Permanent mission in New York"),
    rules.GENEVA: lazy("Permanent mission in Geneva"),
    rules.MINISTRY: lazy("Ministry of foreign affairs"),
}
POLICIES = {
    rules.OPEN: lazy("Letters are welcome"),
    rules.REPLIED: lazy("It has replied: digests only"),
    rules.DIGEST: lazy("It asks for digests only"),
    rules.CLOSED: lazy("It asks not to be written to"),
}
LETTERS = {
    rules.THANK: lazy("A letter of thanks"),
    rules.REQUEST: lazy("A letter that asks"),
    rules.ANSWER: lazy("A letter that answers its reasons"),
}
PERSONAL = lazy("It looks like somebody's own mailbox. Please look again: a named diplomat is never shown in public.")
# What a letter can do, by Page.stance.
STANCES = {
    rules.THANK: lazy("It supports this in its own name. A letter can thank it, and ask it to say so again."),
    rules.ANSWER: lazy("It has doubts, or is against it. A letter can answer its reasons."),
    rules.REQUEST: lazy("It has not said in its own name that it supports this. A letter can ask it to."),
    record.PARTIAL: lazy("It supports this in part. A letter can ask it to support the whole."),
    "group-answer": lazy(
        "A group to which it belongs has doubts, or is against it; it has not spoken in its own name."
        " A letter can answer these reasons."
    ),
    "withheld": lazy("A letter can ask it to support this."),
}
STATES = {
    rules.ASKED: lazy("It waits for your confirmation."),
    rules.WAITING: lazy("It waits for its turn: a mission gets only so many mails in an hour and in a day."),
    rules.SENDING: lazy("It is being handed over."),
    rules.SENT: lazy("It was sent to the mission, with your address to reply to."),
    rules.DIGESTED: lazy("Your words were sent to the mission in one mail, together with those of others."),
    rules.PASSED: lazy("It was passed on."),
    rules.DROPPED: lazy("It was not sent: the mission is not written to any more."),
}
