"""All SQL statements of chat."""
