"""The assistant with a language model."""
