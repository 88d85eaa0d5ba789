"""That people are understood however they put it, and not understood when they speak of something else."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from contor.services.chat.assistant.understanding import understand

METERS = ["Apartament", "Atelier", "Garaj"]
TODAY = date(2026, 3, 18)
PARAPHRASES = yaml.safe_load((Path(__file__).parent / "paraphrases.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("meaning", "text"), [(meaning, text) for meaning, texts in PARAPHRASES.items() for text in texts]
)
def test_paraphrases(meaning: str, text: str) -> None:
    understood = understand(text, METERS, TODAY)
    assert understood.intent == (None if meaning == "nothing" else meaning), understood
