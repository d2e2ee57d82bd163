"""What is wrong with a text, in the reader's language: a sentence for each code of faults.py that editing can meet."""

from flask_babel import lazy_gettext as lazy
from markupsafe import Markup, escape

from .faults import Finding

FIELDS = {
    "name": lazy("Name"),
    "tagline": lazy("Line under the name"),
    "share": lazy("Words to share"),
    "title": lazy("Title"),
    "description": lazy("Description"),
    "addressees": lazy("Addressees"),
    "subject": lazy("Subject"),
    "action": lazy("Words on the button"),
}
SENTENCES = {
    "action": lazy("{action} must stand once, as a paragraph of its own: that is where the button goes."),
    "block-empty": lazy("This part is empty. Write something, or remove the part."),
    "block-extra": lazy("The original does not have the part %(block)s."),
    "block-missing": lazy("The part %(block)s is missing."),
    "block-unknown": lazy("A text of this kind has no part %(block)s."),
    "braces": lazy("There are braces that mark nothing. A foreign name is written like this: [Name]{lang=en}"),
    "braces-open": lazy("A brace is not closed, or one too many is."),
    "dead-link": lazy("The link %(link)s leads to nothing that is published or is being published with it."),
    "empty": lazy("The text has no part yet."),
    "field-lines": lazy("%(field)s: one line of plain text, without HTML."),
    "field-long": lazy("%(field)s: at most %(most)s characters."),
    "field-missing": lazy("%(field)s: please fill this in."),
    "foreign": lazy("The foreign name %(name)s needs its language, like this: [Name]{lang=en}"),
    "heading": lazy(
        "A heading of level %(level)s follows one of level %(before)s. Headings begin with ##, go one down."
    ),
    "headings": lazy("The headings differ from those of the original in number or level."),
    "html": lazy("HTML is not allowed here. Use Markdown."),
    "link": lazy("The link %(link)s leads to no web address, and to no page: or petition: of the campaign."),
    "link-broken": lazy("A link leads to no web address, and to no page: or petition: of the campaign."),
    "link-extra": lazy("The link %(link)s is not in the original."),
    "link-fewer": lazy("The link %(link)s stands fewer times than in the original."),
    "link-missing": lazy("The link %(link)s of the original is missing."),
    "link-more": lazy("The link %(link)s stands more times than in the original."),
    "marker": lazy("A line may not begin with {#: that would open another part."),
    "order": lazy("The parts stand in another order than in the original."),
    "picture": lazy("Pictures are not allowed in a text."),
    "placeholder-extra": lazy("The placeholder %(name)s is not in the original."),
    "placeholder-missing": lazy("The placeholder %(name)s of the original is missing."),
    "placeholder-unknown": lazy("There is no placeholder %(name)s here."),
}


def sentence(finding: Finding) -> Markup:
    """What is wrong, to be shown; what a text brought in is escaped and isolated."""
    values = {name: _shown(name, value) for name, value in finding.values.items()}
    words = escape(str(SENTENCES[finding.code]))
    return words % values if values else words


def sentences(wrong) -> list[Markup]:
    """The sentences of editing.BlockFaults' `wrong`, none of them twice."""
    return list(dict.fromkeys(sentence(each.finding) for each in wrong))


def _shown(name: str, value) -> Markup:
    if name == "field":
        return escape(str(FIELDS.get(value, value)))
    return Markup("<bdi>{}</bdi>").format(value)
