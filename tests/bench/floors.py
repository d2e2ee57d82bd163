"""What the app is measured against: views as bare as Flask allows, served by the same gunicorn settings.

BENCH_CONSTANTS (JSON) names constants and their sizes in bytes. The writing views use the same PostgreSQL server and
the same engine options as the app.
"""

import json
import os

from flask import Flask, Response, redirect, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.kernel import config


class Base(DeclarativeBase):
    """The floor's own two tables."""


db = SQLAlchemy(model_class=Base)


class Entry(db.Model):
    """The one row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)


class Outbox(db.Model):
    """The one outbox row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)


def _settings() -> dict:
    found = config.load()
    return {name: found[name] for name in ("SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS")}


app = Flask(__name__, static_folder=None)
app.config.update(_settings())
db.init_app(app)


def _constant(name: str, size: int) -> None:
    body = b"x" * size

    def view():
        return Response(body, mimetype="text/html")

    app.add_url_rule(f"/constant/{name}", f"constant_{name}", view)


for _name, _size in json.loads(os.environ.get("BENCH_CONSTANTS", "{}")).items():
    _constant(_name, _size)


@app.post("/sign/orm")
def sign_orm():
    """As one writes it with Flask-SQLAlchemy: two objects, one commit."""
    form = request.form
    db.session.add(Entry(name=form["name"], email=form["email"], area=form["area"]))
    db.session.add(Outbox(kind="confirm", payload=form["email"]))
    db.session.commit()
    return redirect("/thanks", 303)


@app.post("/sign/sql")
def sign_sql():
    """The same two rows as two plain statements: the least that a session can do."""
    form = request.form
    db.session.execute(
        text("INSERT INTO entry (name, email, area) VALUES (:name, :email, :area)"),
        {"name": form["name"], "email": form["email"], "area": form["area"]},
    )
    db.session.execute(
        text("INSERT INTO outbox (kind, payload) VALUES ('confirm', :payload)"), {"payload": form["email"]}
    )
    db.session.commit()
    return redirect("/thanks", 303)


@app.cli.command("create")
def create():
    """Make the floor's tables in its database."""
    db.create_all()
