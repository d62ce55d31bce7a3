"""DCAT in RDF in: parsed and mended in a confined child, split into entries, one by one."""
