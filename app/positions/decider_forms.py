"""The desk's form about deciders, and what their kinds are called."""

from flask_babel import lazy_gettext as lazy
from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, Optional, StopValidation

from .correction_forms import Day
from .deciders import Said

KIND_WORDS = {
    "secretary_general": lazy("Secretary-General"),
    "designate": lazy("Secretary-General-designate"),
    "candidate": lazy("Candidate for Secretary-General"),
    "president": lazy("President of the General Assembly"),
    "cofacilitator": lazy("Co-facilitator"),
}
_TOO_LONG = lazy("This is too long.")


def _stripped(text):
    return (text or "").replace("\0", "").strip()


def _line(label, missing, longest: int) -> StringField:
    checks = [DataRequired(missing), Length(max=longest, message=_TOO_LONG)]
    return StringField(label, checks, filters=[_stripped])


class DeciderForm(Form):
    """Somebody who decides and is no state."""

    notice: str | None = None
    kind = SelectField(
        lazy("What they are"),
        [AnyOf(list(KIND_WORDS), message=lazy("Please choose one of these."))],
        choices=lambda: [SelectChoice(code, said) for code, said in KIND_WORDS.items()],
        validate_choice=False,
    )
    name = _line(lazy("Name"), lazy("Please write the name."), 200)
    since = Day(lazy("From"), [Optional()])
    until = Day(lazy("To"), [Optional()])
    source = _line(lazy("Source"), lazy("Please say the source."), 1000)
    note = TextAreaField(lazy("Note"), [Length(max=1000, message=_TOO_LONG)], filters=[_stripped], default="")

    def __init__(self, formdata=None, **kwargs):
        super().__init__(formdata, meta={"locales": False}, **kwargs)

    def validate_until(self, field):
        """It ends after it begins. Raises StopValidation."""
        if field.data and self.since.data and field.data < self.since.data:
            raise StopValidation(lazy("This is before the day on which it begins."))

    def said(self) -> Said:
        """What it says."""
        return Said(self.kind.data, self.name.data, self.since.data, self.until.data, self.source.data, self.note.data)
