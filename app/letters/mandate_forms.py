"""The forms of decisions about mandates. Every message is ours; nothing typed is lost."""

from flask_babel import lazy_gettext as lazy
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.kernel.forms import PlainForm, stripped

LONGEST_REASON = 500


class LookForm(PlainForm):
    """Why somebody looks at who signed: kept in the log."""

    reason = StringField(
        lazy("Reason"),
        [
            DataRequired(lazy("Please give a reason. It should name nobody.")),
            Length(max=LONGEST_REASON, message=lazy("A reason may have at most 500 characters.")),
        ],
        filters=[stripped],
    )


class QuestionForm(PlainForm):
    """What the signatory is asked: they read it on their page."""

    question = TextAreaField(
        lazy("Your question to them"),
        [
            DataRequired(lazy("Please write what you want to know.")),
            Length(max=1000, message=lazy("A question may have at most 1,000 characters.")),
        ],
        filters=[stripped],
    )


class RefusalForm(PlainForm):
    """Why a mandate is refused: they read it on their page."""

    reason = TextAreaField(
        lazy("Why, in words for them"),
        [
            DataRequired(lazy("Please say why: they read it, and can write to us.")),
            Length(max=LONGEST_REASON, message=lazy("A reason may have at most 500 characters.")),
        ],
        filters=[stripped],
    )
