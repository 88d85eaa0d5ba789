"""Messages between services: outbox, inbox and their retention."""
