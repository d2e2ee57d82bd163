"""Signing in, and one's own account."""

from flask import Blueprint

from . import guard

accounts = Blueprint("accounts", __name__, template_folder="templates")


@accounts.get("/<language:lang>/desk/sign-in")
@guard.open_to_all
def sign_in(lang: str):
    """The way in."""
    return guard.page("desk/sign_in.html")


@accounts.get("/<language:lang>/desk/me")
@guard.staff("account.own")
def me(lang: str):
    """One's own account."""
    return guard.page("desk/me.html")
