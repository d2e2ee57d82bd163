"""Structured logs: one JSON object a line, a request id, and nothing about a person.

Only what the code names is logged; request paths, query strings, headers and addresses never are.
"""

import logging
import secrets
import sys
import time
import traceback

from flask import Flask, g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter

log = logging.getLogger("plenary")


class _RequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id") if has_request_context() else None
        return True


class _Formatter(JsonFormatter):
    """Says where something broke and what broke, never the error's own words: a relay's or a database's refusal quotes
    the address it refused."""

    def formatException(self, ei) -> str:
        lines, error = [], ei[1]
        while error is not None:
            code = (
                getattr(error, "sqlstate", None) or getattr(error, "smtp_code", None) or getattr(error, "errno", None)
            )
            lines += [f"{type(error).__name__}{f' {code}' if code else ''}"]
            lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def init_app(app: Flask) -> None:
    """Send everything to stderr as JSON; give each request an id, and log what took long or failed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Formatter(
            "%(levelname)s %(name)s %(message)s %(request_id)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=True,
        )
    )
    handler.addFilter(_RequestId())
    root = logging.getLogger()
    if not app.testing:
        root.handlers = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("procrastinate", "alembic", "werkzeug", "fontTools", "babel"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    app.logger.handlers = []

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.monotonic()

    @app.after_request
    def finish(response):
        if response.status_code >= 500:
            log.error(
                "request failed",
                extra={
                    "endpoint": request.endpoint,
                    "method": request.method,
                    "status": response.status_code,
                    "seconds": round(time.monotonic() - g.began, 3),
                },
            )
        if "request_id" in g:
            response.headers["X-Request-ID"] = g.request_id
        return response
