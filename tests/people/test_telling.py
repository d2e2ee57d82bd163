"""The one rule of what a viewer may be told about whether somebody signed."""

import itertools

import pytest

from app.accounts.roles import Role
from app.people.disclosure import KNOWN, NOT_KNOWN, PUBLIC, Signing, may_be_told

COORDINATOR = (Role("coordinator", "un75", networks=(7,)),)


def test_a_coordinator_learns_the_same_of_the_hidden_and_of_those_who_never_signed():
    for shown in ("none", "area"):
        assert may_be_told(Signing(shown), COORDINATOR, "un75") == may_be_told(None, COORDINATOR, "un75") == NOT_KNOWN


def test_a_signer_who_agreed_to_tell_a_network_is_known_to_its_coordinator_alone():
    told = Signing("none", frozenset({7}))
    assert may_be_told(told, COORDINATOR, "un75") == KNOWN
    assert may_be_told(told, (Role("coordinator", "un75", networks=(8,)),), "un75") == NOT_KNOWN
    assert may_be_told(told, (Role("coordinator", "another", networks=(7,)),), "un75") == NOT_KNOWN


def test_who_is_shown_by_name_is_shown_to_everybody():
    assert may_be_told(Signing("name"), (), "un75") == PUBLIC


@pytest.mark.parametrize("role", ["administrator", "campaigner", "moderator"])
def test_who_may_see_signatures_may_know_in_their_campaign(role):
    assert may_be_told(Signing("none"), (Role(role, "un75"),), "un75") == KNOWN
    assert may_be_told(Signing("none"), (Role(role, "another"),), "un75") == NOT_KNOWN


def test_nobody_learns_of_the_hidden_by_a_role_that_sees_no_signatures():
    others = ("translator", "coordinator", "treasurer", "observer")
    for held in itertools.chain.from_iterable(itertools.combinations(others, size) for size in range(5)):
        roles = tuple(Role(name, "*", networks=(7,)) for name in held)
        assert may_be_told(Signing("none", frozenset({9})), roles, "un75") == NOT_KNOWN
