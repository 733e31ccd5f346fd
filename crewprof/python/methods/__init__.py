"""Methods of known values, by type and name."""
