"""Words as they are compared: folded, spelled one way, split, and alike within a slip or an ending."""

import re
import unicodedata
from functools import lru_cache

TYPO_FREE = 4
"""Words of up to so many letters must match exactly: one letter there makes another word."""
TWO_SLIPS = 8
"""Words of so many letters may have two slips."""
LEAST_STEM = 4
MOST_WORDS = 80
"""Words of a text that are looked at: a question is in its first ones, and each costs time."""

_SPELLINGS = """
cant=can not; cannot=can not; wont=will not; dont=do not; doesnt=does not; didnt=did not; isnt=is not; arent=are not;
wasnt=was not; havent=have not; hasnt=has not; couldnt=could not; whats=what is; hows=how is; wheres=where is;
whens=when is; whos=who is; whys=why is; thats=that is; theres=there is; im=i am; ive=i have; pls=please; plz=please;
u=you; ur=your; thru=through; yday=yesterday; yest=yesterday; tmrw=tomorrow; rn=right now; atm=now; pw=password;
pwd=password; acct=account; acc=account; avg=average; hr=hour; hrs=hours; wk=week; wks=weeks; mth=month; mnth=month;
mths=months; yr=year; yrs=years; gonna=going to; wanna=want to; gotta=got to; lemme=let me; gimme=give me;
dunno=do not know; howmuch=how much; alot=a lot; ppl=people; msg=message; kws=kw; kwhs=kwh; khw=kwh; kwhr=kwh;
cind=cand; cit=cat; cita=cata; sint=sunt; pina=pana; virf=varf; virful=varful; virfuri=varfuri; miine=maine;
saptamina=saptamana; saptaminii=saptamanii; saptamini=saptamani; sapt=saptamana; dece=de ce; dc=de ce; pt=pentru;
ptr=pentru; nush=nu stiu; nr=numar; tel=telefon; vb=vorbesc; vreu=vreau; azinoapte=azi noapte; dvs=; ms=mersi;
dumneavoastra=; kilowatti=kilowati; kwati=kilowati
"""
SPELLINGS = {
    written: meant.split()
    for written, _, meant in (line.strip().partition("=") for line in _SPELLINGS.replace("\n", " ").split(";"))
}
"""What is written short, without its apostrophe or in the old way (`cînd`)."""


def fold(text: str) -> str:
    """Lower case without diacritics: "Săptămâna" and "săptămîna" are one, "șapte" and "sapte" too."""
    decomposed = unicodedata.normalize("NFKD", re.sub(r"(?<=\w)î(?=\w)", "â", text.casefold()))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The first folded words of a text; Romanian's hyphens and English's apostrophes split, `isn't` is `is not`."""
    text = re.sub(r"[\u2018\u2019\u02bc`]", "'", fold(text))
    text = re.sub(r"\bcan't\b", "can not", re.sub(r"\bwon't\b", "will not", text))
    text = re.sub(r"'s\b", " is", re.sub(r"(?<=[a-z])n't\b", " not", text))
    text = re.sub(r"[\u2013\u2014]", "-", text)
    text = re.sub(r"\s-+\s", " to ", text)
    found = re.findall(r"[a-z]+|\d+(?:[.,:/-]\d+)*", text)[:MOST_WORDS]
    return [each for word in found for each in SPELLINGS.get(word, (word,))][:MOST_WORDS]


@lru_cache(65536)
def alike(word: str, wanted: str) -> bool:
    """Whether `word` is `wanted` written with a slip (two in a long word): a letter missing, added, wrong or swapped."""
    if word == wanted:
        return True
    shortest = min(len(word), len(wanted))
    if len(wanted) <= TYPO_FREE or shortest < TYPO_FREE or word[0] != wanted[0]:
        return False
    allowed = 2 if shortest >= TWO_SLIPS else 1
    return abs(len(word) - len(wanted)) <= allowed and _slips(word, wanted) <= allowed


def _slips(one: str, other: str) -> int:
    """How many letters are missing, added, wrong, or swapped with their neighbour."""
    before, above = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


def common_start(one: str, other: str) -> int:
    """How many letters two words begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def names(word: str, name: str) -> bool:
    """Whether a word of the question stands for a word of a name: "garajului" or "garage" for "garaj"."""
    if alike(word, name):
        return True
    shared = common_start(word, name)
    return shared >= LEAST_STEM and len(word) - shared <= 4 and len(name) - shared <= 2
