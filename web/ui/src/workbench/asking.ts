// Asking the endpoint as any program does, and reading what it says.
import { spoken } from "../elements/dom"
import { said } from "./tokens"

export interface Cell {
  type: "uri" | "literal" | "bnode" | "triple"
  value: string
  datatype?: string
  "xml:lang"?: string
}
export type Row = (Cell | undefined)[]
export interface Answer {
  kind: "rows" | "truth" | "triples"
  variables: string[]
  rows: Row[]
  truth: boolean
  raw: string
  snapshot: string
  cut: string
  limits: string
  engine: string
  milliseconds: number
}

export class Refused extends Error {}

const GRAPHS = new Set(["CONSTRUCT", "DESCRIBE"])
const FORMS = new Set(["SELECT", "ASK", ...GRAPHS])

/** The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE. */
export const form = (text: string): string =>
  said(text).find(({ kind, text: word }) => kind === "word" && FORMS.has(word.toUpperCase()))?.text.toUpperCase() ?? ""

/** Ask; `merge` names the default graph to ask where the instance's own is not the merge of all. */
export async function ask(text: string, signal: AbortSignal, merge = ""): Promise<Answer> {
  const graph = GRAPHS.has(form(text))
  const began = performance.now()
  const answer = await fetch(merge ? `/sparql?${new URLSearchParams({ "default-graph-uri": merge })}` : "/sparql", {
    method: "POST",
    body: text,
    headers: {
      "Content-Type": "application/sparql-query",
      Accept: graph ? "application/n-triples" : "application/sparql-results+json",
      "Accept-Language": document.documentElement.lang,
    },
    signal,
  })
  const raw = await answer.text()
  if (!answer.ok) throw new Refused(sentence(raw))
  const told = {
    raw,
    snapshot: answer.headers.get("X-Govgraph-Snapshot") ?? "",
    cut: answer.headers.get("X-Govgraph-Truncated") ?? "",
    limits: answer.headers.get("X-Govgraph-Limits") ?? "",
    engine: answer.headers.get("X-Govgraph-Engine") ?? "",
    milliseconds: performance.now() - began,
  }
  if (graph) return { kind: "triples", variables: ["subject", "predicate", "object"], rows: triples(raw), truth: false, ...told }
  const results = JSON.parse(raw) as { head: { vars?: string[] }; boolean?: boolean; results?: { bindings: Record<string, Cell>[] } }
  const variables = results.head.vars ?? []
  const rows = results.results?.bindings.map((each) => variables.map((name) => each[name])) ?? []
  // A member of our own says where an answer that streamed was cut: the headers had gone by then.
  const cut = told.cut || JSON.stringify((results as { truncated?: unknown }).truncated ?? "").replace(/^""$/, "")
  return { kind: results.boolean === undefined ? "rows" : "truth", variables, rows, truth: results.boolean ?? false, ...told, cut }
}

/** The sentence of a refusal in the reader's language: the endpoint's, problem details, or plain words. */
export function sentence(raw: string): string {
  try {
    const told = JSON.parse(raw) as { sentence?: { zh: string; en: string }; detail?: string; title?: string }
    return told.sentence?.[spoken.startsWith("zh") ? "zh" : "en"] ?? told.detail ?? told.title ?? raw
  } catch {
    return raw.slice(0, 2000)
  }
}

const TERM = /<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?/g
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g
const PLAIN: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" }

/** Read N-Triples, a line a statement. */
export function triples(text: string): Row[] {
  return text
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => [...line.matchAll(TERM)].map(term))
}

function term([, iri, blank, value, lang, datatype]: RegExpMatchArray): Cell {
  if (iri !== undefined) return { type: "uri", value: unescaped(iri) }
  if (blank !== undefined) return { type: "bnode", value: blank }
  return { type: "literal", value: unescaped(value ?? ""), ...(lang ? { "xml:lang": lang } : {}), ...(datatype ? { datatype } : {}) }
}

const unescaped = (text: string): string =>
  text.replace(ESCAPE, (_, short?: string, long?: string, plain?: string) =>
    plain === undefined ? String.fromCodePoint(Number.parseInt(short ?? long ?? "0", 16)) : (PLAIN[plain] ?? plain),
  )

export const isNumber = (cell: Cell | undefined): boolean => cell?.type === "literal" && /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/.test(cell.datatype ?? "")
export const isDate = (cell: Cell | undefined): boolean => cell?.type === "literal" && /#(date|dateTime|gYear|gYearMonth)$/.test(cell.datatype ?? "")
