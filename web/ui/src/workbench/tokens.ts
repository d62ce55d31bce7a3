// SPARQL text as tokens: enough to know where one is, never to judge whether the text is right.

export type Kind = "blank" | "comment" | "iri" | "string" | "variable" | "name" | "word" | "number" | "mark"
export interface Token {
  kind: Kind
  text: string
  from: number
  to: number
}

const PARTS: [Kind, string][] = [
  ["blank", String.raw`\s+`],
  ["comment", String.raw`#[^\n\r]*`],
  ["iri", String.raw`<[^<>"{}|^\x60\\\s]*>`],
  ["string", String.raw`"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`],
  ["variable", String.raw`[?$][\p{L}\p{N}_]+`],
  ["name", String.raw`[\p{L}][\p{L}\p{N}_-]*:[\p{L}\p{N}_.%-]*|:[\p{L}\p{N}_.%-]+|_:[\p{L}\p{N}_-]+`],
  ["word", String.raw`@?[\p{L}_][\p{L}\p{N}_-]*`],
  ["number", String.raw`\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`],
  ["mark", String.raw`\^\^|&&|\|\||[<>!]=|[^]`],
]
const TOKEN = new RegExp(PARTS.map(([kind, part]) => `(?<${kind}>${part})`).join("|"), "gu")

export function* tokens(text: string): Generator<Token> {
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) ?? ["mark"]
    let found = match[0]
    // A full stop behind a name ends the statement; it is no part of the name.
    if (kind === "name" && found.endsWith(".")) {
      found = found.replace(/\.+$/, "")
      yield { kind, text: found, from: match.index, to: match.index + found.length }
      for (let at = match.index + found.length; at < match.index + match[0].length; at += 1)
        yield { kind: "mark", text: ".", from: at, to: at + 1 }
      continue
    }
    yield { kind: kind as Kind, text: found, from: match.index, to: match.index + found.length }
  }
}

export const said = (text: string): Token[] =>
  [...tokens(text)].filter(({ kind }) => kind !== "blank" && kind !== "comment")

/** The prefixes that a text declares, each with its namespace. */
export function declared(text: string): Map<string, string> {
  const found = new Map<string, string>()
  const all = said(text)
  all.forEach((token, at) => {
    const [name, iri] = [all[at + 1], all[at + 2]]
    if (token.kind === "word" && token.text.toUpperCase() === "PREFIX" && name && iri?.kind === "iri")
      found.set(name.text.replace(/:$/, ""), iri.text.slice(1, -1))
    // "PREFIX :" is a mark, and no name
  })
  return found
}

/** The prefixes that a text uses in names. */
export function used(text: string): Set<string> {
  const found = new Set<string>()
  const all = said(text)
  all.forEach((token, at) => {
    if (token.kind === "name" && !token.text.startsWith("_:") && all[at - 1]?.text.toUpperCase() !== "PREFIX")
      found.add(token.text.slice(0, token.text.indexOf(":")))
  })
  return found
}
