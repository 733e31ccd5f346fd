"""Running a crew on the real CrewAI, offline. The only room that imports crewai."""
