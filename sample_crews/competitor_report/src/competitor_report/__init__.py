"""Weekly report on what the competition does."""
