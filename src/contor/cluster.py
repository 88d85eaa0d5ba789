"""The distributed topology as processes on one machine."""
