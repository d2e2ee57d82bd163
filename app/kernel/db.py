"""The database: one SQLAlchemy, one naming convention, one helper for columns."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, MetaData, type_coerce
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """All tables share constraint names that Alembic can find again."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


def plain(column, name: str = "") -> ColumnElement:
    """A column without its foreign keys, under its name or another: a subquery would make them again each time it is
    built, slowly."""
    return type_coerce(column, column.type).label(name or column.key)
