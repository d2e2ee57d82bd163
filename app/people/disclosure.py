"""The one rule of what a viewer may be told about whether somebody signed. Pure.

It holds for people and, once organisations sign, for organisations. Whoever shows a page on which it could be seen asks
here, and shows nothing else: no count, no mark, no other order, no other answer to a form.

A coordinator is somebody from outside with a list of addresses. To a coordinator a signatory who is not shown by name,
and somebody who never signed, are the same: both are NOT_KNOWN, until the signatory agreed to tell that network.
"""

from dataclasses import dataclass

from app.accounts.roles import Role, allowed

# Everybody may know; this viewer may know; the answer is the same as if there were nothing.
PUBLIC, KNOWN, NOT_KNOWN = "public", "known", "not-known"


@dataclass(frozen=True)
class Signing:
    """A signature that counts: how its signer chose to be shown ("name", "area", "none"), and the networks (ids) that
    they agreed to have told."""

    shown: str
    told: frozenset[int] = frozenset()


def may_be_told(signing: Signing | None, roles: tuple[Role, ...], campaign: str) -> str:
    """What a viewer who holds these roles (none: the public) may be told of a signature in a campaign;
    `signing` is None where nobody signed.

    PUBLIC when it is shown by name. Else KNOWN to who may see the campaign's signatures, whose looks are logged, and to
    the coordinator of a network that the signer agreed to have told. Else NOT_KNOWN, as when there is none.
    """
    if signing is None:
        return NOT_KNOWN
    if signing.shown == "name":
        return PUBLIC
    if allowed(roles, "signatures.see", campaign):
        return KNOWN
    return KNOWN if signing.told & _networks(roles, campaign) else NOT_KNOWN


def _networks(roles: tuple[Role, ...], campaign: str) -> frozenset[int]:
    return frozenset(
        network
        for role in roles
        if role.name == "coordinator" and role.campaign in (campaign, "*")
        for network in role.networks
    )
