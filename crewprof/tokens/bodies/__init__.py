"""Request bodies as each chat API takes them, read into one form."""
