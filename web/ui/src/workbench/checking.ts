// Whether the text is a query is the server's word: the engine that will answer it reads it.
import { ensureSyntaxTree } from "@codemirror/language"
import { type Diagnostic, linter } from "@codemirror/lint"
import type { Extension } from "@codemirror/state"
import type { EditorView } from "@codemirror/view"

const PAUSE = 600 // ms after the last letter
const PATIENCE = 200 // ms in which a text is read whole

interface Verdict {
  right: boolean
  sentence?: string
  line?: number
  column?: number
}

export function checking(): Extension {
  return linter(diagnosed, { delay: PAUSE })
}

async function diagnosed(view: EditorView): Promise<Diagnostic[]> {
  const text = view.state.doc.toString()
  if (!text.trim()) return []
  const answer = await fetch("/api/query/check", { method: "POST", body: text, headers: { "Content-Type": "text/plain" } }).catch(() => null)
  if (!answer?.ok) return [] // no connection: the answer to the query itself will tell
  const verdict = (await answer.json()) as Verdict
  return verdict.right ? [] : [{ ...(broken(view) ?? range(view, verdict)), severity: "error", message: verdict.sentence ?? "" }]
}

const UNKNOWN = /<<|\b(LATERAL|TRIPLE|isTRIPLE)\b/i // forms that the editor's own grammar does not have

/**
 * Where the editor's own grammar first breaks off, as something to underline; null where it does not.
 * The engine tells how far it read at most, which often is well behind the fault.
 */
export function broken(view: EditorView): { from: number; to: number } | null {
  const doc = view.state.doc
  const tree = UNKNOWN.test(doc.toString()) ? null : ensureSyntaxTree(view.state, doc.length, PATIENCE)
  let first = -1
  tree?.iterate({
    enter: ({ type, from }) => {
      if (type.isError && first < 0) first = from
      return first < 0
    },
  })
  return first < 0 ? null : word(view, first)
}

/** The word at a place; behind the last one, the last one. */
function word(view: EditorView, place: number): { from: number; to: number } {
  const doc = view.state.doc
  const ahead = /^\s*\S+/.exec(doc.sliceString(place, Math.min(doc.length, place + 200)))?.[0]
  const from = ahead === undefined ? doc.sliceString(0, place).search(/\S+\s*$/) : place + ahead.search(/\S/)
  const found = /^(?:[\p{L}\p{N}_:?$]+|\S)/u.exec(doc.sliceString(Math.max(0, from), Math.min(doc.length, from + 200)))?.[0] ?? ""
  return { from: Math.max(0, from), to: Math.max(0, from) + found.length }
}

/** The word at the fault, so that there is something to underline. */
function range(view: EditorView, { line, column }: Verdict): { from: number; to: number } {
  const doc = view.state.doc
  if (!line || line > doc.lines) return { from: 0, to: Math.min(doc.length, doc.line(1).to) }
  const at = doc.line(line)
  return word(view, Math.min(at.from + Math.max(0, (column ?? 1) - 1), at.to))
}
