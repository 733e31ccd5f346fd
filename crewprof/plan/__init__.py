"""What could be better: dependencies, schedules, choice of fixes."""
