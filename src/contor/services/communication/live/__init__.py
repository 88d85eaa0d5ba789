"""Open WebSockets of this process."""
