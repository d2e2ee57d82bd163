"""Plenary: the campaign platform for civil society at the United Nations.

This file alone knows every room: what each has for the outside, and what it tells the floors below.
"""

from importlib import import_module

from werkzeug.utils import import_string

# Public pages first, then the desk's, from the roof down.
BLUEPRINTS = (
    "site.views:site",
    "site.mailbox:mailbox",
    "site.api:api",
    "site.reference_api:reference_api",
    "site.positions_api:positions_api",
    "site.letters_api:letters_api",
    "site.position_pages:position_pages",
    "mobilisation.sign_views:mailing_links",
    "mobilisation.writing.views:writing",
    "donations.monthly_views:giving",
    "petitions.signature_views:petitions",
    "petitions.news_views:news",
    "petitions.neutral_views:neutral",
    "petitions.partner_views:partners",
    "mobilisation.leaving_views:leaving_pages",
    "mobilisation.link_views:network_links",
    "letters.invited_views:invited_pages",
    "letters.own_mandate_views:own_mandate",
    "letters.own_views:letters",
    "letters.own_views:neutral",
    "positions.correction_views:corrections_pages",
    "positions.decider_views:deciders_pages",
    "positions.tracker_views:tracker",
    "positions.prospect_views:prospects_pages",
    "positions.archive_views:archive",
    "campaigns.views:campaigns",
    "campaigns.update_views:updates",
    "donations.receipts.views:receipt_pages",
    "people.privacy_views:privacy_pages",
    "mobilisation.back.hooks:hooks",
    "donations.hooks:stripe_hook",
    "accounts.views:accounts",
    "accounts.me_views:own",
    "accounts.invitation_views:invitations_pages",
    "accounts.desk:staff_desk",
    "accounts.exports_desk:exports_desk",
    "accounts.audit_desk:audit_desk",
    "desk.views:desk",
    "desk.report_desk:report_desk",
    "desk.settings_desk:campaign_settings",
    "desk.start_desk:starter",
    "desk.pack_desk:pack_desk",
    "donations.treasury.gifts_desk:gifts_desk",
    "donations.treasury.refund_desk:refund_desk",
    "donations.treasury.ledger_desk:ledger_desk",
    "donations.treasury.fund_desk:fund_desk",
    "donations.treasury.books_desk:books_desk",
    "mobilisation.mailings_desk:mailings",
    "mobilisation.mailing_texts_desk:mailing_texts",
    "mobilisation.mailing_run_desk:mailing_run",
    "mobilisation.writing.desk:writing_desk",
    "mobilisation.writing.queue_desk:writing_queue",
    "letters.desk:letters_desk",
    "petitions.partner_desk:partner_desk",
    "petitions.signatures_desk:signatures",
    "petitions.bulk_desk:bulk_desk",
    "petitions.comments_desk:comments_desk",
    "petitions.paper_desk:paper_desk",
    "petitions.switches_desk:switches_desk",
    "positions.first_desk:first_desk",
    "positions.contact_desk:contacts_desk",
    "positions.correction_desk:corrections_desk",
    "positions.decider_desk:deciders_desk",
    "letters.mandate_desk:letter_mandates",
    "letters.pair_desk:letter_doubles",
    "letters.vouch_desk:letter_vouching",
    "letters.signatory_desk:letter_signatories",
    "letters.member_desk:letter_members",
    "letters.handover_desk:letter_handover",
    "mobilisation.segments.desk:segments",
    "campaigns.desk:pages",
    "campaigns.edit_desk:editor",
    "campaigns.publish_desk:publisher",
    "campaigns.translate_desk:translate",
    "campaigns.interchange_desk:interchange",
    "campaigns.glossary_desk:glossary",
    "campaigns.questions_desk:questions",
    "campaigns.further_desk:further",
    "people.privacy_desk:privacy_desk",
    "people.org_desk:organisations",
    "people.people_desk:people_desk",
    "people.network_desk:networks",
    "mobilisation.link_desk:link_desk",
    "people.double_desk:doubles",
    "people.import_desk:imports",
    "states.desk:states_desk",
    "states.groups_desk:groups_desk",
    "states.offices_desk:offices_desk",
    "positions.import_desk:evidence_imports",
    "positions.evidence_desk:evidence",
    "positions.entry_desk:entry",
    "positions.roll_desk:rolls",
    "positions.withheld_desk:withheld",
)
COMMANDS = (
    "accounts.cli:staff_cli",
    "states.cli:states_cli",
    "positions.cli:evidence_cli",
    "people.cli:people_cli",
    "petitions.cli:petitions_cli",
    "mobilisation.back.cli:mail_cli",
    "mobilisation.cli:mobilise_cli",
    "donations.cli:donations_cli",
    "site.cli:campaign_cli",
    "site.cli:release",
)
# By the name that their tasks are known under.
TASKS = {
    "accounts": "accounts.tasks:tasks",
    "campaigns": "campaigns.tasks:tasks",
    "positions": "positions.tasks:tasks",
    "petitions": "petitions.tasks:tasks",
    "letters": "letters.tasks:tasks",
    "news": "petitions.news_tasks:tasks",
    "invitations": "letters.invitation_tasks:tasks",
    "mandates": "letters.mandate_tasks:tasks",
    "handover": "letters.handing_tasks:tasks",
    "mailings": "mobilisation.mailing_tasks:tasks",
    "moderation": "petitions.bulk_tasks:tasks",
    "exports": "accounts.export_tasks:tasks",
    "privacy": "people.privacy_tasks:tasks",
    "bounces": "mobilisation.back.tasks:tasks",
    "mobilisation": "mobilisation.tasks:tasks",
    "imports": "people.importing.tasks:tasks",
    "leaving": "mobilisation.leaving_tasks:tasks",
    "contacts": "mobilisation.contacts_tasks:tasks",
    "writing": "mobilisation.writing.tasks:tasks",
    "donations": "donations.tasks:tasks",
    "donors": "donations.donor_tasks:tasks",
    "receipts": "donations.receipts.tasks:tasks",
    "giving": "donations.portal_tasks:tasks",
    "refunds": "donations.treasury.tasks:tasks",
}
# What a room tells the floors below of itself, at import or by its `register`: what needs somebody, what it holds of a
# person and for how long.
TOLD = (
    "accounts.retention",
    "people.retention",
    "people.privacy_retention",
    "people.org_retention",
    "people.org_holdings",
    "people.today",
    "campaigns.today",
    "campaigns.retention",
    "positions.today",
    "positions.waiting",
    "positions.exporting",
    "positions.contact_today",
    "positions.retention",
    "positions.holdings",
    "letters.retention",
    "letters.doubting",
    "letters.mandate_today",
    "letters.invitation_holdings",
    "letters.holdings",
    "petitions.today",
    "petitions.retention",
    "petitions.holdings",
    "petitions.exporting",
    "mobilisation.writing.today",
    "mobilisation.writing.retention",
    "mobilisation.writing.holdings",
    "mobilisation.writing.writers",
    "donations.retention",
    "donations.holdings",
    "donations.receipts.operations",
    "donations.blocks",
    "donations.portal",
    "people.org_export",
    "mobilisation.contact_export",
    "mobilisation.retention",
    "mobilisation.abandoned",
    "mobilisation.results",
    "mobilisation.mailing_today",
    "mobilisation.mailing_holdings",
    "mobilisation.back.events",
    "mobilisation.segments.exporting",
    "donations.treasury.today",
    "donations.treasury.exporting",
    "desk.today",
    "desk.report_signatures",
    "desk.report_organisations",
    "desk.report_positions",
)


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
    from app.kernel import asked, crypto, db, health, http, i18n, logs, mail, pagecache

    logs.init_app(app)
    app.extensions["keyring"] = crypto.Keyring(app.config["ENCRYPTION_KEYS"], app.config["DIGEST_KEYS"])
    db.db.init_app(app)
    app.extensions["migrate"] = asked.when_asked(lambda: asked.migrations(app))
    i18n.init_app(app)
    http.init_app(app)
    mail.init_app(app)
    app.register_blueprint(health.health)
    app.cli = asked.Commands(app.name, lambda: _commands(app))
    app.wsgi_app = pagecache.PageCache(app, app.wsgi_app)


def _rooms(app):
    from app.accounts import choices
    from app.campaigns import publishing, queries, rooms, structure
    from app.kernel import asked
    from app.letters import texts as letters
    from app.mobilisation import retention as mailings
    from app.people import operations as people
    from app.people import org_queries, positions
    from app.petitions import operations as petitions
    from app.petitions import texts
    from app.positions import desk_queries, refreshing
    from app.states import changes

    for name in BLUEPRINTS:
        app.register_blueprint(import_string(f"app.{name}"))
    for name in TOLD:
        getattr(import_module(f"app.{name}"), "register", bool)()
    people.register_eraser(petitions.anonymise)
    people.register_eraser(positions.leave)
    people.register_eraser(mailings.forget_person)
    people.register_locker(positions.hold_lists)
    publishing.register_follower(texts.follow)
    publishing.register_follower(letters.follow)
    rooms.register("petitions", texts.entries, texts.import_petitions)
    rooms.register("letters", letters.entries, letters.take_in)
    changes.register_follower(refreshing.refresh_states)
    choices.register("campaigns", queries.names)
    choices.register("networks", org_queries.network_names)
    structure.register_founder("petitions", texts.petition_of)
    structure.register_founder("letters", letters.letter_of)
    structure.register_keeper("asks", desk_queries.published_on)
    app.extensions["jobs"] = asked.when_asked(lambda: _job_app(app))


def _commands(app):
    from app.kernel import asked
    from app.kernel.cli import COMMANDS as GROUND

    # `flask db` comes with it.
    asked.migrations(app)
    return [*GROUND, *(import_string(f"app.{name}") for name in COMMANDS)]


def _job_app(app):
    from app.kernel import worker

    return worker.job_app(app, {room: f"app.{name}" for room, name in TASKS.items()})
