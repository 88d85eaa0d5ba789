"""Mechanisms every service stands on; no word of the energy domain lives here."""
