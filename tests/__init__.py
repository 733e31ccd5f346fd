"""The tests of crewprof."""
