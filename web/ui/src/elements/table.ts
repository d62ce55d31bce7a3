// <gov-table>: a table that the server wrote can be put in another order and narrowed by words.
import { make, spoken } from "./dom"

type Key = string | number

class Sortable extends HTMLElement {
  private rows: HTMLTableRowElement[] = []

  connectedCallback(): void {
    const body = this.querySelector("tbody")
    if (!body) return
    this.rows = [...body.rows]
    if (this.rows.length > 1)
      this.querySelectorAll<HTMLTableCellElement>("thead th").forEach((head, column) => this.upgrade(head, column, body))
    if (this.dataset.filter && this.rows.length > 1) this.prepend(this.filter())
  }

  private upgrade(head: HTMLTableCellElement, column: number, body: HTMLTableSectionElement): void {
    const button = make("button", { type: "button" }, ...head.childNodes)
    button.addEventListener("click", () => {
      const rising = head.getAttribute("aria-sort") !== "ascending"
      this.querySelectorAll("thead th").forEach((each) => each.removeAttribute("aria-sort"))
      head.setAttribute("aria-sort", rising ? "ascending" : "descending")
      const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column], head.dataset.kind) }))
      keyed.sort((a, b) => (rising ? 1 : -1) * order(a.key, b.key))
      body.append(...keyed.map(({ row }) => row))
    })
    head.replaceChildren(button)
  }

  private filter(): HTMLElement {
    const name = this.dataset.filter ?? ""
    const input = make("input", { type: "search", "aria-label": name, placeholder: name })
    const told = make("output", {})
    input.addEventListener("input", () => {
      const words = input.value.trim().toLowerCase()
      let found = 0
      for (const row of this.rows) {
        row.hidden = !(row.textContent ?? "").toLowerCase().includes(words)
        if (!row.hidden) found += 1
      }
      told.textContent = words
        ? (this.dataset.found ?? "").replace("{n}", String(found)).replace("{all}", String(this.rows.length))
        : ""
    })
    return make("div", { class: "table-filter" }, input, told)
  }
}

function keyOf(cell: HTMLTableCellElement | undefined, kind: string | undefined): Key {
  const stamp = cell?.querySelector("time")?.dateTime
  const words = stamp ?? (cell?.textContent ?? "").trim()
  return kind === "number" ? Number.parseFloat(words.replaceAll(",", "")) || 0 : words
}

const collator = new Intl.Collator(spoken, { numeric: true })

function order(a: Key, b: Key): number {
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b))
}

customElements.define("gov-table", Sortable)
