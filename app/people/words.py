"""What codes of this room are called on pages."""

from flask_babel import lazy_gettext as lazy

ECOSOC_WORDS = {
    "none": lazy("No status"),
    "applied": lazy("Has applied"),
    "roster": lazy("Roster"),
    "special": lazy("Special status"),
    "general": lazy("General status"),
}
ROLE_WORDS = {
    "head": lazy("Leads the organisation"),
    "un": lazy("Represents it at the United Nations"),
    "contact": lazy("First contact"),
    "policy": lazy("Policy"),
    "press": lazy("Press"),
    "finance": lazy("Finance"),
    "member": lazy("Member or volunteer"),
}
PURPOSE_WORDS = {
    "letters": lazy("Letters to sign for the organisation"),
    "mobilisation": lazy("Calls to act"),
    "news": lazy("News of the network"),
}
ACT_WORDS = {"given": lazy("Agreed"), "withdrawn": lazy("Withdrew")}
WAY_WORDS = {
    "web": lazy("In a form on a website"),
    "mail": lazy("By e-mail or letter"),
    "paper": lazy("On a list on paper"),
    "spoken": lazy("Spoken, in person or by phone"),
    "import": lazy("In the list that was imported"),
    "desk": lazy("Told to us, and written down at the desk"),
}
REASON_WORDS = {
    "domain": lazy("Same domain of website or addresses"),
    "name": lazy("Same name"),
    "close": lazy("Names are close"),
    "acronym": lazy("One is the acronym of the other"),
    "same_acronym": lazy("Same acronym"),
    "same_country": lazy("Same country"),
    "other_place": lazy("The names name different places: perhaps a chapter and its parent"),
    "other_country": lazy("Different countries: perhaps a chapter and its parent"),
    "other_kind": lazy("The names name different kinds of body"),
    "other_number": lazy("A number or letter in the names differs"),
}
VERDICT_WORDS = {"same": lazy("Probably one"), "maybe": lazy("Perhaps one")}
SORT_WORDS = {"name": lazy("Name"), "changed": lazy("Last changed")}
FATE_WORDS = {
    "new": lazy("New"),
    "updated": lazy("Adds to one that is here"),
    "duplicate": lazy("Already here, or in an earlier row"),
    "double": lazy("May be a double"),
    "refused": lazy("Refused"),
    "suppressed": lazy("Wants no mail"),
}
STATE_WORDS = {
    "uploaded": lazy("Say what the columns are"),
    "checking": lazy("Being tried out"),
    "checked": lazy("Tried out: decide"),
    "applying": lazy("Being taken in"),
    "applied": lazy("Taken in"),
    "undoing": lazy("Being taken back"),
    "undone": lazy("Taken back"),
    "dropped": lazy("Dropped"),
}
PROBLEM_WORDS = {
    "no-name": lazy("The organisation has no name."),
    "long": lazy("A cell is too long."),
    "country": lazy("The country is not known."),
    "area": lazy("An area where it works is not known."),
    "website": lazy("The website is no web address."),
    "ecosoc": lazy("The ECOSOC status is not known."),
    "language": lazy("A language is not known."),
    "address": lazy("The e-mail address is not complete."),
    "no-address": lazy("A person has no e-mail address."),
    "no-organisation": lazy("No organisation is named, and none here is known by this address or its domain."),
    "left": lazy("The list says that they left, or that the address does not work."),
    "bounced": lazy("Nobody writes to this address any more: it does not work."),
    "complained": lazy("Nobody writes to this address any more: they called a mail unwanted."),
    "unsubscribed": lazy("Nobody sends calls to this address any more: they left all mails."),
    "withdrew": lazy("They withdrew before: entered without that consent."),
    "status": lazy("What the list says of their consent is not understood: entered without consent."),
    "role": lazy("A role is not known."),
    "cells": lazy("The line has more cells than the header."),
}
COLUMN_WORDS = {
    "name": lazy("Name of the organisation"),
    "name_language": lazy("Language of the name"),
    "name_ar": lazy("Name in Arabic"),
    "name_zh": lazy("Name in Chinese"),
    "name_en": lazy("Name in English"),
    "name_fr": lazy("Name in French"),
    "name_ru": lazy("Name in Russian"),
    "name_es": lazy("Name in Spanish"),
    "acronym": lazy("Acronym"),
    "country": lazy("Country"),
    "works_in": lazy("Where it works"),
    "website": lazy("Website"),
    "ecosoc": lazy("ECOSOC status"),
    "person": lazy("Name of a person"),
    "first_name": lazy("First name of the person"),
    "last_name": lazy("Last name of the person"),
    "address": lazy("E-mail address of the person"),
    "title": lazy("Title of the person"),
    "roles": lazy("Roles of the person"),
    "language": lazy("Language of the person"),
    "second_language": lazy("Second language of the person"),
    "agreed_on": lazy("Day on which the person agreed"),
    "status": lazy("Whether the person may be written to, as another program says it"),
    "left_on": lazy("Day on which the person left"),
    "bounced_on": lazy("Day on which the address failed"),
    "attributes": lazy("Attributes, as listmonk writes them"),
}
# What exports say besides, and no import takes in.
EXPORT_WORDS = {
    "id": lazy("Number"),
    "networks": lazy("Networks"),
    "agreed": lazy("Agreed"),
    "withdrew": lazy("Withdrew"),
    "proof": lazy("In these words, when, how and where"),
}
