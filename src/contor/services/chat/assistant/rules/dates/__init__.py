"""Recognition of dates and periods in Romanian and English text."""
