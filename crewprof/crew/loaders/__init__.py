"""One loader per way to write a crew, and their registry."""
