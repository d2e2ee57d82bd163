"""The document's own words in Arabic, for as long as the catalogue does not have them: a page in two scripts is read
back in another order than one in Arabic."""

WORDS = {
    "Those who are not named are told in tens, rounded down, so that nobody can be found out.": (
        "من لم تذكر أسماؤهم يحسبون بالعشرات مع التقريب إلى أدنى كي لا يعرف أحد منهم."
    ),
    "Version %(version)s of %(day)s": "النسخة %(version)s المؤرخة %(day)s",
    "Sign-on letter": "رسالة مفتوحة للتوقيع",
    "Check this document, and who stands behind the letter today:": "للتحقق من هذه الوثيقة وممن يؤيد الرسالة اليوم:",
    "About this text": "عن هذا النص",
    "Not for publication: this copy has names that are not public.": "ليست للنشر: في هذه النسخة أسماء غير علنية.",
    "Code that leads to the page on which this document can be checked": "رمز يؤدي إلى صفحة التحقق من هذه الوثيقة",
    "Signatories": "الموقعون",
    "Signatories, at least": "الموقعون، على الأقل",
    "Counted and not named, at least": "محسوبون دون ذكر أسمائهم، على الأقل",
    "The numbers of those who are not named are rounded down to tens.": (
        "أعداد غير المذكورين بالاسم مقربة إلى العشرات الأدنى."
    ),
    "Organisations named": "منظمات مذكورة بالاسم",
    "People named": "أشخاص مذكورون بالاسم",
    "Counted and not named": "محسوبون دون ذكر أسمائهم",
    "Countries and areas": "بلدان ومناطق",
    "A reviewed translation. What was agreed is the text in the negotiated language.": (
        "ترجمة مراجعة. والنص المتفق عليه هو نص لغة التفاوض."
    ),
    "A draft translation. What was agreed is the text in the negotiated language.": (
        "مسودة ترجمة. والنص المتفق عليه هو نص لغة التفاوض."
    ),
    "draft": "مسودة",
    "reviewed": "مراجعة",
    "official": "رسمية",
    "Version": "النسخة",
    "Language": "اللغة",
    "Date": "التاريخ",
    "%(language)s, %(state)s": "%(language)s، %(state)s",
    "Negotiated language": "لغة التفاوض",
    "Length in words": "عدد الكلمات",
    "Digital fingerprint (SHA-256)": "البصمة الرقمية",
    "Organisations from %(country)s": "منظمات من %(country)s",
    "People who signed": "الأشخاص الموقعون",
    "Elsewhere, or not said": "أماكن أخرى أو غير مذكورة",
    "Nobody has signed this letter yet.": "لم يوقع أحد هذه الرسالة بعد.",
    "No organisation is named.": "لم تذكر أي منظمة بالاسم.",
    "After a name: consultative status with the Economic and Social Council (general, special or roster).": (
        "بعد الاسم: المركز الاستشاري لدى المجلس الاقتصادي والاجتماعي (عام أو خاص أو قائمة)."
    ),
    "Some signatories are counted only: they stand in the total and in no country's line.": (
        "بعض الموقعين محسوبون فقط: هم في المجموع وليسوا في سطر أي بلد."
    ),
    "A name in a script that this document cannot show stands here in another language or script.": (
        "الاسم الذي لا تعرض هذه الوثيقة حروفه مكتوب هنا بلغة أو حروف أخرى."
    ),
    "Not named: %(number)s": "دون ذكر الاسم: %(number)s",
    "general": "عام",
    "special": "خاص",
    "roster": "قائمة",
    "Told by country or region only": "مذكورون بحسب البلد أو الإقليم فقط",
    "Counted, not named": "محسوبون وغير مذكورين بالاسم",
    "Total": "المجموع",
    "How signatories are shown": "كيف يظهر الموقعون",
    "Shown": "الظهور",
    "By region": "بحسب الإقليم",
    "Region": "الإقليم",
    "By country or area": "بحسب البلد أو المنطقة",
    "Country or area": "البلد أو المنطقة",
    "Annex: figures": "مرفق: الأرقام",
}
