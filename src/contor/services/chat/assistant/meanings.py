"""What the built-in answers understand besides the pages of the guide."""

from contor.services.chat.assistant.matching import Meaning

BEYOND = "beyond"
"""What Contor knows nothing about."""

# Of two patterns that fit equally well, the first wins.
MEANINGS = (
    Meaning(
        "who",
        ("!are_you|esti|sunteti|am_i|is_this|it_is {human}|{person}|{bot}|real|program",),
        precedence=3,
    ),
    Meaning(
        "person",
        (
            "!{human}",
            "{speak} {person}|{human}|{role}",
            "{want} person|persoana|persoane|om|{role}",
            "{how} have|avea {role}|person|persoana",
            "{not} bot|bots|robot*|chatbot",
            "{speak} {bot} {not}",
            "real|reala|adevarat*|viu person|persoana|om",
            "!{call_me}",
        ),
        also="{want} {how} {help} {speak} {person} {human} {role}",
        precedence=2,
    ),
    Meaning(
        "person",
        (
            "{person} {help}|there|acolo|aici",
            "who|whom|cui|cu_cine {speak}",
            "{complain} {want}|{person}|{how}",
            "not_help*|nu_ajuti|nu_ma_ajuti|nu_intelegi|nu_ma_intelegi|useless|inutil {person}|{want}|{speak}",
        ),
        also="{want} {how} {speak}",
    ),
    Meaning(
        BEYOND,
        (
            "!{other_supply}",
            "!{power_cut}",
            "!{market}",
            "!{craft}",
            "!{pastime}",
            "lower|lowering|reduce*|negotiate|scade|scadeti|scadea|reduc*|mai_mic|mai_bun|better price*|tariff*|tarif*|pret|pretul|preturi",
        ),
        precedence=1,
    ),
    Meaning(
        BEYOND,
        (
            "curent|curentul|power|electricity {interrupted} {place}|inapoi|cand|when|out|back|{period}",
            "{neighbour} {use}|{money}",
            "{switch} {appliance}",
            "buy|cumpar|recommend*|recoman* {appliance}|phone|telefon",
        ),
        also="{amount} {period} {how} {which}",
    ),
    Meaning(
        "compare",
        (
            "{compare} {use}|{period}|{more}",
            "{more} {period} since|ca|on|de_la|between|intre|from|cu_cat|by_how_much|or|sau",
            "{more} {use} {period} since|ca|din|on|between|intre|from|cu_cat|or|sau|de_la",
            "{more} {ran} {period}",
            "{more} {use} usual|obicei|before|inainte",
            "{trend} {use}|{compare}|{period}",
        ),
        also="{compare} {more} {use} {period} {named} {trend} cu_cat|how_much|by_how_much",
    ),
    Meaning(
        "top_meter",
        (
            "{meter}|{consumer} {most}|{more}",
            "{meter} {use} mult|multa",
            "{which}|{who} {use} {most}",
            "which_of|which_one|dintre|care_din|of_them|of_all {most}",
            "{who} {use} {more}|{most}",
            "where|unde {use} {most}",
            "where|unde {use}|{ran} go|goes|going|duce|duc|merge {most}|all|tot",
            "{which} {use} all|tot",
            "{rank} {meter}|{consumer}",
            "{many} {more}|{most}|{compare}",
        ),
        also="{which} {use} {period} {meter} {consumer}",
    ),
    Meaning("lowest_day", ("{day} {least}",), also="{which} {when} {use} {period} {named}"),
    Meaning("highest_day", ("{day} {most}|{peak}",), also="{which} {when} {use} {period} {named} {peak}"),
    Meaning(
        "peak_hour",
        (
            "!{peak}",
            "{hour} {most}",
            "{when} {use} {most}",
            "{when}|{hour} maxim*",
        ),
        also="{which} {when} {hour} {use} {period} {named} {most}",
    ),
    Meaning(
        "average",
        (
            "!{average}",
            "{amount}|{use} {each_day}",
        ),
        also="{use} {period} {named} {amount} {day} {each_day} {own}",
    ),
    Meaning(
        "why_alert",
        (
            "{why} {alert}",
            "{alert} about|despre",
            "{why} {exceed}",
            "{why} red|rosu|rosie",
            "wrong|gresit {alert}",
        ),
        also="{why} {limit} {exceed} {period} {named} {sends} {past} {which}",
    ),
    Meaning(
        "alert_count",
        (
            "{amount} {alert}",
            "{how_often} {limit}|{alert}|{exceed}",
            "{amount} depasir*|overrun*|violation*",
        ),
        also="{amount} {limit} {exceed} {period} {named} {past} {sends} {unread} {own}",
    ),
    Meaning(
        "alerts",
        (
            "!{alert}",
            "!overrun*|depasir*|violation*",
            "{past}|when|cand {exceed} {limit}|{period}|{named}",
            "{alert} {not} {confirm}",
            "{exceed} {limit} {period}",
            "{exceed} lately|recently|recent|vreodata|ever",
            "{last} {exceed} {limit}",
        ),
        also="{past} {limit} {period} {named} {list} {unread} {own} {sends} {not} new|noi|noua|any|vreo|latest|recent*",
    ),
    Meaning(
        "power_now",
        (
            "!{power_now}",
            "{power} {now}|{amount}|{use}|{named}|{own}",
            "{now} load|draw|drawing|drawn|pulling|demand|sarcina|trag|trage|absorb*",
            "drawing|pulling|absorb* {amount}|{which}|{power}",
            "!wattage|puterea",
            "{use} instant*|real_time|timp_real|realtime|live",
            "{use} {now} {amount}",
        ),
        also="{now} {amount} {use} {named} {which} {power}",
    ),
    Meaning(
        "limit_now",
        (
            "{limit}|{exceed} {now}|{this_hour}",
            "{near} {limit}|{exceed}",
            "{near}|{will}|if|daca {alert} {this_hour}|{switch}|{now}",
            "{left} {limit}|{this_hour}",
            "{left} {exceed}|{use} {limit}|{named}|mult",
            "{amount} headroom|margin|room|marja|left|ramas",
            "headroom|margin|marja {left}|{named}|{limit}",
            "{within} {limit}",
            "{am} {within}|{exceed} {limit}",
            "{will}|without|fara {exceed}",
            "how|cum {limit} {going}",
            "!{this_hour}",
            "{percent} {limit}",
        ),
        also="{limit} {exceed} {now} {this_hour} {use} {amount} {left} {named} {percent} {how} {going} {am} {near} {switch} {appliance}",
    ),
    Meaning(
        "limits",
        (
            "{limit}",
            "{allowed} {use}|{amount}|{per_hour}",
            "{most} {per_hour}",
            "{use} {per_hour} how|can|pot|may|poate",
        ),
        also="{limit} {which} {amount} {named} {meter} {own} {list} {per_hour} {use} is_set|set_to|set_for|set_at|setat*|pus|puse|stabilit*",
    ),
    Meaning(
        "meter_state",
        (
            "{meter}|{named} {works}|{sends}",
            "{last} {readings}",
            "{when} {last} {meter}|{named}",
            "{readings} {sends}",
            "!everything|all|totul|tot {works}",
            "{meter} stopped|oprit",
            "since|de_cand {not} {sends}",
        ),
        also="{meter} {named} {works} {sends} {readings} {last} {when} {period} {not}",
    ),
    Meaning("meters", ("{meter} {which}|{amount}|{list}|{own}",), also="{which} {amount} {list} {own} names|numele|called"),
    Meaning(
        "consumption",
        (
            "!consum*|usage",
            "{amount}|{period}|{named}|{own} {use}",
            "{amount}|{ran}|{readings}|{meter}|{report} {period}",
            "{amount} {ran} {named}",
            "{report} {use}",
            "figure*|numbers|result*|counter|units|unitati {period}",
            "{amount} {power} {period}",
            "?{period}",
            "?{named}",
        ),
        also="{amount} {use} {period} {named} {ran} {own}",
    ),
    Meaning(
        "forecast",
        (
            "{forecast} {use}|{period}|{amount}|bill|factur*",
            "{will} {use} {amount}|{period}|{which}",
            "{will} {use} by_the_end|end_of|sfarsit*",
        ),
        also="{amount} {use} {period} {will} by_the_end|end_of|sfarsit*",
    ),
    Meaning("hello", ("={hello}", "={hello} {help}")),
    Meaning("thanks", ("={thanks}", "={thanks} {praise}|{help}", "={praise}")),
    Meaning("goodbye", ("={goodbye}", "={goodbye} {thanks}|{praise}")),
    Meaning(
        "help",
        (
            "={help}",
            "what|ce|what_do can|poti|stii|pot|you|tu {know}|ask|intreb|intreba|{help}|do|faci|face",
            "what|ce sort|kind|fel questions|things|intrebari",
            "how|cum|cu_ce can|poti|do|ma {you} {help}|work|functionezi",
            "!ce_stii|ce_poti|ce_intrebari|la_ce_esti_bun|la_ce_ma_ajuti|cu_ce_ma_ajuti|what_can_you|what_can_i_ask",
            "questions|intrebari can|pot|pun|ask|pune {which}",
        ),
    ),
    Meaning(
        "who",
        (
            "who|cine {you}",
            "!what_are_you|cine_esti|ce_esti|cu_cine_vorbesc|who_are_you|who_am_i_talking|who_is_this",
            "vorbesc {bot}",
        ),
    ),
)
