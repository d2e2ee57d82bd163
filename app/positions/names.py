"""What states and groups are called on a page, in the reader's language."""

from flask_babel import gettext as _
from markupsafe import Markup

from app.states import groups, members
from app.states.records import Said

from . import record
from .pieces import OF_GROUPS


def marked(said: Said, lang: str) -> Markup:
    """A name for a page in a language, marked where it is in another one."""
    if said.lang == lang:
        return Markup("{}").format(said.text)
    return Markup('<span lang="{}" dir="ltr">{}</span>').format(said.lang, said.text)


class Names(dict[str, str]):
    """What everybody who can have spoken is called, by code: the United Nations, groups (marked where that is English)
    and states. Namibia has the code that the Non-Aligned Movement has, too: by itself a code means the state."""

    def __init__(self, world: str, lang: str, plain: bool = False):
        """In a language; `plain` for paper and files, where no mark of another language is understood."""
        states = {code: state.names[lang] for code, state in members.states(world).items()}
        found = {code: group.name(lang) for code, group in groups.groups(world).items()}
        self._groups = {code: said.text if plain else marked(said, lang) for code, said in found.items()}
        super().__init__({record.UN: _("United Nations"), **self._groups, **states})

    def speaker(self, piece: record.Evidence) -> str:
        """What the speaker of a piece is called: a group, where its type is an act of groups."""
        code = piece.speaker
        return (self._groups.get(code) if piece.type in OF_GROUPS else None) or self.get(code, code)
