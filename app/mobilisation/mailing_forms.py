"""Forms of the desk's pages about mailings. Every message is ours; nothing typed is lost."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.campaigns.forms import read_local, zones
from app.kernel import i18n
from app.kernel.forms import PlainForm, stripped
from app.kernel.typed import clean_name
from app.people.addresses import InvalidAddress, checked_address

from . import checking

LONGEST_NAME = 120
MOST_PACE = 1_000_000


def number_of(field, least: int, most: int, empty: bool = True) -> int | None:
    """The whole number that was typed, or None. Raises ValidationError."""
    said = stripped(field.data)
    if not said and empty:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > 9 or not least <= int(said) <= most:
        raise ValidationError(_("Please give a whole number from %(least)s to %(most)s.", least=least, most=most))
    return int(said)


class PlanForm(PlainForm):
    """What a mailing is, its texts apart."""

    name = StringField(
        lazy("Name, for the desk alone"),
        validators=[
            DataRequired(lazy("Please give it a name.")),
            Length(max=LONGEST_NAME, message=lazy("This is too long.")),
        ],
    )
    segment = TextAreaField(lazy("To whom: a rule"), validators=[Length(max=2000, message=lazy("This is too long."))])
    network = SelectField(lazy("Network"), validate_choice=False)
    language = SelectField(
        lazy("Language of whoever reads none of the others"),
        choices=[SelectChoice(language.code, language.autonym) for language in i18n.LANGUAGES],
        validate_choice=False,
    )
    ask = SelectField(lazy("The ask it speaks of"), validate_choice=False)
    letter = SelectField(lazy("The letter it asks to sign"), validate_choice=False)
    sender_name = StringField(
        lazy("Name of the sender"), validators=[Length(max=LONGEST_NAME, message=lazy("This is too long."))]
    )
    reply_to = StringField(lazy("Address for answers"))
    neutral = BooleanField(lazy("Also write where a mail could do harm, by a neutral text and a neutral sender"))
    week_cap = StringField(lazy("At most so many mails a week to anybody"))
    seen = HiddenField()

    def __init__(self, formdata=None, *, asks=(), letters=(), networks=None, most_cap=50, **kwargs):
        super().__init__(formdata, **kwargs)
        self._most_cap = most_cap
        self.ask.choices = [SelectChoice("", _("No ask")), *(SelectChoice(*one) for one in asks)]
        self.letter.choices = [SelectChoice("", _("No letter")), *(SelectChoice(*one) for one in letters)]
        self.network.choices = [SelectChoice(str(number), name) for number, name in networks or ()]
        if networks is None:
            del self.network
        self.address: str | None = None
        self.cap: int | None = None

    def validate_reply_to(self, field) -> None:
        """Sets `address`, as it will stand in the mail."""
        said = stripped(field.data)
        try:
            self.address = checked_address(said) if said else None
        except InvalidAddress:
            raise ValidationError(
                _("This is no complete e-mail address. It should look like name@example.org.")
            ) from None

    def validate_week_cap(self, field) -> None:
        """Sets `cap`: no more than the campaign allows."""
        self.cap = number_of(field, 1, self._most_cap)

    def validate_language(self, field) -> None:
        """One of the six."""
        if field.data not in i18n.BY_CODE:
            raise ValidationError(_("Please choose one."))

    def validate_ask(self, field) -> None:
        """One of the campaign's, or none."""
        _one_of(field)

    def validate_letter(self, field) -> None:
        """One of the campaign's, or none."""
        _one_of(field)

    def validate_network(self, field) -> None:
        """One of one's own."""
        _one_of(field)

    @property
    def sender(self) -> str:
        """The sender's name, cleaned."""
        return clean_name(self.sender_name.data)


def _one_of(field) -> None:
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(_("Please choose one."))


class MailTextForm(PlainForm):
    """The words of a mailing in one language."""

    subject = StringField(lazy("Subject"))
    preheader = StringField(lazy("First line shown beside the subject"))
    body = TextAreaField(lazy("Text, in Markdown"))
    seen = HiddenField()

    def words(self, language: str, variant: str) -> checking.Words:
        """What was typed, as a text of a mailing."""
        body = (self.body.data or "").replace("\r\n", "\n").replace("\0", "")
        line = {name: stripped(self[name].data).replace("\0", "") for name in ("subject", "preheader")}
        return checking.Words(language, variant, line["subject"], line["preheader"], body)


class StartForm(PlainForm):
    """When a mailing starts, and the hours in which it rests."""

    when = RadioField(
        lazy("When"),
        choices=[SelectChoice("now", lazy("As soon as may be")), SelectChoice("at", lazy("At a moment"))],
        default="now",
        validate_choice=False,
    )
    at = StringField(lazy("Day and time"))
    zone = SelectField(lazy("Time zone"), validate_choice=False, default="Etc/UTC")
    quiet_from = StringField(lazy("Send nothing from this hour on (0 to 23)"))
    quiet_until = StringField(lazy("Until this hour"))
    seen = HiddenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone.choices = zones()
        self.local: datetime | None = None
        self.quiet: tuple[int, int] | None = None

    def validate_at(self, field) -> None:
        """Sets `local`, the time as clocks there show it."""
        if self.when.data == "at":
            self.local = read_local(field.data)

    def validate_zone(self, field) -> None:
        """A zone that has a name."""
        _one_of(field)

    def validate_quiet_from(self, field) -> None:
        """An hour, or none."""
        number_of(field, 0, 23)

    def validate_quiet_until(self, field) -> None:
        """Sets `quiet`: both hours, or none."""
        until = number_of(field, 0, 23)
        if self.quiet_from.errors:
            return
        begins = number_of(self.quiet_from, 0, 23)
        if (begins is None) != (until is None):
            raise ValidationError(_("Please give both hours, or none."))
        if begins is not None and begins == until:
            raise ValidationError(_("Please give two different hours: between these two nothing is quiet."))
        self.quiet = (begins, until) if begins is not None else None


class PaceForm(PlainForm):
    """How fast a mailing goes."""

    pace = StringField(lazy("At most so many an hour; empty: as fast as the server takes them"))

    def validate_pace(self, field) -> None:
        """Sets `per_hour`."""
        self.per_hour = number_of(field, 1, MOST_PACE)


class SettingsForm(PlainForm):
    """What holds for all mailings of a campaign."""

    approve_above = StringField(lazy("A second person has to say yes to more recipients than"))
    week_cap = StringField(lazy("At most so many mails a week to anybody, over all networks"))

    def validate_approve_above(self, field) -> None:
        """Sets `above`."""
        self.above = number_of(field, 0, 1_000_000, empty=False)

    def validate_week_cap(self, field) -> None:
        """Sets `cap`."""
        self.cap = number_of(field, 1, 50, empty=False)
