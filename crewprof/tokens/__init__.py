"""Counting tokens as providers bill them. Knows nothing of crews."""
