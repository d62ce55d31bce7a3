// Whether the text is a query is the server's word: the engine that will answer it reads it.
import { type Diagnostic, linter } from "@codemirror/lint"
import type { Extension } from "@codemirror/state"
import type { EditorView } from "@codemirror/view"

const PAUSE = 600 // ms after the last letter

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
  return verdict.right ? [] : [{ ...range(view, verdict), severity: "error", message: verdict.sentence ?? "" }]
}

/** The word at the fault, so that there is something to underline. */
function range(view: EditorView, { line, column }: Verdict): { from: number; to: number } {
  const doc = view.state.doc
  if (!line || line > doc.lines) return { from: 0, to: Math.min(doc.length, doc.line(1).to) }
  const at = doc.line(line)
  const from = Math.min(at.from + Math.max(0, (column ?? 1) - 1), at.to)
  const word = /^\S+/.exec(doc.sliceString(from, at.to))
  return word ? { from, to: from + word[0].length } : { from: Math.max(at.from, from - 1), to: Math.max(from, at.from) }
}
