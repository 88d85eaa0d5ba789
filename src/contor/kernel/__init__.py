"""Mechanisms that every service uses; nothing here knows the energy domain."""
