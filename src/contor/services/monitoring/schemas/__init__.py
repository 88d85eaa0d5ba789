"""Requests and responses, by subject."""
