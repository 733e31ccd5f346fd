"""What the user wants, from defaults, then the configuration file, then flags."""
