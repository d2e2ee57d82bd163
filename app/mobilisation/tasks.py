"""Jobs of the engine. They hold no truth: they look at what is written down, and see that somebody works on it."""

import subprocess
import sys
import threading

import procrastinate

from app.kernel import clock
from app.kernel.db import db
from app.kernel.jobs import CARE_QUEUE

from .engine import aftermath, sweep

tasks = procrastinate.Blueprint()

_sender: subprocess.Popen | None = None
_lock = threading.Lock()


@tasks.periodic(cron="* * * * * */2")
@tasks.task(name="tend", queue=CARE_QUEUE)
def tend(timestamp: int) -> None:
    """Where something is to be sent, have it sent, by processes that end with this one."""
    wanted = sweep.anything(clock.now())
    db.session.commit()
    if wanted:
        start()


@tasks.periodic(cron="* * * * * */10")
@tasks.task(name="tidy", queue=CARE_QUEUE)
def tidy(timestamp: int) -> None:
    """Find what dead senders left, pause what is refused too often, finish what is done."""
    aftermath.tidy(clock.now())
    db.session.commit()


def start() -> bool:
    """Start the processes that send, unless this process has them already. Says whether it did."""
    global _sender
    with _lock:
        if _sender is not None and _sender.poll() is None:
            return False
        # In the group of this process, so that whoever ends it ends them; they look after their parent as well.
        _sender = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "mobilise", "send"],
            stdin=subprocess.DEVNULL,
        )
        return True
