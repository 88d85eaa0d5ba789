"""Periods of time as people write them, in Romanian and English."""
