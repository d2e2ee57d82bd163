"""A rule of every form of the app, whoever fills it in."""

import importlib
import pkgutil

from wtforms import Form, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired

import app


def forms(kind: type = Form) -> set[type]:
    """Every form that there is."""
    return {found for each in kind.__subclasses__() for found in (each, *forms(each))}


def fields(form: type):
    """The names, classes and validators of a form's own fields."""
    for name, field in vars(form).items():
        if isinstance(field, UnboundField):
            yield name, field.field_class, field.kwargs.get("validators") or [*field.args[1:2], []][0]


def test_what_must_be_written_is_not_written_by_spaces_and_by_what_cannot_be_seen():
    # InputRequired asks what was typed, before the filters; DataRequired what they leave, which is what is kept.
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.endswith("forms"):
            importlib.import_module(module.name)
    every = [(form, *field) for form in forms() for field in fields(form)]
    assert len(every) > 100
    assert not [
        f"{form.__module__}.{form.__name__}.{name}"
        for form, name, kind, validators in every
        if issubclass(kind, StringField) and any(type(one) is InputRequired for one in validators)
    ]
