"""Errors as Stripe tells them."""


class Wrong(Exception):
    """An answer that is an error; `kept` ones are replayed to the same idempotency key."""

    def __init__(self, status: int, kind: str, message: str, code: str | None = None, param: str | None = None,
                 kept: bool = False) -> None:  # fmt: skip
        super().__init__(message)
        self.status, self.kept = status, kept
        self.error = {"message": message, "type": kind}
        if code:
            self.error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}
        if param:
            self.error["param"] = param


def invalid(message: str, param: str | None = None, code: str | None = None) -> Wrong:
    """A request that cannot be right."""
    return Wrong(400, "invalid_request_error", message, code, param)


def missing(kind: str, given: str, param: str = "id", status: int = 404) -> Wrong:
    """No such object: 404 in the path, 400 in a parameter."""
    name = kind.replace(".", "_")
    return Wrong(status, "invalid_request_error", f"No such {name}: '{given}'", "resource_missing", param)
