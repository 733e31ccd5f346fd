"""From logical changes to byte edits, checked by parsing again."""
