"""How organisations let go of what they held long enough (kernel/retention.py; retention.py says how long)."""

from app.kernel import retention

from . import joining
from .importing import applying, operations

retention.register("people.imports", lambda now, batch: int(operations.forget_old(now)))
retention.register("people.joinings", lambda now, batch: int(joining.settle(now)))
retention.register("people.import-undo", lambda now, batch: int(applying.forget_undo(now)))
