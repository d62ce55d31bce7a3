// Taking words along, also where the page is not served over TLS and has no clipboard of its own.
import { make } from "./dom"

/** Put words on the clipboard; false where the browser lets nobody. */
export async function taken(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words)
    return true
  } catch {
    return marked(words)
  }
}

/** Mark the words in a field for a moment, as a person would, and copy them. */
function marked(words: string): boolean {
  const before = document.activeElement
  const field = make("textarea", { class: "unseen", readonly: "", "aria-hidden": "true" })
  field.value = words
  document.body.append(field)
  field.select()
  const done = document.execCommand("copy")
  field.remove()
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  return done
}
