"""The words services share: messages and frames, plain data only."""
