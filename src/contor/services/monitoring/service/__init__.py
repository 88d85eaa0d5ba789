"""The rules of monitoring, by subject."""
