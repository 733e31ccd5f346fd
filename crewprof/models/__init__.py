"""The catalogue of models: identity, price, context window, tier, speed."""
