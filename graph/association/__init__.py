"""What belongs together: data items and standard elements, and what joins by which key."""
