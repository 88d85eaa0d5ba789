"""Tagging of expressions: the longest wins, and a known word is never read as a typo."""

from contor.services.chat.assistant.rules.intents.tagger import Tagger


def tags(text: str, *expressions: str, exact: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> set[str]:
    return set(Tagger(expressions, exact=exact, others=others).tag(text.split()))


def test_the_longest_expression_wins() -> None:
    assert tags("the power cut", "power", "power_cut", "cut") == {"power_cut"}
    assert tags("cut the power", "power", "power_cut", "cut") == {"power", "cut"}


def test_a_stem_matches_any_ending() -> None:
    assert tags("consumul consumat", "consum*") == {"consum*"}


def test_a_typo_is_read_as_the_nearest_word() -> None:
    assert tags("limti", "limit", "limbi") == {"limit"}
    assert tags("cosnumul", "consum*") == {"consum*"}
    assert tags("elecricty", "electricity") == {"electricity"}


def test_a_known_word_is_not_read_as_a_typo() -> None:
    assert tags("form", "from") == {"from"}
    assert tags("form", "from", others=("form",)) == set()
    assert tags("plenty", "plants", exact=("plants",)) == set()


def test_short_words_must_match_exactly() -> None:
    assert tags("murit", "marit") == set()
    assert tags("pat", "pot") == set()
