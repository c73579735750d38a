"""What people may ask of those who keep data about them: to see it, who saw it, and to set it right."""
