"""How an ask is decided: by whom, in which body, how, when next, what a majority is worth there.

What can be said in codes is settled with the ask; what needs sentences is the block `path` of its document.
"""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as lazy
from markupsafe import Markup

from . import documents, markdown

DECIDERS = {
    "secretary-general": lazy("The Secretary-General, alone"),
    "secretary-general-with-funds": lazy("The Secretary-General, once the states have granted the money"),
    "states": lazy("The member states"),
    "committee": lazy("A committee of states"),
}
BODIES = {
    "general-assembly": lazy("General Assembly"),
    "fifth-committee": lazy("General Assembly, Fifth Committee (budget)"),
    "third-committee": lazy("General Assembly, Third Committee"),
    "security-council": lazy("Security Council"),
    "ecosoc": lazy("Economic and Social Council"),
    "ngo-committee": lazy("Committee on Non-Governmental Organizations"),
    "human-rights-council": lazy("Human Rights Council"),
    "secretariat": lazy("Secretariat"),
}
PROCEDURES = {
    "alone": lazy("By a decision of its own, without a vote"),
    "vote": lazy("By vote"),
    "consensus": lazy("By consensus"),
    "vote-or-consensus": lazy("By consensus or, where there is none, by vote"),
}
WORTHS = {
    "decides": lazy("A majority decides it"),
    "two-thirds": lazy("A majority of two thirds decides it"),
    "funds": lazy("A majority grants the money, and asks for it to be used so"),
    "signal": lazy("A majority does not decide it, but is hard to refuse"),
}
CODES = {"decider": DECIDERS, "body": BODIES, "procedure": PROCEDURES, "worth": WORTHS}
NEXT = "next_date"
BLOCK = "path"


@dataclass(frozen=True)
class Path:
    """How an ask is decided, in the reader's language; None where that is not said. `html` are the sentences."""

    decider: str | None
    body: str | None
    procedure: str | None
    worth: str | None
    next_date: date | None
    html: Markup

    def __bool__(self) -> bool:
        return any((self.decider, self.body, self.procedure, self.worth, self.next_date, self.html))


def of(ask) -> dict:
    """The settings of an ask's path, by their names in campaign.toml."""
    return {name: getattr(ask, name) for name in (*CODES, NEXT)}


def faults(entry: dict):
    """What is wrong with the path that an entry of [[asks]] says, in words."""
    for name, codes in CODES.items():
        if name in entry and entry[name] not in codes:
            yield f"{name} is one of {', '.join(codes)}"
    if NEXT in entry and type(entry[NEXT]) is not date:
        yield f"{NEXT} is a day, such as 2027-09-14"


def path_of(campaign, ask) -> Path:
    """The path of an ask (queries.AskView) of a campaign (queries.CampaignView), in the campaign view's language."""
    found = documents.words(campaign.id, "asks", ask.slug, campaign.language)
    text = dict(found.blocks).get(BLOCK, "") if found else ""

    def resolve(kind: str, target: str) -> str:
        return campaign.petition_url(target) if kind == "petition" else campaign.page_url(target)

    said = {name: codes.get(getattr(ask, name)) for name, codes in CODES.items()}
    return Path(
        **{name: words and str(words) for name, words in said.items()},
        next_date=ask.next_date,
        html=markdown.render(text, resolve, language=campaign.language) if text else Markup(),
    )
