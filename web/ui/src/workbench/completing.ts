// What is offered while one writes: by where one is, in both languages and by sound.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete"
import type { EditorView } from "@codemirror/view"
import { placeAfter, type Place } from "./place"
import { missing } from "./prefixes"
import { said } from "./tokens"
import { fit, named, type Offer, type Term, things, type Vocabulary, vocabulary } from "./vocabulary"

const WORDS = (
  "SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER EXISTS NOT BIND AS " +
  "VALUES GROUP ORDER BY HAVING ASC DESC LIMIT OFFSET PREFIX BASE COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT IF COALESCE " +
  "STR LANG LANGMATCHES DATATYPE BOUND IRI REGEX CONTAINS STRSTARTS STRENDS STRLEN SUBSTR REPLACE CONCAT LCASE UCASE " +
  "YEAR MONTH DAY NOW ABS ROUND CEIL FLOOR IN"
).split(" ")
// What is being typed: a name, a variable, words in any script.
const TYPED = /[?$]?[\p{L}\p{N}_:-]*$/u
const HAN = /\p{Script=Han}/u
const LEAST = 1 // characters before things of the catalogue are looked up
const MOST = 60

/** Offer what may stand at the cursor. */
export async function offered(context: CompletionContext): Promise<CompletionResult | null> {
  const typed = context.matchBefore(TYPED)
  const text = typed?.text ?? ""
  if (!text && !context.explicit) return null
  const from = typed?.from ?? context.pos
  const whole = context.state.doc.toString()
  const before = whole.slice(0, from)
  if (unfinished(before)) return null
  const place = placeAfter(before, whole)
  const options = text.startsWith("?") || text.startsWith("$") ? variables(whole, text) : await named_(place, text, whole, context)
  return options.length ? { from, options: options.slice(0, MOST), filter: false } : null
}

/** Say whether the cursor stands in a comment, an IRI or a string that is still open. */
function unfinished(before: string): boolean {
  const line = before.slice(before.lastIndexOf("\n") + 1)
  const open = said(line).at(-1)
  return /(^|\s)#/.test(line.replace(/<[^>]*>|"[^"]*"/g, "")) || open?.text === '"' || open?.text === "'"
}

function variables(whole: string, typed: string): Completion[] {
  const found = new Set(said(whole).flatMap(({ kind, text }) => (kind === "variable" && text !== typed ? [text] : [])))
  return [...found].filter((each) => each.startsWith(typed)).map((label) => ({ label, type: "variable" }))
}

async function named_(place: Place, typed: string, whole: string, context: CompletionContext): Promise<Completion[]> {
  const known = await vocabulary()
  if (place.wanted === "prefix") return prefixes(known, typed)
  const listed = terms(place, typed, known, whole)
  // What has a list of its own is one of the list: nothing else is looked up.
  const others = known.values[place.property] ? [] : await looked(place, typed, context)
  return [...listed, ...others, ...words(place, typed)]
}

function prefixes(known: Vocabulary, typed: string): Completion[] {
  return Object.entries(known.prefixes)
    .filter(([name]) => name.startsWith(typed))
    .map(([name, iri]) => ({ label: `${name}:`, detail: iri, apply: `${name}: <${iri}>`, type: "namespace" }))
}

function terms(place: Place, typed: string, known: Vocabulary, whole: string): Completion[] {
  const first = new Set(place.classes.flatMap((each) => known.fields[each] ?? []))
  const kinds = { property: ["property"], class: ["class"], subject: [], value: [], graph: [], prefix: [], word: [] }[place.wanted]
  const pool: Term[] =
    place.wanted === "value" ? (known.values[place.property] ?? []) : known.terms.filter(({ kind }) => kinds.includes(kind as never))
  const weighed = pool
    .map((term) => ({ term, weight: fit(term, typed) * 2 + (first.has(term.text) ? 3 : 0), fits: fit(term, typed) > 0 }))
    .filter(({ fits }) => fits)
  // Of names that begin alike the shortest is the plainest: 数据集 before 数据利用.
  const called = (term: Term): string => (HAN.test(typed) ? term.zh : named(term))
  weighed.sort((a, b) => b.weight - a.weight || called(a.term).length - called(b.term).length || a.term.text.length - b.term.text.length)
  return weighed.map(({ term, weight }) => ({
    label: place.wanted === "value" ? named(term) : term.text,
    detail: place.wanted === "value" ? "" : named(term),
    apply: writing(term.text, known.prefixes, whole),
    type: term.kind,
    boost: weight,
  }))
}

async function looked(place: Place, typed: string, context: CompletionContext): Promise<Completion[]> {
  if (place.wanted === "graph") return (await asked("", "graph", context)).map(thing)
  if (place.wanted !== "value" && place.wanted !== "subject") return []
  if (typed.length < LEAST || typed.includes(":")) return []
  return (await asked(typed, place.property, context)).map(thing)
}

async function asked(typed: string, of: string, context: CompletionContext): Promise<Offer[]> {
  const ender = new AbortController()
  context.addEventListener("abort", () => ender.abort(), { onDocChange: true })
  try {
    return await things(typed, of, ender.signal)
  } catch {
    return [] // overtaken by the next letter, or no connection: the words are still offered
  }
}

const thing = ({ text, label, note }: Offer): Completion => ({ label, detail: note, apply: text, type: "thing" })

function words(place: Place, typed: string): Completion[] {
  if (!typed || place.wanted === "value" || place.wanted === "class") return []
  return WORDS.filter((each) => each.startsWith(typed.toUpperCase())).map((label) => ({ label, type: "keyword" }))
}

/** Write a name, and declare its prefix where the query has not. */
function writing(text: string, known: Record<string, string>, whole: string) {
  const line = missing(text, known, whole)
  if (!line) return text
  return (view: EditorView, _chosen: Completion, from: number, to: number): void => {
    view.dispatch({
      changes: [
        { from: line.at, insert: line.text },
        { from, to, insert: text },
      ],
      selection: { anchor: from + line.text.length + text.length },
      userEvent: "input.complete",
    })
  }
}
