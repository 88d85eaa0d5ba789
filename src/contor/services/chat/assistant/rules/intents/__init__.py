"""Intent classification: word lists and patterns in Romanian and English, matched with typo tolerance."""
