"""Planning a scenario in the window, before it runs."""
