"""Names of states made comparable: case, accents, Arabic letters, full width, traditional Chinese, punctuation."""

import re
import unicodedata

# The characters of states' names that are written otherwise in traditional Chinese.
_TRADITIONAL = (
    "國国 亞亚 爾尔 蘭兰 羅罗 馬马 納纳 維维 聯联 贊赞 讚赞 對对 棄弃 權权 島岛 麥麦 盧卢 薩萨 烏乌 魯鲁 "
    "賴赖 達达 紐纽 買买 貝贝 賓宾 萊莱 諾诺 倫伦 陸陆 奧奥 韓韩 灣湾 緬缅 葉叶 剛刚 劃划 勞劳 圖图 聖圣 "
    "約约 瑪玛 瓊琼 喬乔 時时 門门 間间 東东 華华 愛爱 積积 衛卫 規规 濟济 內内 蘇苏 當当 贏赢 紮扎 書书 "
    "無无 傑杰 凱凯 閃闪 庫库 開开 溫温 澤泽 團团 寧宁 岡冈 幾几 蓋盖 頓顿 敘叙 臘腊 歐欧 斂敛 棟栋 與与 "
    "參参 決决 議议 現现 並并 義义 順顺 馮冯 盤盘 億亿 樓楼 塗涂 厲厉 車车 遜逊 撾挝 茲兹 習习 魚鱼 貢贡 "
    "紹绍 湯汤 賽赛 諸诸 統统 獨独 體体 絲丝 綠绿 隴陇 鄧邓 滿满 賀贺 "
)
_SIMPLER = {
    **{ord(pair[0]): pair[1] for pair in _TRADITIONAL.split()},
    # Arabic: forms of alif, of ya, of ta marbuta; the hamza alone; the stretching stroke; Persian letters.
    **{ord("ٱ"): "ا", ord("ى"): "ي", ord("ی"): "ي", ord("ة"): "ه", ord("ء"): "", ord("ـ"): "", ord("ک"): "ك"},
    # Letters that decompose into nothing simpler.
    **{ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("ı"): "i", ord("æ"): "ae", ord("œ"): "oe"},
    # The hyphen that only breaks a line, and marks of direction.
    **{
        ord(mark): "" for mark in "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069"
    },
}
_CJK = re.compile("[\u3400-\u9fff]")


def fold(text: str) -> str:
    """The text in small letters without accents, its punctuation as single spaces; none within Chinese. Digits of all
    scripts become 0 to 9."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    plain = plain.casefold().translate(_SIMPLER)
    kept = "".join(_kept(char) for char in plain)
    words = " ".join(kept.split())
    return re.sub("(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])", "", words) if _CJK.search(words) else words


def _kept(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return char if char.isalpha() else " "


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _CJK.search(text) is not None
