"""From bytes to stored readings: decode, batch, store, evaluate limits."""
