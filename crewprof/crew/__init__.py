"""What a crew is: frozen values with their places, and one loader per way to write a crew."""
