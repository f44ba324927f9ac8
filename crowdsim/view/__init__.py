"""The window, stills and films: draws frames and asks for commands. The only package that knows pygame."""
