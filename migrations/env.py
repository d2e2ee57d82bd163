"""How Alembic reaches the app's database; one transaction for all pending migrations, under a lock."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from app.kernel.crypto import EncryptedText

MIGRATION_LOCK = 7_500

extension = current_app.extensions["migrate"]
db = extension.db


def include_object(*args):
    return extension.configure_args["include_object"](*args)


def render_item(kind, item, autogen_context):
    """A sealed column is bytes to the database: a migration must not need today's classes."""
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, EncryptedText) else False


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=include_object,
            render_item=render_item,
            compare_type=True,
        )
        with context.begin_transaction():
            # Two machines may run the release step at once.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            context.run_migrations()


run()
