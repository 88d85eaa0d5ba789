"""Every SQL statement of monitoring, by subject."""
