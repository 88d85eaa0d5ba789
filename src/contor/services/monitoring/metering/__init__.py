"""Pure arithmetic of metering; imports nothing but the standard library."""
