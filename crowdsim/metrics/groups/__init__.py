"""The criteria themselves, a file for each group of the score."""
