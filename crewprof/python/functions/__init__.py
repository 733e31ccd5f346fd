"""Functions of Python and of its standard library that are computed."""
