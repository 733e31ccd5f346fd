"""What CrewAI does with a crew, by version. Pure functions; knows nothing of money or advice."""
