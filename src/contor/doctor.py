"""What is wrong, in plain words."""
