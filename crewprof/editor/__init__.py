"""The language server: findings while typing, fixes at hand, what each task costs above it."""
