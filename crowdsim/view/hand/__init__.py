"""Orders by hand: units taken hold of with mouse and keys, and told what to do."""
