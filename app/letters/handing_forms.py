"""The form of a document in which a letter is handed over."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length

from app.campaigns.forms import DeskForm
from app.kernel import i18n
from app.people.texts import clean

from .handing import Asked
from .handover_models import FORMS

MOST_LINES = 8


def _lines(text: str | None) -> str:
    """An address with each line tidied; lines that say nothing are left out."""
    found = (clean(line) for line in (text or "").splitlines())
    return "\n".join(line for line in found if line)


class DocumentForm(DeskForm):
    """Which version, in which language and form, for whom."""

    version = SelectField(lazy("Version"), validate_choice=False)
    language = SelectField(lazy("Language"), validate_choice=False)
    form = RadioField(
        lazy("Form"), [AnyOf(FORMS, message=lazy("Please choose one of these."))], validate_choice=False, default="pdf"
    )
    state = SelectField(lazy("For the permanent mission of"), validate_choice=False, default="")
    address = TextAreaField(
        lazy("Its name and address, as they stand on an envelope"),
        [Length(max=600, message=lazy("This is too long."))],
        filters=[_lines],
    )
    country_first = BooleanField(lazy("Organisations of its country stand before the letter"))

    def __init__(self, formdata=None, *, versions: dict[int, str], states: dict[str, str], **kwargs):
        super().__init__(formdata, **kwargs)
        self.version.choices = [SelectChoice(str(number), label) for number, label in versions.items()]
        self.language.choices = []
        self.form.choices = [
            SelectChoice("pdf", _("PDF, to print or to send")),
            SelectChoice("docx", _("DOCX, for a mission to annex to a letter of its own")),
        ]
        self.state.choices = [SelectChoice("", _("No mission: a copy for anybody"))]
        self.state.choices += [SelectChoice(code, name) for code, name in states.items()]
        self._versions, self._states = set(map(str, versions)), set(states)

    def offer(self, languages: Iterable[str]) -> None:
        """Say in which languages there is a text."""
        self.language.choices = [SelectChoice(code, i18n.EVERY[code].autonym) for code in languages]

    def validate_version(self, field) -> None:
        """One under which somebody stands, or the open one."""
        if field.data not in self._versions:
            raise ValidationError(_("Please choose one of these."))

    def validate_language(self, field) -> None:
        """One in which the version has a text; which these are, the caller has offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("This version has no text in this language."))

    def validate_state(self, field) -> None:
        """One of the list, or none."""
        if field.data and field.data not in self._states:
            raise ValidationError(_("Please choose one of these."))

    def validate_address(self, field) -> None:
        """There for a mission, and short enough for an envelope."""
        if self.state.data and not field.data:
            raise ValidationError(_("Please type the name and address of the mission."))
        if len(field.data.splitlines()) > MOST_LINES:
            raise ValidationError(_("At most %(count)s lines, please.", count=MOST_LINES))

    def validate_country_first(self, field) -> None:
        """Only for a mission."""
        if field.data and not self.state.data:
            raise ValidationError(_("Please choose whose mission it is, first."))

    def asked(self, full: bool) -> Asked:
        """What the valid form says."""
        for_whom = (self.address.data, self.state.data or None, bool(self.country_first.data))
        return Asked(int(self.version.data), self.language.data, self.form.data, full, *for_whom)
