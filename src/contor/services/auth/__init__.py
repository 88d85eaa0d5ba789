"""Accounts, passwords, sessions, signing keys."""

from contor.kernel.service import Service

SERVICE = Service("auth", prefix="/auth")
