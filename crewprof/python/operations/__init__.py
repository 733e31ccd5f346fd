"""Comparing, ordering and computing with values of which some may be unknown."""
