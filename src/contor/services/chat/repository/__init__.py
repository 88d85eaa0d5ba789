"""Every SQL statement of the chat."""
