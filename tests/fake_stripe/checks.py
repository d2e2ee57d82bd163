"""What a request may say: read from the types of the real library, so that a wrong name or value is found here."""

import functools
import sys
import types
import typing
from typing import Any, ForwardRef, get_args, get_origin

import typing_extensions
from stripe import RequestOptions
from stripe._object_classes import get_object_class

# What every request may have.
ALWAYS = frozenset(("expand",))
# What the library takes for itself beside the parameters, and never sends.
OPTIONS = frozenset(RequestOptions.__annotations__)


def wrong(params_class: type, params: dict) -> tuple[str, str] | None:
    """The first parameter that Stripe would not take: its dotted name and why (`unknown`, `value`); None if all go."""
    return _wrong(params_class, params, "")


def _wrong(params_class: type, params: dict, above: str) -> tuple[str, str] | None:
    known = _fields(params_class)
    for name, value in params.items():
        place = f"{above}[{name}]" if above else name
        if name not in known:
            if not above and name in ALWAYS:
                continue
            return place, "unknown"
        kinds = known[name]
        choices = [choice for kind in kinds if _is_literal(kind) for choice in get_args(kind)]
        if choices and isinstance(value, str) and value not in map(str, choices):
            return place, "value"
        found = _nested(kinds, value, place)
        if found:
            return found
    return None


def _nested(kinds: list, value, place: str) -> tuple[str, str] | None:
    for kind in kinds:
        if typing_extensions.is_typeddict(kind) and isinstance(value, dict):
            return _wrong(kind, value, place)
        if get_origin(kind) is list and isinstance(value, list):
            inner = _flat(get_args(kind)[0])
            for number, each in enumerate(value):
                found = _nested(inner, each, f"{place}[{number}]")
                if found:
                    return found
    return None


@functools.cache
def _fields(params_class: type) -> dict[str, list]:
    """Each parameter of a class of the library with the kinds of value that it takes."""
    names = vars(sys.modules[params_class.__module__])
    every = vars(params_class).get("__annotations__", {})
    return {name: _resolved(kind, names) for name, kind in every.items() if name not in OPTIONS}


def _resolved(kind: Any, names: dict) -> list:
    if isinstance(kind, ForwardRef):
        kind = kind.__forward_arg__
    if isinstance(kind, str):
        kind = eval(kind, dict(names))
    origin = get_origin(kind)
    if origin is typing_extensions.NotRequired or origin in (typing.Union, types.UnionType):
        return [each for part in get_args(kind) for each in _resolved(part, names)]
    if origin is list:
        return [list[typing.Union[tuple(_resolved(get_args(kind)[0], names))]]]  # noqa: UP007
    return [kind]


def _flat(kind: Any) -> list:
    return list(get_args(kind)) if get_origin(kind) in (typing.Union, types.UnionType) else [kind]


@functools.cache
def fields(kind: str | None) -> frozenset[str]:
    """The names that an object of a kind may have, whether or not this one has them."""
    return frozenset(get_object_class("V1", kind).__annotations__) if kind else frozenset()


def _is_literal(kind: Any) -> bool:
    return get_origin(kind) in (typing.Literal, typing_extensions.Literal)
