"""The rules of identity, one seam a module."""
