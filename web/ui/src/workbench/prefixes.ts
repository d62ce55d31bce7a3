// Prefixes come of themselves: a name whose prefix is known and not declared declares it.
import type { Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { declared, said, used } from "./tokens"

export interface Line {
  at: number
  text: string
}

/** The line that declares the prefix of a name, "PREFIX dcat: <…>", where the text lacks it. */
export function missing(name: string, known: Record<string, string>, whole: string): Line | null {
  const prefix = name.startsWith("<") ? "" : name.slice(0, Math.max(0, name.indexOf(":")))
  const iri = known[prefix]
  if (!prefix || !iri || declared(whole).has(prefix)) return null
  return { at: head(whole), text: `PREFIX ${prefix}: <${iri}>\n` }
}

/** Where a declaration goes: behind the last one, else before the first word. */
function head(whole: string): number {
  const all = said(whole)
  const last = all.findLastIndex((each, at) => all[at - 2]?.text.toUpperCase() === "PREFIX" && each.kind === "iri")
  const token = all[last]
  if (!token) return all[0]?.from ?? 0
  const end = whole.indexOf("\n", token.to)
  return end < 0 ? whole.length : end + 1
}

/** Declare what is typed: as soon as the colon stands behind a known prefix. */
export function declaring(known: Record<string, string>): Extension {
  return EditorView.updateListener.of(({ docChanged, view, transactions }) => {
    if (!docChanged || !transactions.some((each) => each.isUserEvent("input.type") || each.isUserEvent("input.paste"))) return
    const whole = view.state.doc.toString()
    const has = declared(whole)
    const lacks = [...used(whole)].filter((each) => each && known[each] && !has.has(each))
    if (!lacks.length) return
    const at = head(whole)
    const insert = lacks.map((each) => `PREFIX ${each}: <${known[each]}>\n`).join("")
    queueMicrotask(() => view.dispatch({ changes: { from: at, insert }, userEvent: "declare" }))
  })
}
