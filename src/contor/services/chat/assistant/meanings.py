"""What the built-in answers understand besides the pages of the guide."""

from contor.services.chat.assistant.matching import Meaning

# The most particular come first: of two patterns that fit equally well, the first wins.
MEANINGS = (
    Meaning(
        "person",
        (
            "{speak} {person}",
            "real|human|actual|live person|human|operator|agent|someone",
            "operator|uman|human|persoana_reala",
            "want|need|please|vreau|doresc|prefer {person}",
            "not robot|bot|machine|masina",
            "customer service|support",
            "need|want|vreau|am ajutor|help {person}",
        ),
    ),
    Meaning(
        "compare",
        (
            "{compare} {use}",
            "{compare} last|previous|before|prior|trecut*|anterioara|precedent*|dinainte",
            "{use} {more} {compare}",
            "{more} {compare} last|previous|before|prior|trecut*|anterioara|precedent*|dinainte|usual|yesterday|ieri",
            "{use} gone|went|going|go|a|am {more}",
            "evolutie|evolution|trend|tendinta|progress {use}|{compare}",
        ),
    ),
    Meaning(
        "top_meter",
        (
            "{which} {meter} {most}",
            "{which} {meter} {use} {most}",
            "{which} {use} {most}",
            "{meter} {use} {most}",
            "rank*|clasament|order|ordine|top {meter}",
        ),
    ),
    Meaning(
        "lowest_day",
        ("{which}|{when} {day} {least}", "{day} {use} {least}", "{which} {day} {use} {least}"),
    ),
    Meaning(
        "highest_day",
        ("{which}|{when} {day} {most}", "{day} {use} {most}", "{which} {day} {use} {most}"),
    ),
    Meaning(
        "peak_hour",
        (
            "peak*|varf*|virf*",
            "{when} peak*|varf*|virf*",
            "peak*|varf*|virf* {use}",
            "{when} {use} {most}",
            "at_what|la_ce|in_ce|which|what|care hour|time|ora|interval|moment {use} {most}",
            "{when} peak*|varf*|virf* {use}",
            "which|what|care hour|ora|interval {most}",
        ),
    ),
    Meaning(
        "average",
        (
            "{average} {use}",
            "{average} {period}",
            "{average} {day} {period}",
            "{average} {use} {day}|per|pe",
            "{amount} {average}",
            "{amount} {use} {average}",
            "{amount} {use} per_day|a_day|pe_zi|each_day|every_day|in_fiecare_zi",
        ),
    ),
    Meaning(
        "why_alert",
        (
            "{why} {alert}",
            "{why} over|exceed*|above|passed|depas*|peste {limit}",
            "{alert} mean*|inseamna|about|despre",
            "{why} {alert} got|get|receive*|primit*|venit",
            "{why} red|rosu",
        ),
    ),
    Meaning("alert_count", ("{amount} {alert}", "{amount} times|ori over|exceed*|passed|depas*|peste {limit}")),
    Meaning(
        "alerts",
        (
            "{alert}",
            "any|latest|last|recent*|new|show|list|vreo|ultim*|noi|lista {alert}",
            "exceed*|passed|broke|broken|depas* {limit}",
            "over|above|peste {limit} was|were|been|ever|fost|trecut|when|cand",
            "unread|unacknowledged|neconfirmat*|necitit* {alert}",
        ),
    ),
    Meaning(
        "power_now",
        (
            "power|putere|puterea|watt*|kw|load|sarcina {now}",
            "power|putere|puterea|watt*|wati|kw {amount}",
            "drawing|pulling|absorb* {now}|power|putere*",
            "power|putere|puterea|watt*|wati|kw {use} {now} {amount}|{which}",
            "power|putere|puterea|watt*|wati|kw {now} {amount}|{which}",
            "instantaneous|instantanee|instantaneu power|putere*|{use}",
        ),
    ),
    Meaning(
        "limit_now",
        (
            "{limit} {now}",
            "{limit} close|near|far|aproape|departe|left|ramas|remaining|until|pana|reach*|ajung*|ating*",
            "{amount} left|ramas|remaining|mai_am {limit}|{now}",
            "{now} {use} {amount}",
            "this|ora|asta|aceasta|curenta {limit} hour|ora",
            "am|are|is|sunt|suntem over|above|peste|within|under|sub {limit}",
            "how|cum stand|doing|stau|stam|merge {now}|{limit}|hour|ora",
            "this_hour|ora_asta|ora_aceasta|ora_curenta",
            "this_hour|ora_asta|ora_aceasta|ora_curenta {use}",
        ),
    ),
    Meaning(
        "limits",
        (
            "{which} {limit}",
            "{amount} {limit}",
            "my|mea|meu|hourly|orara|contor*|meter {limit}",
            "{which} {limit} my|mea|hourly|orara|meu|{meter}|set*",
        ),
    ),
    Meaning(
        "meter_state",
        (
            "{meter} work*|online|offline|alive|ok|silent|quiet|down|dead|broken",
            "{meter} merge|functioneaz*|mort|stricat|activ*|tace",
            "{meter} send*|sent|transmit*|trimite*|report*|raporteaz*|comunic*",
            "last|latest|ultima|ultimul reading|readings|citire|citirea|data|date|masurare*|masurator*",
            "{when} {meter} last|ultima sent|transmis|reading|citire",
            "data|date|readings|citiri arriv*|coming|vin|ajung|sosesc|receiv*|primit*",
        ),
    ),
    Meaning(
        "meters",
        (
            "{which} {meter}",
            "{amount} {meter}",
            "list*|show|arata*|my|mele|vezi|vad {meter}",
            "{which} {meter} have|own|am|detin|mele|my|mine|account|cont",
        ),
    ),
    Meaning(
        "consumption",
        (
            "{amount} {use}",
            "{use} {period}",
            "{amount} {period}",
            "{amount} {use} {period}",
            "{use} {named}",
            "{use} {named} {period}",
            "my|meu|mea|total|totala|nostru|our {use}",
            "consumul|consumption|usage",
            "{period}",
            "{named}",
            "{period} {named}",
        ),
    ),
    Meaning("forecast", ("forecast*|predict*|prognoz*|estim* {use}|bill|factur*", "will|voi|vom|o_sa {use}|{amount}")),
    Meaning("hello", ("hello|hi|hey|buna|salut|salutari|servus|noroc|morning|afternoon|evening|ziua|seara|dimineata",)),
    Meaning(
        "thanks",
        (
            "thanks|thank|thx|ty|cheers|multumesc|multam|mersi|multumim|merci|appreciate*",
            "thanks|thank|multumesc|mersi lot|much|very|help|mult|frumos|ajutor",
        ),
    ),
    Meaning("goodbye", ("bye|goodbye|revedere|pa|see_you|la_revedere|goodnight|noapte_buna",)),
    Meaning(
        "help",
        (
            "help|ajutor|ajuta",
            "what|ce|how|cum can|poti|stii|know you|tu|face|faci|do|help|raspunde|intreb",
            "what|ce can|pot ask|intreb|intreba",
            "what|ce stii|poti face|faci|sa",
        ),
    ),
    Meaning(
        "who",
        (
            "who|cine are|esti you|tu|esti",
            "are|esti you|tu|un|o robot|bot|human|person|om|ai|persoana|machine",
            "robot|bot|chatbot esti|are|vorbesc|this",
        ),
    ),
)
