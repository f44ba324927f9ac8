"""Files and everyday matters in the window: the menu, opening and saving, what went wrong, likings."""
