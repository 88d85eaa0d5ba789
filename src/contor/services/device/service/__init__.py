"""The rules of devices."""
