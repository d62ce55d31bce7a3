// A table of any length: only the rows in sight are drawn. Sorted, narrowed, with names for IRIs.
import { make, spoken } from "../elements/dom"
import { type Answer, type Cell, isNumber, type Row } from "./asking"
import { known, learn } from "./names"

const HEIGHT = 34 // px of a row
const AROUND = 12 // rows drawn above and below what is in sight
const collator = new Intl.Collator(spoken, { numeric: true })

export class Grid {
  readonly element = make("div", { class: "grid-frame", tabindex: "0", role: "region" })
  raw = false
  private rows: Row[]
  private readonly body = make("tbody")
  private readonly heads: HTMLTableCellElement[] = []
  private first = -1

  constructor(
    private readonly answer: Answer,
    words: DOMStringMap,
  ) {
    this.rows = answer.rows
    const head = make("tr", {}, make("th", { class: "num", scope: "col" }, make("span", { class: "unseen" }, words.number ?? "")), ...answer.variables.map((name, column) => this.head(name, column)))
    const table = make("table", { class: "grid", "aria-rowcount": String(answer.rows.length + 1) }, make("caption", { class: "unseen" }, words.answer ?? ""), make("thead", {}, head), this.body)
    this.element.setAttribute("aria-label", words.answer ?? "")
    this.element.append(table)
    this.element.addEventListener("scroll", () => this.draw(), { passive: true })
    new ResizeObserver(() => this.draw(true)).observe(this.element)
    this.draw(true)
  }

  /** Show only rows that hold these words; gives how many do. */
  narrow(words: string): number {
    const wish = words.trim().toLowerCase()
    this.rows = wish ? this.answer.rows.filter((row) => row.some((cell) => cell && this.shown(cell).toLowerCase().includes(wish))) : this.answer.rows
    this.element.scrollTop = 0
    this.draw(true)
    return this.rows.length
  }

  redraw(): void {
    this.draw(true)
  }

  private head(name: string, column: number): HTMLTableCellElement {
    const button = make("button", { type: "button" }, name)
    const figures = this.answer.rows.slice(0, 20).every((row) => isNumber(row[column]))
    const head = make("th", { scope: "col", ...(figures ? { class: "figures" } : {}) }, make("div", { class: "width" }, button))
    button.addEventListener("click", () => this.sort(head, column))
    this.heads.push(head)
    return head
  }

  private sort(head: HTMLTableCellElement, column: number): void {
    const rising = head.getAttribute("aria-sort") !== "ascending"
    for (const each of this.heads) each.removeAttribute("aria-sort")
    head.setAttribute("aria-sort", rising ? "ascending" : "descending")
    const way = rising ? 1 : -1
    this.rows = [...this.rows].sort((a, b) => way * this.order(a[column], b[column]))
    this.draw(true)
  }

  private order(a: Cell | undefined, b: Cell | undefined): number {
    if (!a || !b) return a ? -1 : b ? 1 : 0
    if (isNumber(a) && isNumber(b)) return Number(a.value) - Number(b.value)
    return collator.compare(this.shown(a), this.shown(b))
  }

  private shown(cell: Cell): string {
    return cell.type === "uri" && !this.raw ? (known(cell.value)?.text ?? cell.value) : cell.value
  }

  private draw(anew = false): void {
    const top = Math.max(0, Math.floor(this.element.scrollTop / HEIGHT) - AROUND)
    const count = Math.ceil((this.element.clientHeight || 600) / HEIGHT) + 2 * AROUND
    if (!anew && Math.abs(top - this.first) < AROUND / 2) return
    this.first = top
    const part = this.rows.slice(top, top + count)
    this.body.replaceChildren(this.space(top), ...part.map((row, at) => this.row(row, top + at)), this.space(Math.max(0, this.rows.length - top - part.length)))
    if (this.raw) return
    const iris = part.flatMap((row) => row.flatMap((cell) => (cell?.type === "uri" && !known(cell.value) ? [cell.value] : [])))
    if (iris.length) void learn(iris).then(() => this.draw(true))
  }

  private space(rows: number): HTMLTableRowElement {
    const row = make("tr", { class: "space", "aria-hidden": "true" })
    row.style.height = `${rows * HEIGHT}px`
    return row
  }

  private row(row: Row, at: number): HTMLTableRowElement {
    const number = make("td", { class: "num faint" }, String(at + 1))
    return make("tr", { "aria-rowindex": String(at + 2) }, number, ...row.map((cell) => this.cell(cell)))
  }

  private cell(cell: Cell | undefined): HTMLTableCellElement {
    if (!cell) return make("td")
    const text = this.shown(cell)
    const title = cell.type === "uri" ? cell.value : (cell["xml:lang"] ?? cell.datatype ?? "")
    const name = cell.type === "uri" ? known(cell.value) : undefined
    const url = name?.url || (cell.type === "uri" && /^https?:/.test(cell.value) ? cell.value : "")
    const lang = cell["xml:lang"] ?? (this.raw ? "" : (name?.lang ?? ""))
    const inner = url ? make("a", { href: url, ...(lang ? { lang } : {}) }, text) : make("span", lang ? { lang } : {}, text)
    return make("td", { ...(isNumber(cell) ? { class: "num" } : {}), ...(title ? { title } : {}) }, inner)
  }
}
