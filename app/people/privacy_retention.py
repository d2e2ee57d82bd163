"""How requests about one's own data, and suppressions, are let go of in time (kernel/retention.py).

They are told here and not beside the jobs: `flask people forget` lets go of them, too, and loads no jobs.
"""

from app.kernel import retention

from . import operations, privacy

retention.register("people.request-contents", privacy.forget_contents)
retention.register("people.requests-unproved", privacy.end_unproved)
retention.register("people.request-links", privacy.forget_links)
retention.register("people.requests", privacy.forget_requests)
retention.register("people.suppressions", operations.forget_suppressions)
