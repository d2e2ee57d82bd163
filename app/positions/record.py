"""What a derivation goes by and what it answers: plain records, without database or web.

The words are those of docs/positions.md. Codes of states are ISO 3166-1 alpha-3, of groups those of
app/states/data/groups.csv; `UN` speaks for a consensus adoption.
"""

from dataclasses import dataclass
from datetime import date

from app.states.membership import Membership as Membership

CHAMPION, SUPPORT, PARTIAL, UNDECIDED, SCEPTICAL, OPPOSED = (
    "champion",
    "support",
    "partial",
    "undecided",
    "sceptical",
    "opposed",
)
UNKNOWN = "unknown"
SCALE = (CHAMPION, SUPPORT, PARTIAL, UNDECIDED, SCEPTICAL, OPPOSED)
POSITIONS = (*SCALE, UNKNOWN)
RANK = {position: len(SCALE) - 1 - place for place, position in enumerate(SCALE)}

OWN, NAMED, GROUP, NONE = "own", "named", "group", "none"
LEVELS = (OWN, NAMED, GROUP, NONE)

UN = "UN"
ON = ("whole", "paragraph", "amendment", "procedural")
CASTS = ("yes", "no", "abstain", "absent")
FOR, AGAINST = "for", "against"
DIRECT, RELATED, CONTEXT = "direct", "related", "context"
RELEVANCES = (DIRECT, RELATED, CONTEXT)
DRAFT, CHECKED, PUBLISHED, WITHDRAWN = "draft", "checked", "published", "withdrawn"
STATUSES = (DRAFT, CHECKED, PUBLISHED, WITHDRAWN)
HIGH, MEDIUM, LOW = "high", "medium", "low"
CONFIDENCES = (HIGH, MEDIUM, LOW)

# The version of docs/positions.md that derivations follow; every answer names it.
METHOD = "1.0"

CONTRADICTED, CONFLICTING, ABSTAINED, DATED = "contradicted", "conflicting", "abstained", "dated"
NEWER_INFORMAL, MEMBERSHIP_DATE_UNKNOWN = "newer_informal", "membership_date_unknown"
FLAGS = (CONTRADICTED, CONFLICTING, ABSTAINED, DATED, NEWER_INFORMAL, MEMBERSHIP_DATE_UNKNOWN)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence, with the fields of docs/positions.md; an empty text where a field says nothing.

    `states` are sorted codes without doubles. `of_current_version` is False for evidence given for an older text of the
    ask that nobody has checked again: it counts as related (rule 10).
    """

    ref: str
    ask: str
    speaker: str
    type: str
    date: date
    variant: str = ""
    states: tuple[str, ...] = ()
    on: str = ""
    yes_means: str = ""
    cast: str = ""
    signal: str = ""
    relevance: str = DIRECT
    status: str = PUBLISHED
    confidence: str = HIGH
    regards: str = ""
    delivered_by: str = ""
    forum: str = ""
    un_symbol: str = ""
    paragraph: str = ""
    url: str = ""
    archive_url: str = ""
    language: str = ""
    quote: str = ""
    translation: str = ""
    note: str = ""
    of_current_version: bool = True


@dataclass(frozen=True, slots=True)
class Position:
    """Where a state stands on an ask as of a day; `evidence` is the ref of the piece that decided, None at unknown."""

    state: str
    ask: str
    as_of: date
    position: str = UNKNOWN
    level: str = NONE
    evidence: str | None = None
    flags: tuple[str, ...] = ()

    @property
    def inferred(self) -> bool:
        """Whether it is there through a group alone."""
        return self.level == GROUP


@dataclass(frozen=True)
class Dispute:
    """That a state disputes a claim: since when, in its words, and in which language these are; `others` are the same
    of further states that dispute the same piece."""

    date: date
    words: str
    state: str
    language: str
    others: tuple["Dispute", ...] = ()

    @property
    def all(self) -> tuple["Dispute", ...]:
        """This one and the others, the first to dispute first."""
        return (self, *self.others)
