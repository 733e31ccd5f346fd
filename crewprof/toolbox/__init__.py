"""Tools: what each class of crewai_tools is for, does and gives back, one row a class."""
