"""Cards: what a view says of each thing, kept ready to be told.

Programs look up one thing after another, and for each row the store seeks, checks what it read, and
writes the terms anew. A card holds the rows of one thing as they were written before. Cards are made in
idle time (`writing`, `keeping`), of the view that everyone may see, and lie in the folder of that view: so
they hold what the view holds, are of its number or not there, and go when it goes.
"""
