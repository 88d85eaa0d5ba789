"""Answers by a language model."""
