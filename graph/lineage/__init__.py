"""Lineage: what comes from what, since when and by whose word; taken in, walked and handed out."""
