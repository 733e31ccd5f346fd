"""Following a project's own Python as it runs: which modules, which functions, in which order."""
