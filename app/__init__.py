"""Plenary: the campaign platform for civil society at the United Nations."""


def create_app(environ=None):
    """The Flask app from the environment (or from `environ`, a mapping of settings). Raises config.ConfigError."""
    from flask import Flask

    from app.kernel import config

    app = Flask(__name__, static_folder=None, template_folder="kernel/templates")
    app.config.update(config.load(environ))
    _kernel(app)
    _rooms(app)
    return app


def _kernel(app):
    from app.kernel import cli, crypto, db, health, http, i18n, logs, mail, pagecache
    from app.kernel.config import ROOT

    logs.init_app(app)
    app.extensions["keyring"] = crypto.Keyring(app.config["ENCRYPTION_KEYS"], app.config["DIGEST_KEYS"])
    db.db.init_app(app)
    db.migrate.init_app(app, db.db, directory=str(ROOT / "migrations"), include_object=cli.include_object)
    i18n.init_app(app)
    http.init_app(app)
    mail.init_app(app)
    app.register_blueprint(health.health)
    cli.init_app(app)
    app.wsgi_app = pagecache.PageCache(app, app.wsgi_app)


def _rooms(app):
    from app.accounts.views import accounts
    from app.campaigns.update_views import updates
    from app.campaigns.views import campaigns
    from app.desk.views import desk
    from app.kernel import jobs
    from app.people import operations as people
    from app.people.cli import people_cli
    from app.petitions import operations as petition_operations
    from app.petitions.bulk_desk import bulk_desk
    from app.petitions.bulk_tasks import tasks as moderation_tasks
    from app.petitions.cli import petitions_cli
    from app.petitions.comments_desk import comments_desk
    from app.petitions.neutral_views import neutral
    from app.petitions.news_tasks import tasks as news_tasks
    from app.petitions.news_views import news
    from app.petitions.paper_desk import paper_desk
    from app.petitions.signatures_desk import signatures
    from app.petitions.switches_desk import switches_desk
    from app.petitions.tasks import tasks as petition_tasks
    from app.petitions.views import petitions
    from app.site.api import api
    from app.site.cli import campaign_cli, release
    from app.site.mailbox import mailbox
    from app.site.views import site
    from app.states.cli import states_cli

    for blueprint in (site, mailbox, api, accounts, desk, campaigns, updates, petitions, news, neutral):
        app.register_blueprint(blueprint)
    for blueprint in (signatures, bulk_desk, comments_desk, paper_desk, switches_desk):
        app.register_blueprint(blueprint)
    for command in (states_cli, people_cli, petitions_cli, campaign_cli, release):
        app.cli.add_command(command)
    people.register_eraser(petition_operations.anonymise)
    jobs.init_app(app, {"petitions": petition_tasks, "news": news_tasks, "moderation": moderation_tasks})
