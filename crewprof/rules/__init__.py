"""One file per rule: a finding and its fix."""
