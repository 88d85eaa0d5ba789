"""Which words stand for which expressions: the longest wins, a known word is no slip."""

from contor.services.chat.assistant.rules.intents.tagger import Tagger


def tags(text: str, *expressions: str, exact: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> set[str]:
    return set(Tagger(expressions, exact=exact, others=others).tags(text.split()))


def test_the_longest_expression_counts() -> None:
    assert tags("the power cut", "power", "power_cut", "cut") == {"power_cut"}
    assert tags("cut the power", "power", "power_cut", "cut") == {"power", "cut"}


def test_a_stem_is_any_ending() -> None:
    assert tags("consumul consumat", "consum*") == {"consum*"}


def test_a_slip_is_the_nearest_word() -> None:
    assert tags("limti", "limit", "limbi") == {"limit"}
    assert tags("cosnumul", "consum*") == {"consum*"}
    assert tags("elecricty", "electricity") == {"electricity"}


def test_a_word_that_is_known_is_no_slip_of_another() -> None:
    assert tags("form", "from") == {"from"}
    assert tags("form", "from", others=("form",)) == set()
    assert tags("plenty", "plants", exact=("plants",)) == set()


def test_short_words_must_be_right() -> None:
    assert tags("murit", "marit") == set()
    assert tags("pat", "pot") == set()
