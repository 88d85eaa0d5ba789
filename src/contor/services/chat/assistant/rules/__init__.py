"""Built-in answers by rules, without a model."""
