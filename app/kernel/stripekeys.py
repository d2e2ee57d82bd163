"""The settings of Stripe, checked before anything starts. Without keys, donations are off."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

OFF, TEST, LIVE = "off", "test", "live"


def settings(env: Mapping[str, str], mode: str, url: str) -> dict:
    """What the settings say: the key, the secrets of the webhook (several while one is rolled), where Stripe is, and
    whether donations are off, test or live. Raises ValueError with one line for the operator."""
    key = (env.get("STRIPE_SECRET_KEY") or "").strip()
    hooks = tuple((env.get("STRIPE_WEBHOOK_SECRET") or "").replace(",", " ").split())
    base = (env.get("STRIPE_API_BASE") or "").strip().rstrip("/") or None
    found = re.fullmatch(r"[sr]k_(test|live)_\S+", key)
    if key and not found:
        raise ValueError("STRIPE_SECRET_KEY begins with sk_test_, sk_live_, rk_test_ or rk_live_")
    if bool(key) != bool(hooks):
        raise ValueError("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET go together: no gift is believed without both")
    state = found[1] if found else OFF
    if state == LIVE and not url.startswith("https://"):
        raise ValueError("STRIPE_SECRET_KEY is a live key: PLENARY_URL must begin with https://")
    if base and (mode == "production" or state == LIVE or not _here(base)):
        raise ValueError("STRIPE_API_BASE is for tests on this machine, with a test key, and not in production")
    return {
        "STRIPE_SECRET_KEY": key or None,
        "STRIPE_WEBHOOK_SECRET": hooks,
        "STRIPE_API_BASE": base,
        "DONATIONS": state,
    }


def _here(base: str) -> bool:
    try:
        return urlsplit(base).hostname in ("localhost", "127.0.0.1", "::1")
    except ValueError:
        return False
