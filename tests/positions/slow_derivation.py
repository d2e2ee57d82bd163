"""A second derivation, for the tests alone: docs/positions.md read once more, slowly, rule by rule.

It shares no code with app/positions/rules.py and has another shape: it asks each question of the whole list of evidence
every time, and knows no index. It takes the records of app/positions/record.py and answers a plain tuple
(position, level, ref, set of flags).
"""

from datetime import date, timedelta

SCALE = ["opposed", "sceptical", "undecided", "partial", "support", "champion"]
SIDE = {"champion": 1, "support": 1, "partial": 1, "undecided": 0, "sceptical": -1, "opposed": -1}
STRENGTH = [
    {"alignment"},
    {"joint_statement", "group_statement", "group_draft"},
    {"national_statement", "written_submission", "official_reply"},
    {"silence_break"},
    {"reservation"},
    {"cosponsor", "signature", "lead_act"},
    {"vote:whole", "vote:"},
    {"vote:paragraph", "vote:amendment"},
    {"dissociation", "explanation"},
]
ALONE = {
    "lead_act", "vote", "cosponsor", "signature", "explanation", "dissociation", "reservation", "silence_break",
    "national_statement", "written_submission", "official_reply",
}  # fmt: skip


class SlowDerivation:
    """One state, one ask, one day."""

    def __init__(self, state, ask, as_of, evidence, memberships):
        self.state, self.as_of = state, as_of
        self.pieces = [e for e in evidence if e.ask == ask and self.first_rule(e)]
        self.rows = [m for m in memberships if m.state == state]
        self.all_rows = memberships

    def first_rule(self, e):
        if e.type == "vote" and e.on == "procedural":
            return False
        if not e.of_current_version or e.relevance != "direct" or e.status != "published":
            return False
        return e.date <= self.as_of

    def get(self, ref):
        return next((e for e in self.pieces if e.ref == ref), None)

    def is_withdrawn(self, ref, by):
        return any(self.withdraws(w, ref, by) for w in self.pieces)

    def withdraws(self, w, ref, by):
        if w.type != "withdrawal" or w.regards != ref or w.speaker != by:
            return False
        later = [v for v in self.pieces if (v.date, v.ref) > (w.date, w.ref)]
        return not any(self.withdraws(v, w.ref, by) for v in later)

    def is_freed(self, ref):
        for e in self.pieces:
            its_own = e.type in ("dissociation", "reservation") and e.speaker == self.state
            if its_own and e.regards == ref and not self.is_withdrawn(e.ref, self.state):
                return True
        return False

    def says(self, e, seen=()):
        if e.type == "vote":
            if e.cast in ("absent", ""):
                return None
            table = {"yes": "support", "no": "opposed", "abstain": "undecided"}
            if e.yes_means == "against":
                table = {"yes": "opposed", "no": "support", "abstain": "undecided"}
            return table[e.cast]
        if e.type in ("report", "consensus_adoption", "withdrawal"):
            return None
        if e.type == "social_post" and e.signal == "champion":
            return "support"
        if e.signal:
            return e.signal
        if e.type == "alignment":
            if e.ref in seen or self.get(e.regards) is None:
                return None
            return self.says(self.get(e.regards), (*seen, e.ref))
        return {
            "dissociation": "opposed",
            "reservation": "partial",
            "lead_act": "champion",
            "cosponsor": "support",
            "signature": "support",
            "group_draft": "support",
        }.get(e.type)

    def good_rows(self, group, day):
        good = []
        for m in self.rows:
            if m.group != group or m.status == "observer":
                continue
            if m.status == "former" and m.left is None:
                continue
            start, end = m.joined or date.min, m.left or date.max
            if not start <= day < end:
                continue
            if m.suspended_from and m.suspended_from <= day < (m.suspended_to or date.max):
                continue
            good.append(m)
        return good

    def named_or_own(self):
        for e in self.pieces:
            if self.says(e) is None or self.is_withdrawn(e.ref, self.state):
                continue
            if e.type in ALONE and e.speaker == self.state:
                yield e, "own"
            elif e.type in ("joint_statement", "group_statement", "group_draft") and self.state in e.states:
                if not self.is_freed(e.ref):
                    yield e, "named"
            elif e.type == "alignment" and e.speaker == self.state and not self.is_freed(e.ref):
                whose = self.get(e.regards)
                if (
                    whose is None
                    or whose.type not in ("group_statement", "group_draft")
                    or not self.good_rows(whose.speaker, e.date)
                ):
                    yield e, "named"

    def posts(self):
        for e in self.pieces:
            its_own = e.type == "social_post" and e.speaker == self.state
            if its_own and self.says(e) and not self.is_withdrawn(e.ref, self.state):
                yield e, "own"

    def through_groups(self):
        for e in self.pieces:
            if e.type not in ("group_statement", "group_draft") or e.states or self.says(e) is None:
                continue
            if self.is_freed(e.ref) or self.is_withdrawn(e.ref, e.speaker) or self.is_withdrawn(e.ref, self.state):
                continue
            rows = [m for m in self.good_rows(e.speaker, e.date) if m.binds and (m.left is None or m.left > self.as_of)]
            if rows:
                position = {"champion": "support", "opposed": "sceptical"}.get(self.says(e), self.says(e))
                yield e, position, any(m.joined for m in rows)

    @staticmethod
    def strength(e):
        name = f"vote:{e.on}" if e.type == "vote" else e.type
        return next(n for n, names in enumerate(STRENGTH) if name in names)

    def pick(self, found):
        """Of equally strong [(piece, position, …)] the lowest, of these the smallest ref; and whether they differ."""
        lowest = min(SCALE.index(entry[1]) for entry in found)
        chosen = sorted((entry for entry in found if SCALE.index(entry[1]) == lowest), key=lambda entry: entry[0].ref)
        return chosen[0], len({entry[1] for entry in found}) > 1

    def answer(self):
        own = [(e, self.says(e), level) for e, level in self.named_or_own()]
        posts = [(e, self.says(e), level) for e, level in self.posts()]
        group = list(self.through_groups())
        flags = set()
        voice = own or posts
        if voice:
            last = max(e.date for e, *_ in voice)
            voice = [entry for entry in voice if entry[0].date == last]
            if own:
                best = max(self.strength(e) for e, *_ in voice)
                voice = [entry for entry in voice if self.strength(entry[0]) == best]
            (e, position, level), differ = self.pick(voice)
            if any(g.date > e.date and SIDE[p] != SIDE[position] for g, p, _ in group):
                flags.add("contradicted")
            if own and any(s.date > e.date and SIDE[p] != SIDE[position] for s, p, _ in posts):
                flags.add("newer_informal")
            if e.type == "vote" and e.cast == "abstain":
                flags.add("abstained")
        elif group:
            last = max(e.date for e, *_ in group)
            (e, position, known), differ = self.pick([entry for entry in group if entry[0].date == last])
            level = "group"
            if not known:
                flags.add("membership_date_unknown")
        else:
            return "unknown", "none", None, set()
        if differ:
            flags.add("conflicting")
        if self.four_years_before() > e.date:
            flags.add("dated")
        return position, level, e.ref, flags

    def four_years_before(self):
        """The first day that is not more than four years ago."""
        day = self.as_of
        while True:
            try:
                return day.replace(year=day.year - 4)
            except ValueError:
                day += timedelta(days=1)


def slow_derive(state, ask, as_of, evidence, memberships):
    """(position, level, ref or None, set of flags)."""
    return SlowDerivation(state, ask, as_of, evidence, memberships).answer()
