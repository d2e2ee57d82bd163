"""Settings: read once from the environment, checked before anything starts."""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import idna

from . import stripekeys
from .network import Proxies, parse_proxies
from .postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
KEY_BYTES = 32

CONTROLLER = {
    "CONTROLLER_NAME": "who runs this site",
    "CONTROLLER_ADDRESS": "postal address",
    "CONTROLLER_EMAIL": "contact e-mail",
    "CONTROLLER_DATA_PROTECTION": "data protection contact",
}
SECRETS = ("SECRET_KEY", "ENCRYPTION_KEYS", "DIGEST_KEYS")
SHORTEST_SECRET = 32
# 49 characters come behind, and 64 are all there may be (RFC 5321, 4.5.3.1.1).
LONGEST_BOUNCES = 15
# Where "Leave this site" leads: a page that nobody wonders at.
LEAVE_URL = "https://www.wikipedia.org/"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
NEEDED_IN_PRODUCTION = (*SECRETS, "DATABASE_URL", "PLENARY_URL", "MAIL_SERVER", "MAIL_SENDER", *CONTROLLER)


class ConfigError(Exception):
    """The settings do not allow a start; the message is one line for the operator."""


@dataclass(frozen=True)
class Controller:
    """Who answers for the site and its personal data (GDPR art. 4(7), 13(1))."""

    name: str
    address: str
    email: str
    data_protection: str


def new_key() -> str:
    """A fresh random key, base64, as it stands in ENCRYPTION_KEYS and DIGEST_KEYS after its number."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def new_secrets() -> dict[str, str]:
    """A full set of fresh secrets, by setting name."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": f"1:{new_key()}",
        "DIGEST_KEYS": f"1:{new_key()}",
    }


def parse_keys(name: str, text: str) -> dict[int, bytes]:
    """`"2:base64,1:base64"` as {2: bytes, 1: bytes}, newest first. Raises ConfigError naming the setting."""
    keys: dict[int, bytes] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        number, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        known = number.isascii() and number.isdigit() and 1 <= int(number) <= 255
        if not known or len(key) != KEY_BYTES or int(number) in keys:
            raise ConfigError(f"{name}: each key is NUMBER:BASE64 with a number from 1 to 255, used once, and 32 bytes")
        keys[int(number)] = key
    if not keys:
        raise ConfigError(f"{name} holds no key")
    return keys


def read_env_file(path: Path) -> dict[str, str]:
    """A file of NAME=value lines; empty lines and lines that begin with # are passed over. Raises ConfigError."""
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from None
    lines = (line.strip() for line in text.split("\n"))
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): _ESCAPED.sub(_unescape, value.strip()) for name, _, value in pairs}


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Write NAME=value lines that only the owner can read; a line break in a value is kept as \\n.

    A file that was there stays whole until the new one is: it may hold the only copy of the keys. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{name}={_escape(value)}\n" for name, value in values.items())
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


_ESCAPED = re.compile(r"\\([\\n])")


def _unescape(found: re.Match) -> str:
    return "\n" if found[1] == "n" else found[1]


def _escape(value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return value.replace("\\", "\\\\").replace("\n", "\\n")


def public_url(text: str, name: str = "PLENARY_URL") -> str:
    """The public address without a slash at its end. Raises ConfigError, naming the setting, unless it is https, or
    http on this machine."""
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ConfigError(f"{name} is the address of the site alone, such as https://plenary.example.org")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL_HOSTS):
        raise ConfigError(f"{name} must begin with https:// in production, unless it is on localhost")
    return f"{parts.scheme}://{parts.netloc}"


def load(environ: Mapping[str, str] | None = None) -> dict:
    """The Flask configuration from the environment and the instance's own files.

    In development missing secrets are made once and kept in `<instance>/keys.env`; in production
    `<instance>/production.env` is read beneath the environment. Raises ConfigError when production
    lacks a secret, the controller, the database, the public address or the mail relay, when its public address is
    not https, or when keys are malformed or one serves both for encryption and for digests, or proxies are no networks.
    """
    env = dict(os.environ if environ is None else environ)
    mode = env.get("PLENARY_ENV", "development")
    if mode not in ("development", "production", "testing"):
        raise ConfigError("PLENARY_ENV is development, production or testing")
    instance = Path(env.get("INSTANCE_DIR") or ROOT / "instance").resolve()
    if mode == "production":
        env = {**read_env_file(instance / "production.env"), **{name: value for name, value in env.items() if value}}
        missing = [name for name in NEEDED_IN_PRODUCTION if not env.get(name, "").strip()]
        if missing:
            raise ConfigError(f"production needs {', '.join(missing)}: run `flask setup production`")
        public_url(env["PLENARY_URL"])
        if env.get("NEUTRAL_URL"):
            public_url(env["NEUTRAL_URL"], "NEUTRAL_URL")
        if len(env["SECRET_KEY"]) < SHORTEST_SECRET:
            raise ConfigError(f"SECRET_KEY has fewer than {SHORTEST_SECRET} characters")
    else:
        env = {**_development_secrets(instance, env), **env}
    return _flask_settings(env, mode, instance)


def _development_secrets(instance: Path, env: Mapping[str, str]) -> dict[str, str]:
    if all(env.get(name) for name in SECRETS):
        return {}
    path = instance / "keys.env"
    if not path.exists():
        write_env_file(path, new_secrets())
    return read_env_file(path)


def _flask_settings(env: Mapping[str, str], mode: str, instance: Path) -> dict:
    port = env.get("PORT") or "8000"
    url = (env.get("PLENARY_URL") or f"http://localhost:{port}").rstrip("/")
    sender = env.get("MAIL_SENDER") or "Plenary <plenary@localhost>"
    controller = None
    if env.get("CONTROLLER_NAME"):
        controller = Controller(*(env.get(name, "") for name in CONTROLLER))
    encryption, digest = (
        parse_keys("ENCRYPTION_KEYS", env["ENCRYPTION_KEYS"]),
        parse_keys("DIGEST_KEYS", env["DIGEST_KEYS"]),
    )
    if set(encryption.values()) & set(digest.values()):
        raise ConfigError("ENCRYPTION_KEYS and DIGEST_KEYS share a key: each needs keys of its own")
    return {
        "MODE": mode,
        "TESTING": mode == "testing",
        "INSTANCE_DIR": instance,
        "SITE_URL": url,
        "NEUTRAL_URL": (env.get("NEUTRAL_URL") or url).rstrip("/"),
        "LEAVE_URL": _leave_url(env.get("LEAVE_URL") or LEAVE_URL),
        "SECRET_KEY": env["SECRET_KEY"],
        "ENCRYPTION_KEYS": encryption,
        "DIGEST_KEYS": digest,
        "CONTROLLER": controller,
        "SQLALCHEMY_DATABASE_URI": sqlalchemy_url(env.get("DATABASE_URL") or Cluster(instance / "pg").url()),
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "hide_parameters": True,
            "pool_size": 8,
            "max_overflow": 4,
        },
        "MAX_CONTENT_LENGTH": 256 * 1024,
        "MAX_FORM_MEMORY_SIZE": 128 * 1024,
        "MAIL_SERVER": env.get("MAIL_SERVER") or None,
        "MAIL_PORT": _port("MAIL_PORT", env.get("MAIL_PORT") or "25"),
        "MAIL_USERNAME": env.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": env.get("MAIL_PASSWORD") or None,
        "MAIL_USE_TLS": env.get("MAIL_USE_TLS", "") in ("1", "true", "yes"),
        "MAIL_USE_SSL": env.get("MAIL_USE_SSL", "") in ("1", "true", "yes"),
        "MAIL_DEFAULT_SENDER": sender,
        # An address alone: the name before it would say who writes.
        "MAIL_NEUTRAL_SENDER": env.get("MAIL_NEUTRAL_SENDER") or parseaddr(sender)[1],
        **_coming_back(env, sender),
        # Of mailings; single mails have connections of their own.
        "MAIL_PROCESSES": _number("MAIL_PROCESSES", env.get("MAIL_PROCESSES") or "2", 64),
        "MAIL_CONNECTIONS": _number("MAIL_CONNECTIONS", env.get("MAIL_CONNECTIONS") or "8", 1000),
        "SOURCE_URL": env.get("SOURCE_URL") or None,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "CAMPAIGNS_DIR": Path(env.get("CAMPAIGNS_DIR") or ROOT / "campaigns"),
        "TRUSTED_PROXIES": _proxies(env.get("TRUSTED_PROXIES") or ""),
        **_stripe(env, mode, url),
    }


def _coming_back(env: Mapping[str, str], sender: str) -> dict:
    """Where reports of bulk mail go, and which providers may tell what came of it."""
    ours, neutral = (_ascii_domain(text) for text in (sender, env.get("MAIL_NEUTRAL_SENDER") or sender))
    bounces = env.get("MAIL_BOUNCES") or f"bounces@{ours}"
    neutral_bounces = env.get("MAIL_NEUTRAL_BOUNCES") or (bounces if neutral == ours else f"bounces@{neutral}")
    for name, text in (("MAIL_BOUNCES", bounces), ("MAIL_NEUTRAL_BOUNCES", neutral_bounces)):
        if not re.fullmatch(rf"[A-Za-z0-9._-]{{1,{LONGEST_BOUNCES}}}@[A-Za-z0-9.-]+", text):
            raise ConfigError(f"{name} is an address whose part before the @ has at most {LONGEST_BOUNCES} characters")
    box = env.get("BOUNCE_BOX") or None
    if box and not re.match(r"maildir:/|imaps://[^/]+@|imap://[^/]+@(?:localhost|127\.0\.0\.1)[:/]", box):
        raise ConfigError("BOUNCE_BOX is imaps://NAME:PASSWORD@HOST/FOLDER or maildir:/PATH")
    hook = env.get("POSTMARK_HOOK") or None
    if hook and (":" not in hook or len(hook) < SHORTEST_SECRET):
        raise ConfigError(f"POSTMARK_HOOK is NAME:PASSWORD, together at least {SHORTEST_SECRET} characters")
    return {
        "MAIL_BOUNCES": bounces,
        "MAIL_NEUTRAL_BOUNCES": neutral_bounces,
        "BOUNCE_BOX": box,
        "SES_TOPICS": frozenset((env.get("SES_TOPICS") or "").replace(",", " ").split()),
        "POSTMARK_HOOK": hook,
    }


def _ascii_domain(sender: str) -> str:
    domain = parseaddr(sender)[1].rpartition("@")[2]
    try:
        return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def _leave_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        fits = parts.scheme == "https" or parts.hostname in LOCAL_HOSTS
    except ValueError:
        fits = False
    if not fits or any(character.isspace() for character in text):
        raise ConfigError("LEAVE_URL is an https:// address that anybody might have open")
    return text


def _port(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ConfigError(f"{name} is a number from 1 to 65535")
    return int(text)


def _number(name: str, text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise ConfigError(f"{name} is a number from 1 to {most}")
    return int(text)


def _proxies(text: str) -> Proxies:
    try:
        return parse_proxies(text)
    except ValueError as error:
        raise ConfigError(
            f"TRUSTED_PROXIES: {error} is neither an address, nor a network such as 10.0.0.0/8, nor the word unix"
        ) from None


def _stripe(env: Mapping[str, str], mode: str, url: str) -> dict:
    try:
        return stripekeys.settings(env, mode, url)
    except ValueError as error:
        raise ConfigError(str(error)) from None


def sqlalchemy_url(url: str) -> str:
    """A libpq address (`postgresql://…`, `postgres://…`) as SQLAlchemy wants it for psycopg 3. Raises ConfigError."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ConfigError(
            "DATABASE_URL must be a postgresql:// address; without one, `make run` starts a database of its own"
        )
    return f"postgresql+psycopg://{rest}"
