"""gunicorn's settings, read by `gunicorn --config app/kernel/gunicorn.py wsgi:app`."""

import ctypes
import logging
import os
import socket
import sys
from pathlib import Path


def addresses(port: int, everywhere: bool) -> list[str]:
    """Where to listen: this machine alone or `everywhere`; on IPv6 and IPv4 where the system has both, else on IPv4."""
    if not everywhere:
        return [f"127.0.0.1:{port}", f"[::1]:{port}"] if _has_ipv6() else [f"127.0.0.1:{port}"]
    ipv6, ipv4 = f"[::]:{port}", f"0.0.0.0:{port}"
    if not _has_ipv6():
        return [ipv4]
    only = Path("/proc/sys/net/ipv6/bindv6only")
    return [ipv6, ipv4] if only.exists() and only.read_text().strip() == "1" else [ipv6]


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as trial:
            trial.bind(("::", 0))
    except OSError:
        return False
    return True


# Outside production the mailbox stands open, with everybody's mails in it: that is for this machine alone.
everywhere = os.environ.get("PLENARY_ENV") == "production" or os.environ.get("LISTEN") == "everywhere"
bind = addresses(int(os.environ.get("PORT") or 8000), everywhere)
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 8
graceful_timeout = 10
loglevel = "warning"
# An access log would hold addresses, and the control socket is a door nobody here uses.
accesslog = None
control_socket_disable = True
# By default a proxy's request may name SCRIPT_NAME and PATH_INFO in headers; pages and links would follow it.
forwarder_headers = ""
preload_app = False
# The sign of life is a file; on a disk its writing can take as long as the disk does.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - gunicorn makes a private file
# On a socket for both, a proxy on this machine comes as an IPv4 address inside IPv6.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1,::ffff:127.0.0.1"


# mallopt(3): glibc's number for the most arenas it makes.
M_ARENA_MAX = -8


def post_fork(server, worker) -> None:
    """Have a worker's threads share two arenas of memory: glibc would make one for each, and give none of it back."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 2)


def nameless(record: logging.LogRecord) -> bool:
    """Take network addresses and the addresses of pages, which may hold a token, out of gunicorn's own messages."""
    message = str(record.msg)
    if message.startswith("Invalid request from"):
        record.msg, record.args = "Invalid request", ()
    elif message.startswith("Error handling request"):
        record.msg, record.args = "Error handling request", ()
        record.exc_info = record.exc_text = None
    return True


def on_starting(server) -> None:
    """Refuse in one line what no worker could start with; gunicorn would start workers for ever."""
    from app.kernel.config import ConfigError, load

    server.log.error_log.addFilter(nameless)
    try:
        load()
    except ConfigError as error:
        sys.exit(f"plenary: {error}")
