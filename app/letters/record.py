"""What a signatory said, as one value that is sealed whole. Nothing of it stands anywhere else unless it is public."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from .models import ORGANISATION


@dataclass(frozen=True)
class Record:
    """An organisation and who signs for it, or a person. Codes of languages and areas, ids of networks.

    `version`, `text_language`, `digest` and `moment` are what was signed; `how`, `decided_by` and `decided_at` how the
    mandate was found good; `told_network` is the network whose coordinator may learn of it while it waits, as its
    person chose, `question` and `answer` what was asked of them then; `apart` with whom it is not one (pairing.py);
    `restricted`: its person asked that it is kept and used for nothing (GDPR art. 18);
    `was_public` says that the name stood on the public list once; `story` is what happened since, as (what, when, by
    whom): of what staff decided there is an entry in the log of the desk, too.
    """

    person: str
    address: str
    language: str
    version: int
    text_language: str
    digest: str
    moment: str
    country: str
    title: str = ""
    name: str = ""
    name_language: str = ""
    names: dict[str, str] = field(default_factory=dict)
    acronym: str = ""
    works_in: tuple[str, ...] = ()
    website: str = ""
    ecosoc: str = "none"
    networks: tuple[int, ...] = ()
    organisation_id: int | None = None
    wordings: dict[str, str] = field(default_factory=dict)
    trapped: bool = False
    how: str = ""
    decided_by: int | None = None
    decided_at: str = ""
    reason: str = ""
    was_public: bool = False
    restricted: bool = False
    told_network: int | None = None
    question: str = ""
    answer: str = ""
    apart: tuple[str, ...] = ()
    story: tuple[tuple[Any, ...], ...] = ()

    def named(self, roll: str) -> str:
        """The name under the letter: the organisation's, or in the list of individuals the person's."""
        return self.name if roll == ORGANISATION else self.person

    def told(self, what: str, now: datetime, by: int | None = None, **changes: Any) -> "Record":
        """The same after something happened."""
        return replace(self, story=(*self.story, (what, now.isoformat(timespec="minutes"), by)), **changes)

    def without_person(self) -> "Record":
        """The same once its person is erased: the organisation stays under the letter, and nobody for it."""
        return replace(self, person="", address="", title="", wordings={})

    def sealed(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


_NAMES = {one.name for one in fields(Record)}
_TUPLES = ("works_in", "networks", "apart")


def opened(sealed: str) -> Record:
    """What `Record.sealed` made; what it does not know of is left out."""
    said = {name: value for name, value in json.loads(sealed).items() if name in _NAMES}
    said |= {name: tuple(said[name]) for name in _TUPLES if name in said}
    said["story"] = tuple(tuple(entry) for entry in said.get("story", ()))
    return Record(**said)
