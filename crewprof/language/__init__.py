"""The words people write tasks with: one lexicon a language, and reading texts by them."""
