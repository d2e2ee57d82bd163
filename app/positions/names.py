"""What states and groups are called on a page, in the reader's language."""

from flask_babel import gettext as _

from app.states import groups, members

from . import record
from .pieces import OF_GROUPS


class Names(dict[str, str]):
    """Names by code; where a code is a state's and a group's (`NAM`), the state's. `of_groups` has the groups alone."""

    of_groups: dict[str, str]

    def speaker(self, piece: record.Evidence) -> str:
        """Who said a piece: the kind of act tells a group from a state of the same code."""
        if piece.type in OF_GROUPS and piece.speaker in self.of_groups:
            return self.of_groups[piece.speaker]
        return self.get(piece.speaker, piece.speaker)


def of_world(world: str, lang: str) -> Names:
    """The names of all states and groups of a world in a language; a group's in English where it has no other."""
    of_groups = {code: group.name(lang).text for code, group in groups.groups(world).items()}
    found = Names(
        {record.UN: _("United Nations")}
        | of_groups
        | {code: state.names[lang] for code, state in members.states(world).items()}
    )
    found.of_groups = of_groups
    return found
