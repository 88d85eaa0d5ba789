"""Which question a text asks, by patterns of words."""
