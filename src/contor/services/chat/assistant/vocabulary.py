"""Words that mean the same to us, of both languages, folded: no capitals, no diacritics. `*`: however it ends."""

from functools import cache

CONCEPTS = {
    "amount": "numarul numar how_much how_many cat cata cati cate total totalul amount number sum suma cantitate* "
    "figure figures",
    "use": "use used uses using usage consum* energ* electric* curent curentul curentului kwh kilowatt* utiliz* "
    "folos* spend spent burn* load power draw* drew "
    "eat eats eaten took takes mananc* inghit* trag trage tras cheltui* arde ars priza kilowati",
    "most": "most highest biggest largest top max maxim* heaviest mult mare mari record worst greatest proasta prost "
    "hungr* greedy lacom* principal main",
    "least": "least lowest smallest fewest min minim* putin mic mica",
    "which": "which what care ce carui carei cine",
    "when": "when cand time hour hours ora ore orele moment momentul",
    "why": "why reason cause caused de_ce motiv* cauza explain explica* what_happened happened intamplat because",
    "how": "how cum where unde way can_i pot steps pasi",
    "meter": "meter meters device devices contor* contoar* aparat* dispozitiv* sensor senzor*",
    "alert": "alert* alarm* warn* notif* avertiz* avertism*",
    "limit": "limit* threshold prag* allowance plafon* cap ceiling",
    "now": "now right_now currently moment acum momentul prezent instant this_hour ora_asta ora_aceasta "
    "live ora_curenta actual actuala",
    "compare": "compare* compar* versus vs than decat fata_de difference diferent* against",
    "more": "more less higher lower better worse up down increase* decrease* rise risen grow* grew crescut crestere* "
    "scazut scadere* mai_mult mai_putin rising drop* dropped",
    "average": "average mean medie mediu media typical* typically usual* obicei obisnuit* normally normal "
    "daily zilnic*",
    "day": "day days zi ziua zile date data",
    "change": "change* changing modif* schimb* set setting update edit raise lower adjust increase reduce mari maresc "
    "micsor* ridic* seta* setez reset* actualiz*",
    "add": "add* new connect* install* register* adaug* adauga* nou noua conect* instal* inregistr* another second "
    "additional leg legat aduc monta* montat",
    "password": "password* passwd parola parole parolei parolele pass_word passcode",
    "person": "person human people operator agent someone somebody representative staff support persoana om omul "
    "oameni operator* operatorul cineva administratorul coleg* consultant* reprezentant* angajat* "
    "administrator* asistenta",
    "speak": "speak talk chat call contact* reach connect transfer vorb* discut* discutie contact* suna* legatura "
    "transfer* get give",
}

_FILLERS = """
a an the of in on at to for from is are was were be been do does did have has had i me my we our us you your it its
this that there and or so please pls just tell show give can could would will with by about up as if am any some all hi
hello hey ok okay want know like need get see one what when where which who why care cand
unde cine s t ve re d ll m far until till great super
dar but also then iar getting got received primit primesc please kindly maybe exactly really let dear sorry mean say
could you think still oare doar exact despre dori doresc stiu afla
al ale ai cu de din la pe pentru si sau sa se un o unui unei mi ma au avem aveti fost este e sunt era eu tu noi imi iti
ne va te rog asta acesta aceasta aceste astea mea meu mei mele mie ce cum nu da buna salut vreau vrea poti puteti pot zi
spune arata arat ca cat pana acolo aici ii l le lui ul
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that tell nothing about what is wanted."""


@cache
def is_common(word: str) -> bool:
    """Whether a word means something by itself, so that a meter's name with it may not be meant."""
    choices = [choice for concept in CONCEPTS.values() for choice in concept.split()]
    return any(word == choice or (choice.endswith("*") and word.startswith(choice[:-1])) for choice in choices)
