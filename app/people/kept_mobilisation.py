"""How long personal data are held: of mobilisation (see retention.py)."""

from .kept import KEYED, PLAIN, SEALED, Kept

_LINKS = "erasing; `mobilisation.links`"

MOBILISATION = (
    Kept(
        "who was written to in a mailing, for which organisation, in which language, and what became of it",
        (
            "mobilisation_delivery.contact_id",
            "mobilisation_delivery.organisation_id",
            "mobilisation_delivery.language",
            "mobilisation_delivery.state",
            "mobilisation_delivery.sent_at",
            "mobilisation_delivery.bounced_at",
            "mobilisation_delivery.complained_at",
            "mobilisation_delivery.unsubscribed_at",
        ),
        PLAIN + ": ids, no address; not whether a mail was opened or a link followed",
        "who it was: 90 days after the mailing's end (one that sends nothing for 90 days is ended); what became of"
        " it: as the mailing, of nobody",
        "so that nobody is written to twice, and every recipient is accounted for",
        _LINKS + ", once `mobilisation.keep-results` has written down the numbers; `mobilisation.abandoned` ends it",
        "who may see the mailing",
    ),
    Kept(
        "who a mail of a mailing went to, after that",
        ("mobilisation_delivery.reader",),
        "encrypted under a key that stands in the link of the mail and nowhere here",
        "as the mailing",
        "so that the link in a mail ends mails for as long as the mail may be read",
        "erasing lets go of whom it leads to",
        "whoever holds the mail: that it works",
    ),
    Kept(
        "that a mail of a mailing came back, or was complained of: when, with which code",
        (
            "mobilisation_event.kind",
            "mobilisation_event.status",
            "mobilisation_event.delivery_id",
            "mobilisation_event.outside_id",
            "mobilisation_event.at",
        ),
        PLAIN + ": a number of the report, no address; the report itself is not kept",
        "90 days",
        "so that what is told twice counts once, and a mailing stops of which too much comes back",
        "`mobilisation.events`",
        "who may see the mailing: sums",
    ),
    Kept(
        "how many organisations signed in public after a mailing, by state",
        (
            "mobilisation_mailing_result.kind",
            "mobilisation_mailing_result.country",
            "mobilisation_mailing_result.number",
        ),
        PLAIN + ": numbers, of nobody",
        "as the mailing; written before it is forgotten who it went to",
        "to say what came of it",
        "`mobilisation.keep-results` writes them down",
        "who may see the mailing",
    ),
    Kept(
        "what stands in the places of a mailing's text for one recipient",
        ("mobilisation_delivery.slots",),
        SEALED,
        "90 days after the mailing's end",
        "to write to them as it was approved",
        _LINKS,
        "who may see the mailing",
    ),
    Kept(
        "for whom a slot of a mailing that is being written has no value",
        ("mobilisation_lacking.contact_id", "mobilisation_lacking.slot"),
        PLAIN + ": ids",
        "until the next dry run or the start, or 90 days after the plan was last changed",
        "to name them before it is sent",
        "erasing; `mobilisation.lacking`",
        "who may see the mailing",
    ),
    Kept(
        "where answers to a mailing go",
        ("mobilisation_mailing.reply_to",),
        SEALED,
        "as the mailing",
        "its writers chose it",
        "nobody",
        "its recipients",
    ),
    Kept(
        "domains that were written to, how fast they may be, and what a server said that refused",
        ("mobilisation_pace.name", "mobilisation_pace.stopped_words"),
        SEALED,
        "30 days after the last mail, unless an operator set it",
        "so that no server is flooded, and a refusal is obeyed",
        "`mobilisation.paces`",
        "operators",
    ),
    Kept(
        "look-up of such a domain",
        ("mobilisation_pace.key",),
        KEYED,
        "as the domain",
        "to find it",
        "`mobilisation.paces`",
    ),
    Kept(
        "which organisations somebody is in, as segments ask for it; what they do there and read, of all who are alike;"
        " this and the day a mail last reached them as bits, one a person",
        (
            "mobilisation_contact.contact_id",
            "mobilisation_contact.organisation_id",
            "mobilisation_kind.roles",
            "mobilisation_kind.language",
            "mobilisation_kind.second_language",
            "mobilisation_contact_bits.bits",
            "mobilisation_contact_entry.contact_id",
        ),
        PLAIN + ": ids, no name; nothing of what anybody signed",
        "as their place in the organisation; not while they are restricted; the day as long as it is known who was"
        " written to",
        "to write to the right organisations",
        "triggers, as the place changes; erasing",
        "who may use segments: a coordinator, in their own networks",
    ),
)
