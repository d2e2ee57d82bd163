"""What forms of the desk have in common, whatever they are about."""

from wtforms import Form


class PlainForm(Form):
    """A form without WTForms' own languages: every message is ours. `notice` belongs to no field."""

    notice: str | None = None

    def __init__(self, formdata=None, **kwargs):
        super().__init__(formdata, meta={"locales": False}, **kwargs)


def stripped(text: str | None) -> str:
    """What was typed without the space around it."""
    return (text or "").strip()
