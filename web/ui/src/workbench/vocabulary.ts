// The words a query can be written with, as the server tells them: fetched once, kept by the browser.
import { spoken } from "../elements/dom"

export interface Term {
  kind: "class" | "property" | "value"
  text: string
  zh: string
  en: string
  sound: string
}
export interface Vocabulary {
  prefixes: Record<string, string>
  terms: Term[]
  fields: Record<string, string[]>
  values: Record<string, Term[]>
}
export interface Offer {
  text: string
  label: string
  note: string
}

const LEAST = 3 // letters of a sound that are looked for within a name

let held: Promise<Vocabulary> | undefined

export function vocabulary(): Promise<Vocabulary> {
  held ??= fetch("/api/query/terms").then((answer) => {
    if (!answer.ok) throw new Error(answer.statusText)
    return answer.json() as Promise<Vocabulary>
  })
  return held
}

export async function things(typed: string, of: string, signal: AbortSignal): Promise<Offer[]> {
  const answer = await fetch(`/api/query/things?${new URLSearchParams({ q: typed, of })}`, { signal })
  return answer.ok ? ((await answer.json()) as { offers: Offer[] }).offers : []
}

export const named = (term: Term): string => (spoken.startsWith("zh") ? term.zh : term.en)

/** How well a term fits what was typed: 0 for not at all; its own name before its labels. */
export function fit(term: Term, typed: string): number {
  const wish = typed.toLowerCase()
  if (!wish) return 1
  const text = term.text.toLowerCase()
  const local = text.slice(text.indexOf(":") + 1)
  if (text.startsWith(wish) || local.startsWith(wish)) return 5
  if (term.zh.startsWith(wish) || term.en.toLowerCase().startsWith(wish)) return 4
  if (term.sound.split(" ").some((each) => each.startsWith(wish))) return 3
  if (term.zh.includes(wish) || term.en.toLowerCase().includes(wish)) return 2
  return local.includes(wish) || (wish.length >= LEAST && term.sound.includes(wish)) ? 1 : 0
}
