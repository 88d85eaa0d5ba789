"""Contor: open, self-hosted energy monitoring."""
