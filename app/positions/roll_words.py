"""The words around a list of states in the six languages: headings of a vote, totals, and what joins names."""

import re

YES, NO, ABSTAIN, ABSENT = "yes", "no", "abstain", "absent"

# Above a list, with a colon after it or alone on its line. Written as `folding.fold` folds them.
HEADINGS = {
    YES: (
        *("in favour", "in favor", "voting in favour", "for", "yes", "yeas", "yea", "ayes"),
        *("pour", "votent pour", "ont vote pour", "voix pour", "en faveur", "a favor", "votos a favor", "en favor"),
        *("votaron a favor", "за", "голосовали за", "голосуют за", "赞成", "赞成票", "投赞成票", "投赞成票者"),
        *("المويدون", "مويدون", "مويد", "المصوتون مويدين", "مع"),
    ),
    NO: (
        *("against", "voting against", "no", "nays", "nay", "opposed", "contre", "votent contre", "ont vote contre"),
        *("voix contre", "en contra", "votos en contra", "votaron en contra", "против", "голосовали против"),
        *("голосуют против", "反对", "反对票", "投反对票", "投反对票者", "المعارضون", "معارضون", "معارض", "ضد"),
    ),
    ABSTAIN: (
        *("abstaining", "abstentions", "abstention", "abstain", "abstained", "s abstiennent", "se sont abstenus"),
        *("abstenciones", "abstencion", "se abstienen", "se abstuvieron", "absteniendose", "воздержались"),
        *("воздержавшиеся", "воздержались при голосовании", "воздерживаются", "弃权", "弃权票", "投弃权票", "弃权者"),
        *("الممتنعون", "ممتنعون", "الممتنعون عن التصويت", "امتناع"),
    ),
    ABSENT: (
        *(
            "absent",
            "absents",
            "absent or not voting",
            "not voting",
            "non voting",
            "did not vote",
            "ausentes",
            "ausente",
        ),
        *("n ont pas vote", "n ont pas pris part au vote", "no votaron", "отсутствовали", "отсутствующие"),
        *("отсутствуют", "не голосовали", "не участвовали в голосовании", "не участвовавшие в голосовании"),
        *("缺席", "未投票", "未参加投票", "الغايبون", "غايبون", "المتغيبون", "لم يشاركوا في التصويت"),
    ),
}

# Instead of a list.
NOBODY = frozenset(
    ("none", "nil", "aucun", "aucune", "neant", "ninguno", "ninguna", "нет", "никто", "无", "没有", "لا احد", "لا يوجد")
)

_N = r"(\d+|none|no|nil|zero|aucune?|ningun[oa]?|sin)"
_ABST = rf"(?:(?: with| and)? {_N} abst)?"

# (yes, no, abstain), the last perhaps missing; in folded text, whose punctuation is spaces.
TOTALS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_N} (?:votes? )?(?:in favou?r|for) (?:to )?{_N} (?:votes? )?(?:against|opposed)" + _ABST,
        rf"\b(?:vote of|votes of|by) {_N} (?:votes? )?(?:in favou?r )?to {_N}\b(?: votes?)?(?: against)?" + _ABST,
        rf"\b{_N} votes? (?:in favou?r )?to {_N}\b(?: against)?" + _ABST,
        rf"\b{_N} voix (?:pour )?(?:et )?(?:contre )?{_N}(?: voix)?(?: contre)?(?:(?: avec| et)? {_N} abst)?",
        rf"\b{_N} votos (?:a favor )?(?:y )?(?:contra )?{_N}\b(?: votos)?(?: en contra)?(?:(?: con| y)? {_N} abst)?",
        r"\b(\d+) голос\w* (?:за )?(?:против )?(\d+)\b(?: против)?(?: голос\w*)?(?:(?: при| и)? (\d+) воздерж)?",
        r"(\d+) ?票(?:赞成)? ?(?:对)? ?(\d+) ?票(?:反对)?(?: ?(\d+) ?票弃权)?",
        r"(\d+) (?:صوت\w*|اصوات|موي\w*) (?:\w+ )?(?:مقابل |ضد )?(\d+)\b(?: صوت\w*| اصوات)?(?: معارض\w*)?"
        r"(?: (?:مع )?(?:و ?)?امتناع (?:عضو\w* )?(\d+))?",
    )
)
# In Arabic one and two are told by the word that is counted.
COUNTED = (("صوتين", "2 صوت"), ("صوت واحد", "1 صوت"), ("عضوين", "2 عضو"), ("عضو واحد", "1 عضو"))

# What may stand between and around names without being one: what joins, articles, the words of who aligns or sponsors.
JOINING = frozenset(
    (
        *("and", "the", "as", "well", "also", "et", "ainsi", "que", "la", "le", "les", "l", "y", "e", "asi", "como"),
        *("el", "los", "las", "и", "а", "также", "و", "وكذلك", "كذلك", "和", "及", "与", "以", "以及", "等", "also"),
    )
)
ABOUT = frozenset(
    (
        *("candidate", "potential", "country", "countries", "efta", "member", "members", "of", "european", "economic"),
        *("area", "align", "aligns", "themselves", "itself", "with", "this", "statement", "declaration", "state"),
        *("states", "following", "co", "sponsors", "sponsor", "sponsored", "cosponsors", "by", "on", "behalf"),
        *("pays", "candidats", "etats", "auteurs", "coauteurs", "se", "rallient", "a", "cette", "suivants"),
        *("paises", "candidatos", "estados", "patrocinadores", "copatrocinadores", "siguientes", "suman"),
        *("esta", "declaracion", "страны", "кандидаты", "государства", "авторы", "соавторы", "следующие"),
        *("присоединяются", "к", "этому", "настоящему", "заявлению", "البلدان", "الدول", "التالية", "المقدمون"),
        *("تويد", "هذا", "البيان", "国家", "候选国", "提案国", "共同提案国", "赞同", "这一", "本", "发言", "声明"),
    )
)
