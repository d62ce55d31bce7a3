// <gov-queue>: a queue by keys: j and k move, x chooses, Enter opens, a approves, r returns.
// <gov-decide>: the same two decisions on the draft that is looked at. Both ask before they decide.
import { kept, make } from "./dom"

function writing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, dialog") !== null
}

function plain(event: KeyboardEvent): boolean {
  return !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target) || kept.read("keys-off"))
}

/** Press the button of a key; one that owes a reason leads to the reason first. */
function press(key: string): boolean {
  const button = document.querySelector<HTMLButtonElement>(`.decision button[data-key="${CSS.escape(key)}"]`)
  if (!button) return false
  const reason = document.querySelector<HTMLTextAreaElement>(".decision #reason")
  if (key === "r" && reason && !reason.value.trim()) reason.focus()
  else button.form?.requestSubmit(button)
  return true
}

function asked(event: SubmitEvent, words: string | undefined): void {
  const reason = document.querySelector<HTMLTextAreaElement>(".decision #reason")
  const button = event.submitter
  if (button?.dataset.key === "r" && reason && !reason.value.trim()) {
    event.preventDefault()
    reason.focus()
  } else if (words && !confirm(words)) event.preventDefault()
}

class Queue extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", (event) => this.key(event))
    if (this.dataset.all) this.offerAll(this.dataset.all)
    this.querySelector("form")?.addEventListener("submit", (event) => {
      const button = event.submitter
      if (event.submitter?.hasAttribute("data-key") && !this.querySelector("tbody input[type=checkbox]:checked")) event.preventDefault()
      else asked(event, (this.dataset.sure ?? "").replace("{what}", button?.firstChild?.textContent?.trim() ?? ""))
    })
  }

  /** Let the head of the table choose the first box of every row. */
  private offerAll(words: string): void {
    const all = make("input", { type: "checkbox", "aria-label": words, title: words })
    const boxes = this.rows.flatMap((row) => row.querySelector<HTMLInputElement>("input:enabled") ?? [])
    const follow = (): void => {
      const chosen = boxes.filter((each) => each.checked).length
      all.checked = chosen > 0 && chosen === boxes.length
      all.indeterminate = chosen > 0 && chosen < boxes.length
    }
    all.addEventListener("change", () => boxes.forEach((each) => (each.checked = all.checked)))
    boxes.forEach((each) => each.addEventListener("change", follow))
    this.querySelector("thead th")?.append(all)
  }

  private get rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("tbody tr")]
  }

  private get at(): number {
    return this.rows.findIndex((each) => each.classList.contains("here"))
  }

  private key(event: KeyboardEvent): void {
    if (!plain(event)) return
    const here = this.rows[this.at]
    if (event.key === "j") this.step(1)
    else if (event.key === "k") this.step(-1)
    else if (event.key === "x" && here) here.querySelector<HTMLInputElement>("input:enabled")?.click()
    else if (!["a", "r"].includes(event.key) || !press(event.key)) return
    event.preventDefault()
  }

  private step(by: number): void {
    const rows = this.rows
    const next = rows[Math.max(0, Math.min(rows.length - 1, this.at + by))]
    rows.forEach((each) => each.classList.toggle("here", each === next))
    next?.querySelector("a")?.focus()
    next?.scrollIntoView({ block: "nearest" })
  }
}

class Decide extends HTMLElement {
  connectedCallback(): void {
    document.querySelector("#decide")?.addEventListener("submit", (event) =>
      asked(event as SubmitEvent, (event as SubmitEvent).submitter?.dataset.confirm),
    )
    document.addEventListener("keydown", (event) => {
      if (!plain(event)) return
      if (["a", "r"].includes(event.key) && press(event.key)) event.preventDefault()
      else if (event.key === "j" || event.key === "k") this.step(event.key === "j" ? 1 : -1)
    })
  }

  private step(by: number): void {
    const links = [...document.querySelectorAll<HTMLAnchorElement>(".queue-list a")]
    const at = links.findIndex((each) => each.hasAttribute("aria-current"))
    links[at + by]?.click()
  }
}

customElements.define("gov-queue", Queue)
customElements.define("gov-decide", Decide)
