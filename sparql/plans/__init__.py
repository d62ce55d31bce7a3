"""Some queries are made easier before the engine sees them; the answer is the engine's own.

The engine answers look-ups quickly, groups slowly, joins what a sub-select gives with everything
there is, and sorts all to show ten. Each plan here computes a part elsewhere, writes it into the
text as a table of VALUES, and leaves the rest (expressions, order, form of the answer) to the
engine. What a plan cannot read to its last sign, or cannot prove equal, stays as it was written.

- `tokens`: reads a text into tokens, or not at all.
- `pages`: a sub-select that is cut or grouped is asked first.
- `merges`: several default graphs hold a statement that stands in two of them once.
- `copies`: a CONSTRUCT of one pattern as it is, read off the index.
- `grammar`: reads the small part of SPARQL that groups; `groups`: counts it in columns
  (`graph.views.columns`), which hold the same snapshot or are not used.
"""
