"""From calls to tokens, money and seconds, with ranges and a ceiling."""
