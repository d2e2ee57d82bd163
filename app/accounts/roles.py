"""Who may do what at the desk: one table. `docs/roles.md` is printed from it; a test walks all routes with it."""

from dataclasses import dataclass

from flask_babel import gettext as _

ADMINISTRATOR = "administrator"
CAMPAIGNER = "campaigner"
MODERATOR = "moderator"
TRANSLATOR = "translator"
COORDINATOR = "coordinator"
TREASURER = "treasurer"
OBSERVER = "observer"
ROLES = (ADMINISTRATOR, CAMPAIGNER, MODERATOR, TRANSLATOR, COORDINATOR, TREASURER, OBSERVER)
# These see personal data, and so have to prove who they are by two things, or by a passkey.
SEE_PEOPLE = frozenset({ADMINISTRATOR, CAMPAIGNER, MODERATOR, COORDINATOR, TREASURER})

# A role is given for one campaign, by its slug, or for all of them.
EVERYWHERE = "*"

# Where a role must be held for an action: in the campaign of the page; in any campaign; for all campaigns.
CAMPAIGN, ANY, SITE = "campaign", "any", "site"


@dataclass(frozen=True)
class Action:
    """One thing that can be done at the desk, where a role for it must be held, and by whom it may be done."""

    name: str
    scope: str
    roles: frozenset[str]


def _action(name: str, scope: str, *roles: str) -> Action:
    return Action(name, scope, frozenset(roles))


ACTIONS = {
    action.name: action
    for action in (
        _action("desk.see", ANY, *ROLES),
        _action("account.own", ANY, *ROLES),
        _action("staff.manage", CAMPAIGN, ADMINISTRATOR),
        _action("staff.manage-all", SITE, ADMINISTRATOR),
        _action("campaigns.start", SITE, ADMINISTRATOR),
        _action("campaign.see", CAMPAIGN, *ROLES),
        _action("campaign.settings", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("campaign.switches", SITE, ADMINISTRATOR),
        _action("pages.see", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, MODERATOR, TRANSLATOR, OBSERVER),
        _action("pages.edit", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("pages.publish", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("pages.translate", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, TRANSLATOR),
        _action("glossary.edit", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, TRANSLATOR),
        _action("signatures.see", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, MODERATOR),
        _action("signatures.look", CAMPAIGN, ADMINISTRATOR, MODERATOR),
        _action("signatures.moderate", CAMPAIGN, ADMINISTRATOR, MODERATOR),
        _action("signatures.export", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, MODERATOR),
        _action("signatures.export-people", CAMPAIGN, ADMINISTRATOR),
        _action("paper.enter", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, MODERATOR),
        _action("letters.see", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, MODERATOR, OBSERVER),
        _action("letters.edit", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("letters.hand-over", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("letters.hand-over-full", CAMPAIGN, ADMINISTRATOR),
        _action("mailings.see", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("mailings.write", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("mailings.approve", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("organisations.see", ANY, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("organisations.edit", ANY, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("organisations.import", ANY, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("organisations.export", ANY, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("organisations.join", ANY, ADMINISTRATOR, CAMPAIGNER),
        _action("networks.manage", ANY, ADMINISTRATOR, CAMPAIGNER),
        _action("networks.link", ANY, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("letters.mandates", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, MODERATOR),
        _action("letters.vouch", CAMPAIGN, COORDINATOR),
        _action("letters.members", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("segments.use", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("segments.export", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, COORDINATOR),
        _action("evidence.see", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, OBSERVER),
        _action("evidence.edit", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("evidence.check", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("positions.withhold", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("states.edit", ANY, ADMINISTRATOR, CAMPAIGNER),
        _action("readings.see", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("readings.edit", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("corrections.handle", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("deciders.edit", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("writing.manage", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("privacy.handle", SITE, ADMINISTRATOR, MODERATOR),
        _action("report.see", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER, TREASURER, OBSERVER),
        _action("gifts.see", CAMPAIGN, ADMINISTRATOR, TREASURER),
        _action("gifts.see-all", SITE, ADMINISTRATOR, TREASURER),
        _action("gifts.look", CAMPAIGN, ADMINISTRATOR, TREASURER),
        _action("gifts.refund", CAMPAIGN, ADMINISTRATOR, TREASURER),
        _action("gifts.refund-all", SITE, ADMINISTRATOR, TREASURER),
        _action("gifts.export-people", CAMPAIGN, ADMINISTRATOR, TREASURER),
        _action("gifts.export-people-all", SITE, ADMINISTRATOR, TREASURER),
        _action("gifts.settings", CAMPAIGN, ADMINISTRATOR, TREASURER),
        _action("receipts.settings", SITE, ADMINISTRATOR, TREASURER),
        _action("ledger.see", CAMPAIGN, ADMINISTRATOR, TREASURER),
        _action("ledger.see-all", SITE, ADMINISTRATOR, TREASURER),
        _action("ledger.enter", CAMPAIGN, ADMINISTRATOR, TREASURER),
        _action("ledger.enter-all", SITE, ADMINISTRATOR, TREASURER),
        _action("partners.manage", CAMPAIGN, ADMINISTRATOR, CAMPAIGNER),
        _action("exports.own", ANY, *ROLES),
        _action("audit.see", CAMPAIGN, ADMINISTRATOR),
        _action("audit.see-all", SITE, ADMINISTRATOR),
        _action("jobs.see", SITE, ADMINISTRATOR),
    )
}


def role_name(role: str) -> str:
    """What a role is called in the reader's language. Raises KeyError for what is none."""
    return {
        ADMINISTRATOR: _("administrator"),
        CAMPAIGNER: _("campaigner"),
        MODERATOR: _("moderator"),
        TRANSLATOR: _("translator"),
        COORDINATOR: _("network coordinator"),
        TREASURER: _("treasurer"),
        OBSERVER: _("observer"),
    }[role]


@dataclass(frozen=True)
class Role:
    """A role as somebody holds it: for `campaign` (a slug or EVERYWHERE); a translator's languages, a coordinator's
    networks (ids of people_network)."""

    name: str
    campaign: str
    languages: tuple[str, ...] = ()
    networks: tuple[int, ...] = ()


def allowed(held: tuple[Role, ...], action: str, campaign: str | None) -> bool:
    """Whether somebody who holds these roles may do this. Raises KeyError for an action that is not in the table."""
    wanted = ACTIONS[action]
    for role in held:
        if role.name not in wanted.roles:
            continue
        if wanted.scope == ANY or role.campaign == EVERYWHERE:
            return True
        if wanted.scope == CAMPAIGN and campaign is not None and role.campaign == campaign:
            return True
    return False


def table() -> str:
    """The matrix as Markdown, for docs/roles.md."""
    lines = [
        "| action | where the role is held | " + " | ".join(ROLES) + " |",
        "|---|---|" + "---|" * len(ROLES),
    ]
    where = {CAMPAIGN: "in the campaign", ANY: "in any campaign", SITE: "for all campaigns"}
    for action in ACTIONS.values():
        cells = " | ".join("yes" if role in action.roles else "" for role in ROLES)
        lines.append(f"| {action.name} | {where[action.scope]} | {cells} |")
    return "\n".join(lines) + "\n"
