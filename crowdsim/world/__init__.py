"""What stands still: the map and the fields that follow from it."""
