"""Finding: documents made from a view, the index that holds them, and the questions it answers."""
