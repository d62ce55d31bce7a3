"""What words mean: terms, code lists, shapes and law. Pure: no store, no Flask, no clock."""
