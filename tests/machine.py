"""What tests ask of the machine they run on: a port that is free, and patience, as it may have much else to do."""

import random
import socket
import time
from contextlib import suppress

# Below those that are given to outgoing connections (ip(7), ip_local_port_range): nobody comes upon one by chance
# between the moment it is chosen and the start of the server that it is for.
PORTS = range(20_000, 32_000)
PATIENCE = 120.0
_chance = random.SystemRandom()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    while True:
        port = _chance.choice(PORTS)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


def eventually(found, within: float = PATIENCE, words: str = "it did not happen in time"):
    """What `found()` gives as soon as it gives anything; an AssertionError with `words` when it does not in time."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.02)
    raise AssertionError(words)
