"""What evidence is called at the desk: types, fields, steps and what keeps a step from being done."""

from flask_babel import lazy_gettext as lazy

from . import record

TYPES = {
    "lead_act": lazy("Tables or leads it in its own name"),
    "vote": lazy("Recorded vote"),
    "cosponsor": lazy("Co-sponsors the draft"),
    "signature": lazy("Signs a letter, pledge or call"),
    "explanation": lazy("Explanation of vote or position"),
    "dissociation": lazy("Dissociates itself"),
    "reservation": lazy("Reservation or footnote"),
    "silence_break": lazy("Breaks silence"),
    "national_statement": lazy("National statement"),
    "written_submission": lazy("Written submission"),
    "joint_statement": lazy("Statement by named states"),
    "alignment": lazy("Aligns itself with a statement"),
    "group_statement": lazy("Statement on behalf of a group"),
    "consensus_adoption": lazy("Adopted without a vote"),
    "group_draft": lazy("Draft tabled on behalf of a group"),
    "withdrawal": lazy("Withdraws what it said or signed"),
    "official_reply": lazy("Official reply"),
    "social_post": lazy("Post by a verified account"),
    "report": lazy("Report by press or an organisation"),
}
RELEVANCES = {
    record.DIRECT: lazy("Direct: it speaks to the ask itself"),
    record.RELATED: lazy("Related: it moves no position"),
    record.CONTEXT: lazy("Context"),
}
CONFIDENCES = {record.HIGH: lazy("High"), record.MEDIUM: lazy("Medium"), record.LOW: lazy("Low")}
ON = {
    "whole": lazy("The whole text"),
    "paragraph": lazy("A paragraph"),
    "amendment": lazy("An amendment"),
    "procedural": lazy("A procedural motion"),
}
YES_MEANS = {record.FOR: lazy("For the ask"), record.AGAINST: lazy("Against the ask")}
CASTS = {
    "yes": lazy("Yes"),
    "no": lazy("No"),
    "abstain": lazy("Abstains"),
    "absent": lazy("Absent or not voting"),
}
NEEDS = {
    "check": lazy("To be checked"),
    "provisional": lazy("Provisional"),
    "recheck": lazy("For an older text of the ask"),
}
SORTS = {
    "date": lazy("Latest act first"),
    "-date": lazy("Earliest act first"),
    "changed": lazy("Last changed first"),
    "ref": lazy("By ref"),
}
FIELDS = {
    "ask": lazy("Ask"),
    "variant": lazy("Wording of the ask"),
    "speaker": lazy("Who spoke or acted"),
    "states": lazy("States named"),
    "type": lazy("What was done"),
    "on": lazy("Voted on"),
    "yes_means": lazy("What yes means"),
    "cast": lazy("Cast"),
    "date": lazy("Day of the act"),
    "signal": lazy("What was said of the ask"),
    "relevance": lazy("Relevance"),
    "confidence": lazy("Confidence"),
    "regards": lazy("The piece that it is about"),
    "delivered_by": lazy("Read out by"),
    "forum": lazy("Forum or meeting"),
    "un_symbol": lazy("UN symbol"),
    "paragraph": lazy("Paragraph"),
    "url": lazy("Address of the source"),
    "archive_url": lazy("Address of an archived copy"),
    "language": lazy("Language of the quote"),
    "quote": lazy("Quote, in the original"),
    "translation": lazy("Translation"),
    "note": lazy("Note"),
}
# The labels of a field where its type asks for it in words of its own.
REGARDS = {
    "withdrawal": lazy("What it withdraws"),
    "dissociation": lazy("What it dissociates itself from"),
    "reservation": lazy("What it has a reservation to"),
    "alignment": lazy("What it aligns itself with"),
}
DONE = {
    "check": lazy("It is checked."),
    "publish": lazy("It is published, and positions follow it."),
    "withdraw": lazy("It is withdrawn."),
    "confirm": lazy("It is confirmed from the record."),
    "recheck": lazy("It counts for the present text of the ask."),
}
NOT_YET = {
    "status": lazy("This cannot be done now. Somebody may have been faster."),
    "alone": lazy("Another person has to check it. Who entered it may do so alone after 24 hours."),
    "second": lazy(
        "It cannot be published yet: of medium or low confidence, or a report, it needs a second piece from another"
        " address that says the same, and nothing of low confidence is published."
    ),
    "symbol": lazy("Please add the UN symbol first: this type of evidence needs one."),
}
ACTIONS = {
    "evidence.enter": lazy("Entered"),
    "evidence.change": lazy("Changed"),
    "evidence.check": lazy("Checked"),
    "evidence.publish": lazy("Published"),
    "evidence.withdraw": lazy("Withdrawn"),
    "evidence.confirm": lazy("Confirmed from the record"),
    "evidence.recheck": lazy("Checked against the new text of the ask"),
    "evidence.attach": lazy("Source attached"),
    "rolls.enter": lazy("Entered with the whole list"),
    "rolls.check": lazy("Checked with the whole list"),
    "rolls.publish": lazy("Published with the whole list"),
    "rolls.withdraw": lazy("Withdrawn with the whole list"),
}
