"""The page to pay on and the portal, as plain forms, in the visitor's language. They say that they are fake."""

from html import escape

from .store import places

WORDS = {
    "en": ("A fake Stripe for tests: no money moves", "Pay", "E-mail", "Card number", "Name on card", "Pay by bank"
           " debit", "Back", "Your card was declined.", "This page is no longer here", "Your subscription", "Cancel"
           " subscription", "Cancelled", "per month"),
    "fr": ("Un faux Stripe pour les tests : aucun argent ne circule", "Payer", "E-mail", "Numéro de carte", "Nom sur la"
           " carte", "Payer par prélèvement", "Retour", "Votre carte a été refusée.", "Cette page n’existe plus",
           "Votre abonnement", "Annuler l’abonnement", "Annulé", "par mois"),
    "es": ("Un Stripe falso para pruebas: no se mueve dinero", "Pagar", "Correo electrónico", "Número de tarjeta",
           "Nombre en la tarjeta", "Pagar por domiciliación", "Volver", "Su tarjeta fue rechazada.", "Esta página ya no"
           " existe", "Su suscripción", "Cancelar la suscripción", "Cancelada", "al mes"),
    "ru": ("Ненастоящий Stripe для тестов: деньги не движутся", "Оплатить", "Эл. почта", "Номер карты", "Имя на карте",
           "Оплатить со счёта", "Назад", "Карта отклонена.", "Этой страницы больше нет", "Ваша подписка", "Отменить"
           " подписку", "Отменена", "в месяц"),
    "zh": ("测试用的模拟 Stripe：没有资金流动", "支付", "电子邮件", "卡号", "持卡人姓名", "银行扣款", "返回",
           "您的卡被拒绝。", "此页面已不存在", "您的订阅", "取消订阅", "已取消", "每月"),
}  # fmt: skip


def language(locale: str | None, accepted: str) -> str:
    """The language of a page: the one the session names, else the browser's, of those that Stripe speaks."""
    said = [locale] if locale and locale != "auto" else [part.split(";")[0].strip() for part in accepted.split(",")]
    return next((each[:2].lower() for each in said if each[:2].lower() in WORDS), "en")


def amount(minor: int, currency: str) -> str:
    """An amount, plainly."""
    digits = places(currency)
    text = f"{minor:0{digits + 1}d}"
    return f"{text[:-digits]}.{text[-digits:]} {currency.upper()}" if digits else f"{text} {currency.upper()}"


def _page(lang: str, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width"><title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1>'
        f"<p>{escape(WORDS[lang][0])}</p>{body}</main></body></html>"
    )


def gone(lang: str) -> str:
    """Nothing is to be paid here."""
    return _page(lang, WORDS[lang][8], "")


def pay(lang: str, session: dict, item: dict, declined: bool = False) -> str:
    """What is to be paid, and the form."""
    words = WORDS[lang]
    price = amount(session["amount_total"], session["currency"])
    each = f" {words[12]}" if session["mode"] == "subscription" else ""
    told = f'<p role="alert">{escape(words[7])}</p>' if declined else ""
    back = f'<p><a href="{escape(session["cancel_url"])}">{escape(words[6])}</a></p>' if session["cancel_url"] else ""
    mail = escape(session["customer_email"] or "")
    return _page(
        lang,
        f"{item['description']}: {price}{each}",
        f'{told}<form method="post"><p><label>{escape(words[2])} <input name="email" type="email" required'
        f' value="{mail}"></label></p><p><label>{escape(words[4])} <input name="name"></label></p><p><label>'
        f'{escape(words[3])} <input name="card" inputmode="numeric" value="4242 4242 4242 4242"></label></p><p><button'
        f' name="way" value="card">{escape(words[1])} {price}</button> <button name="way" value="debit">'
        f"{escape(words[5])}</button></p></form>{back}",
    )


def portal(lang: str, session: dict, subscriptions: list[dict]) -> str:
    """The monthly gifts of a customer, each with a button that ends it."""
    words = WORDS[lang]
    rows = []
    for each in subscriptions:
        price = each["items"]["data"][0]["price"]
        said = f"{amount(price['unit_amount'], price['currency'])} {words[12]}"
        if each["status"] == "canceled":
            rows.append(f"<p>{escape(said)} – {escape(words[11])}</p>")
        else:
            rows.append(
                f'<form method="post"><p>{escape(said)} <button name="subscription" value="{each["id"]}">'
                f"{escape(words[10])}</button></p></form>"
            )
    back = session["return_url"]
    link = f'<p><a href="{escape(back)}">{escape(words[6])}</a></p>' if back else ""
    return _page(lang, words[9], "".join(rows) + link)
