// <gov-rows>: a table one types in. Cells copied from a spreadsheet are pasted from where one stands,
// rows grow as one fills them, and the standard element that a name may stand for is offered.
import { make } from "./dom"

interface Suggestion {
  code: string
  title: string
}

class Rows extends HTMLElement {
  private blank?: HTMLElement

  connectedCallback(): void {
    const last = this.bodies.at(-1)
    if (!last) return
    this.blank = last.cloneNode(true) as HTMLElement
    this.addEventListener("paste", (event) => this.paste(event))
    this.addEventListener("input", (event) => this.grow(event))
    this.addEventListener("change", (event) => void this.suggest(event))
    this.addEventListener("keydown", (event) => this.move(event))
    this.addEventListener("click", (event) => this.take(event))
    this.closest("gov-draft")?.addEventListener("gov-fill", (event) => this.room((event as CustomEvent<URLSearchParams>).detail))
  }

  private get bodies(): HTMLElement[] {
    return [...this.querySelectorAll("tbody")]
  }

  private get kind(): string {
    return this.dataset.kind ?? ""
  }

  /** Rows enough for what is brought back. */
  private room(fields: URLSearchParams): void {
    const places = [...fields.keys()].map((name) => name.match(new RegExp(`^${this.kind}\\.(\\d+)\\.`))?.[1])
    const most = Math.max(-1, ...places.filter((each) => each !== undefined).map(Number))
    while (this.bodies.length <= most) this.add()
  }

  private add(): HTMLElement {
    const at = this.bodies.length
    const body = this.blank?.cloneNode(true) as HTMLElement
    const was = body.dataset.at ?? ""
    body.dataset.at = String(at)
    for (const each of body.querySelectorAll<HTMLElement>("[name], [id], [for], [aria-describedby], [data-field]"))
      for (const attribute of ["name", "id", "for", "aria-describedby", "data-field"]) {
        const value = each.getAttribute(attribute)
        if (value)
          each.setAttribute(
            attribute,
            value.replace(`${this.kind}.${was}.`, `${this.kind}.${at}.`).replace(`f-${this.kind}-${was}-`, `f-${this.kind}-${at}-`),
          )
      }
    for (const each of body.querySelectorAll<HTMLElement>("[aria-label]"))
      each.setAttribute("aria-label", (each.getAttribute("aria-label") ?? "").replace(String(Number(was) + 1), String(at + 1)))
    const order = body.querySelector<HTMLInputElement>(".order")
    if (order) order.value = String(at + 1)
    this.querySelector("table")?.append(body)
    return body
  }

  private cells(body: HTMLElement): (HTMLInputElement | HTMLSelectElement)[] {
    return [...body.querySelectorAll<HTMLInputElement | HTMLSelectElement>("tr:first-child td[data-name] > :is(input, select)")]
  }

  private place(target: EventTarget | null): { row: number; column: number } | null {
    if (!(target instanceof HTMLElement)) return null
    const body = target.closest<HTMLElement>("tbody")
    if (!body) return null
    const column = this.cells(body).indexOf(target as HTMLInputElement)
    return column < 0 ? null : { row: this.bodies.indexOf(body), column }
  }

  private paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain") ?? ""
    const from = this.place(event.target)
    if (!from || !/[\t\n]/.test(text.trim())) return
    event.preventDefault()
    const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n")
    lines.forEach((line, down) => {
      while (this.bodies.length <= from.row + down) this.add()
      const cells = this.cells(this.bodies[from.row + down] as HTMLElement)
      line.split("\t").forEach((value, right) => put(cells[from.column + right], value.trim()))
    })
    const last = this.bodies.at(-1)
    if (last && this.cells(last).some((cell) => cell.value)) this.add() // room to go on
    const told = this.querySelector("output")
    if (told) told.textContent = (this.dataset.pasted ?? "").replace("{n}", String(lines.length))
    this.dispatchEvent(new Event("input", { bubbles: true }))
  }

  private grow(event: Event): void {
    const body = event.target instanceof HTMLElement ? event.target.closest("tbody") : null
    if (body && body === this.bodies.at(-1)) this.add()
  }

  /** Up and down go to the same cell of the next row, as in a spreadsheet; in a list they choose. */
  private move(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key]
    const from = this.place(event.target)
    if (!by || !from || event.isComposing || event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const body = this.bodies[from.row + by]
    if (body) this.cells(body)[from.column]?.focus()
  }

  private async suggest(event: Event): Promise<void> {
    const cell = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('td[data-name="csvw:title@zh"]') : null
    const body = cell?.closest("tbody")
    const field = body?.querySelector<HTMLInputElement>('td[data-name="gov:element"] input')
    const words = (event.target as HTMLInputElement).value.trim()
    if (!body || !field || field.value || !words) return
    try {
      const response = await fetch(`${this.dataset.elements}?${new URLSearchParams({ q: words })}`)
      if (response.ok) this.offer(field, ((await response.json()) as { elements: Suggestion[] }).elements)
    } catch {
      // No answer, no suggestion.
    }
  }

  private offer(field: HTMLInputElement, found: Suggestion[]): void {
    field.parentElement?.querySelectorAll(".suggested").forEach((each) => each.remove())
    const first = found[0]
    if (!first || !field.parentElement) return
    const button = make("button", { type: "button", class: "button quiet", "data-take": first.code }, first.code)
    field.parentElement.append(make("p", { class: "suggested", role: "status" }, `${this.dataset.use ?? ""} `, button, ` ${first.title}`))
  }

  private take(event: Event): void {
    const button = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-take]") : null
    const field = button?.closest("td")?.querySelector("input")
    if (!button || !field) return
    field.value = button.dataset.take ?? ""
    button.closest("td")?.querySelectorAll(".suggested").forEach((each) => each.remove())
    field.focus()
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

/** Put a pasted word into a cell: in a list, the choice that is called so. */
function put(cell: HTMLInputElement | HTMLSelectElement | undefined, value: string): void {
  if (cell instanceof HTMLSelectElement) {
    const known = [...cell.options].find((each) => each.value === value || each.text.trim().toLowerCase() === value.toLowerCase())
    if (known) cell.value = known.value
  } else if (cell) cell.value = value
}

customElements.define("gov-rows", Rows)
