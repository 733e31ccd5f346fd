"""``--format html``: one file that needs nothing else, neither a network nor scripts."""
