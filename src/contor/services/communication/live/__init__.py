"""The open sockets of one process."""
