"""Emoji to suggest: an output that a finished model gets, on its own encoder as it is. Needs no torch."""
