"""One crew from its text to what is known about it: profile, best schedule, findings with savings."""
