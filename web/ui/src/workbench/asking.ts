// Asking the endpoint as any program does, and reading what it says.
import { spoken } from "../elements/dom"
import { Pace } from "./pacing"
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

/** Why there is no answer; `status` 400 where the text is at fault. */
export class Refused extends Error {
  constructor(
    words: string,
    readonly status = 0,
  ) {
    super(words)
  }
}

const GRAPHS = new Set(["CONSTRUCT", "DESCRIBE"])
const FORMS = new Set(["SELECT", "ASK", ...GRAPHS])

/** The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE. */
export const form = (text: string): string =>
  said(text).find(({ kind, text: word }) => kind === "word" && FORMS.has(word.toUpperCase()))?.text.toUpperCase() ?? ""

/** Ask; `merge` names the default graph to ask where the instance's own is not the merge of all; `told` hears how much came. */
export async function ask(text: string, signal: AbortSignal, merge = "", told: (bytes: number) => void = () => undefined): Promise<Answer> {
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
  const raw = await came(answer, told)
  if (!answer.ok) throw new Refused(sentence(raw), answer.status)
  const said = {
    raw,
    snapshot: answer.headers.get("X-Govgraph-Snapshot") ?? "",
    cut: answer.headers.get("X-Govgraph-Truncated") ?? "",
    limits: answer.headers.get("X-Govgraph-Limits") ?? "",
    engine: answer.headers.get("X-Govgraph-Engine") ?? "",
    milliseconds: performance.now() - began,
  }
  const pace = new Pace(() => signal.aborted)
  if (graph) return { kind: "triples", variables: ["subject", "predicate", "object"], rows: await triples(raw, pace), truth: false, ...said }
  const { variables, rows, truth, truncated } = await results(raw, pace)
  // A member of our own says where an answer that streamed was cut: the headers had gone by then.
  const cut = said.cut || (truncated ? JSON.stringify(truncated) : "")
  return { kind: truth === undefined ? "rows" : "truth", variables, rows, truth: truth ?? false, ...said, cut }
}

/** Read a body as it comes. */
async function came(answer: Response, told: (bytes: number) => void): Promise<string> {
  const reader = answer.body?.getReader()
  if (!reader) return answer.text()
  const [decoder, parts] = [new TextDecoder(), [] as string[]]
  let bytes = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.length
    parts.push(decoder.decode(part.value, { stream: true }))
    told(bytes)
  }
  return parts.join("") + decoder.decode()
}

type Bound = Record<string, Written>
interface Results {
  head: { vars?: string[] }
  boolean?: boolean
  results?: { bindings: Bound[] }
  truncated?: unknown
}
interface Read {
  variables: string[]
  rows: Row[]
  truth: boolean | undefined
  truncated: unknown
}
const PIECE = 300_000 // characters of JSON that are read at once
const [OPENS, PARTS] = ['"bindings":[', '},{"']

/** Read SPARQL JSON results, long ones piece by piece: only between two rows can `},{"` stand. */
export async function results(raw: string, pace: Pace): Promise<Read> {
  const rows: Row[] = []
  const opens = raw.indexOf(OPENS) + OPENS.length
  let [at, lead] = [0, ""]
  let variables: string[] | undefined
  const add = (bindings: Bound[] = []): void => {
    for (const each of bindings) rows.push((variables ?? []).map((name) => (each[name] ? cellOf(each[name]) : undefined)))
  }
  if (raw.length > 2 * PIECE && opens >= OPENS.length) {
    ;[at, lead] = [opens, raw.slice(0, opens)]
    variables = (JSON.parse(`${lead}]}}`) as Results).head.vars ?? []
    for (let end = raw.indexOf(PARTS, at + PIECE); end >= 0; end = raw.indexOf(PARTS, at + PIECE)) {
      add(JSON.parse(`[${raw.slice(at, end + 1)}]`) as Bound[])
      at = end + 2
      if (pace.due) await pace.rest()
    }
  }
  const last = JSON.parse(lead + raw.slice(at)) as Results
  variables ??= last.head.vars ?? []
  add(last.results?.bindings)
  return { variables, rows, truth: last.boolean, truncated: last.truncated }
}

/** A term as results write it; a statement within a statement has its terms as its value. */
interface Written extends Omit<Cell, "value"> {
  value: string | { subject: Written; predicate: Written; object: Written }
}

/** A term as a cell: a statement becomes one line, as Turtle writes it. */
function cellOf(written: Written): Cell {
  if (typeof written.value === "string") return written as Cell
  const { subject, predicate, object } = written.value
  return { type: "triple", value: `<<( ${[subject, predicate, object].map(line).join(" ")} )>>` }
}

function line(written: Written): string {
  const { type, value, datatype, "xml:lang": lang } = cellOf(written)
  if (type === "uri") return `<${value}>`
  if (type === "bnode") return `_:${value}`
  return type === "triple" ? value : `${JSON.stringify(value)}${lang ? `@${lang}` : datatype ? `^^<${datatype}>` : ""}`
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

const TERM = /(<<\(.*\)>>)|<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?/g
const LOOKED = 256 // lines after which the clock is looked at
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g
const PLAIN: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" }

/** Read N-Triples, a line a statement. */
export async function triples(text: string, pace: Pace): Promise<Row[]> {
  const rows: Row[] = []
  for (const line of text.split("\n")) {
    if (line && !line.startsWith("#")) rows.push([...line.matchAll(TERM)].map(term))
    if (rows.length % LOOKED === 0 && pace.due) await pace.rest()
  }
  return rows
}

function term([, triple, iri, blank, value, lang, datatype]: RegExpMatchArray): Cell {
  if (triple !== undefined) return { type: "triple", value: triple }
  if (iri !== undefined) return { type: "uri", value: unescaped(iri) }
  if (blank !== undefined) return { type: "bnode", value: blank }
  return { type: "literal", value: unescaped(value ?? ""), ...(lang ? { "xml:lang": lang } : {}), ...(datatype ? { datatype } : {}) }
}

const unescaped = (text: string): string =>
  text.replace(ESCAPE, (_, short?: string, long?: string, plain?: string) =>
    plain === undefined ? String.fromCodePoint(Number.parseInt(short ?? long ?? "0", 16)) : (PLAIN[plain] ?? plain),
  )

const XSD = "http://www.w3.org/2001/XMLSchema#"
const named = (...names: string[]): Set<string | undefined> => new Set(names.map((name) => XSD + name))
const NUMBERS = named("integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte")
const DATES = named("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth")

export const isNumber = (cell: Cell | undefined): boolean => cell?.type === "literal" && NUMBERS.has(cell.datatype)
export const isDate = (cell: Cell | undefined): boolean => cell?.type === "literal" && DATES.has(cell.datatype)

const BARE = /^(-?\d{4,}-\d\d-\d\d)((?:Z|[+-]\d\d:\d\d)?)$/

/** When a date is, in ms; a day may have a time zone, which this language does not read. */
export const timeOf = (cell: Cell | undefined): number => Date.parse((cell?.value ?? "").replace(BARE, (_, day: string, zone: string) => (zone ? `${day}T00:00:00${zone}` : day)))

/** Whether a column is of numbers: at least half of what stands in its first rows is. */
export function figures(rows: Row[], column: number): boolean {
  const cells = rows.slice(0, LOOKED).flatMap((row) => row[column] ?? [])
  return cells.length > 0 && cells.filter(isNumber).length * 2 >= cells.length
}

/** A number as this language has it: XSD writes INF for what is without end. */
export const numberOf = (cell: Cell | undefined): number => Number((cell?.value ?? "NaN").replace("INF", "Infinity"))
