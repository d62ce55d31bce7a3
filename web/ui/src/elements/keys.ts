// Keys for the whole house: / to search, j and k through results, g and a letter to a place,
// ? for the list of keys; Ctrl-Enter sends a long text. <gov-keys> is the switch that turns single letters off (WCAG 2.1.4).
import { kept, make } from "./dom"

const OFF = "keys-off"
let waiting = false // after g

function writing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") !== null
}

function step(by: number): void {
  const all = [...document.querySelectorAll<HTMLElement>(".results > .result")]
  const at = all.findIndex((each) => each.classList.contains("here"))
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))]
  if (!next) return
  all[at]?.classList.remove("here")
  next.classList.add("here")
  next.querySelector("a")?.focus()
  next.scrollIntoView({ block: "nearest" })
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>("main .search input, .bar .search input")
  field?.focus()
  field?.select()
}

function go(key: string): void {
  document.querySelector<HTMLAnchorElement>(`.places a[data-key="${CSS.escape(key)}"]`)?.click()
}

const KEYS: Record<string, () => void> = {
  "/": search,
  j: () => step(1),
  k: () => step(-1),
  "?": () => location.assign("/help/keyboard"),
  g: () => {
    waiting = true
    setTimeout(() => (waiting = false), 1200)
  },
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !(event.target instanceof HTMLTextAreaElement)) return
  event.preventDefault()
  event.target.form?.requestSubmit()
})

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.composedPath()[0] ?? null)) return
  if (kept.read(OFF)) return
  if (waiting && event.key !== "g") {
    waiting = false
    go(event.key)
    return
  }
  const act = KEYS[event.key]
  if (!act) return
  event.preventDefault()
  act()
})

class Keys extends HTMLElement {
  connectedCallback(): void {
    const box = make("input", { type: "checkbox" })
    box.checked = !kept.read(OFF)
    box.addEventListener("change", () => kept.write(OFF, box.checked ? null : "yes"))
    this.replaceChildren(make("label", { class: "row" }, box, this.dataset.label ?? ""))
  }
}

customElements.define("gov-keys", Keys)
