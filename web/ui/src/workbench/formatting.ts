// A query written out evenly. The parser is large, so it comes only when it is asked for.

/** Format a query; throws where the text is none, with nothing changed. */
export async function formatted(text: string): Promise<string> {
  const [{ parse }, { formatAst }] = await Promise.all([
    import("sparql-formatter/src/sparql-parser.js"),
    import("sparql-formatter/src/formatter.js"),
  ])
  return `${formatAst(parse(text), 2).trim()}\n`
}
