"""Classes, instances and their attributes."""
