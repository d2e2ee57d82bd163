"""What the page of a state says to whoever writes to its mission: the letter that fits, and the ways it can go."""

from dataclasses import dataclass
from functools import cached_property

from app.campaigns.queries import AskView, CampaignView
from app.positions import accounts, record
from app.states.records import StateRecord

from . import rules, texts
from .models import Target, Trusted, WritingSettings


@dataclass(frozen=True)
class Page:
    """What the page of a state is about: where it stands on the ask, whom one can write to, what each of them may be
    sent (`policies`, by id), and `target`, to whom the page helps to write now (None: nobody is on file)."""

    campaign: CampaignView
    ask: AskView
    state: StateRecord
    stands: accounts.OnAsk
    targets: list[Target]
    policies: dict[int, str]
    target: Target | None
    trusted: list[Trusted]
    settings: WritingSettings
    careful: bool

    @property
    def policy(self) -> str:
        """What `target` may be sent; nothing where nobody is on file."""
        return self.policies[self.target.id] if self.target else rules.CLOSED

    @property
    def piece(self) -> record.Evidence | None:
        """The act by which the state stands where it stands."""
        account = self.stands.account
        return account.deciding.piece if account and account.deciding else None

    @property
    def letter(self) -> str:
        """The letter that fits; of a position that is withheld nothing is known here."""
        if self.stands.account is None:
            return rules.REQUEST
        position = self.stands.account.position
        return rules.fitting(position.position, position.inferred)

    @property
    def stance(self) -> str:
        """What words.STANCES says of where it stands: no more than is on file of it."""
        if self.stands.account is None:
            return "withheld"
        position = self.stands.account.position
        if position.inferred and self.letter == rules.ANSWER:
            return "group-answer"
        return record.PARTIAL if position.position == record.PARTIAL and not position.inferred else self.letter

    @cached_property
    def offered(self) -> tuple[str, str]:
        """That letter and its language: the mission's, or else one in which it is there; where nobody is on file, the
        reader's, as they look the address up themselves."""
        own = self.target.language if self.target else self.campaign.language
        languages = (own, self.campaign.language, *self.ask.titles)
        return texts.letter_in(self.campaign.id, self.ask.slug, self.letter, self.piece, languages)

    @property
    def reading(self) -> str:
        """What that letter says in the reader's language; "" where it is in that already."""
        if self.offered[1] == self.campaign.language:
            return ""
        return texts.whole(self.campaign.id, self.ask.slug, self.letter, self.piece, self.campaign.language)

    @property
    def ways(self) -> list[str]:
        """The ways that are offered, in their order: where a name in the wrong mailbox may do harm, the one without a
        name comes first. What a mission gets as a digest cannot be sent by one's own mail program."""
        if self.policy == rules.CLOSED:
            return []
        ways = ["own", rules.BY_US] if self.policy == rules.OPEN else [rules.BY_US]
        through = [rules.BY_OTHERS] if self.trusted else []
        return through + ways if self.careful else ways + through
