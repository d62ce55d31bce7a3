// A table of any length: only the rows in sight are drawn. Sorted, narrowed, with names for IRIs.
import { make, spoken } from "../elements/dom"
import { type Answer, type Cell, isNumber, type Row } from "./asking"
import { known, learn } from "./names"

const HEIGHT = 34 // px of a row
const [NARROW, WIDE] = [80, 960] // px of a column
const STANDS = 120 // ms without scrolling after which rows are named
const AROUND = 12 // rows drawn above and below what is in sight
const collator = new Intl.Collator(spoken, { numeric: true })

const COMPARED = /^([<>]=?|=)\s*(-?[\d.]+)$/

/** Whether a cell holds the words; of numbers also "> 10", "<= 3". */
function fits(cell: Cell | undefined, words: string, holds: (cell: Cell | undefined, words: string) => boolean): boolean {
  const [, sign, figure] = COMPARED.exec(words) ?? []
  if (!sign || !isNumber(cell)) return holds(cell, words)
  const [value, than] = [Number(cell?.value), Number(figure)]
  return sign === "=" ? value === than : (sign.startsWith(">") ? value > than : value < than) || (sign.length === 2 && value === than)
}

export class Grid {
  readonly element = make("div", { class: "grid-frame", tabindex: "0", role: "region" })
  raw = false
  /** Told how many rows are left whenever that changes. */
  narrowed: (rows: number) => void = () => undefined
  private rows: Row[]
  private wish = ""
  private readonly wishes = new Map<number, string>()
  private sorted = { column: -1, way: 1 }
  private readonly body = make("tbody")
  private readonly heads: HTMLTableCellElement[] = []
  private readonly widths = new Map<number, number>()
  private first = -1
  private readonly above = this.space()
  private readonly below = this.space()
  /** The rows that are drawn, by their place: those that stay in sight are left as they are. */
  private readonly drawn = new Map<number, HTMLTableRowElement>()
  private waiting = false
  private moved = Number.NEGATIVE_INFINITY
  private naming: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly answer: Answer,
    private readonly words: DOMStringMap,
  ) {
    this.rows = answer.rows
    const head = make("tr", {}, make("th", { class: "num", scope: "col" }, make("span", { class: "unseen" }, words.number ?? "")), ...answer.variables.map((name, column) => this.head(name, column)))
    const table = make("table", { class: "grid", "aria-rowcount": String(answer.rows.length + 1) }, make("caption", { class: "unseen" }, words.answer ?? ""), make("thead", {}, head), this.body)
    this.element.setAttribute("aria-label", words.answer ?? "")
    this.element.append(table)
    this.element.addEventListener("scroll", () => this.follow(), { passive: true })
    new ResizeObserver(() => this.draw(true)).observe(this.element)
    this.draw(true)
  }

  /** Show only rows that hold these words; gives how many do. */
  narrow(words: string): number {
    this.wish = words.trim().toLowerCase()
    return this.again()
  }

  /** Keep what is wished for, in the order that is wished for. */
  private again(): number {
    const holds = (cell: Cell | undefined, words: string): boolean => cell !== undefined && this.shown(cell).toLowerCase().includes(words)
    const columns = [...this.wishes].filter(([, words]) => words)
    const kept = this.wish || columns.length ? this.answer.rows.filter((row) => columns.every(([at, words]) => fits(row[at], words, holds)) && (!this.wish || row.some((cell) => holds(cell, this.wish)))) : this.answer.rows
    const { column, way } = this.sorted
    this.rows = column < 0 ? kept : [...kept].sort((a, b) => way * this.order(a[column], b[column]))
    this.element.scrollTop = 0
    this.draw(true)
    this.narrowed(this.rows.length)
    return this.rows.length
  }

  redraw(): void {
    this.draw(true)
  }

  private head(name: string, column: number): HTMLTableCellElement {
    const button = make("button", { type: "button" }, name)
    const figures = this.answer.rows.slice(0, 20).every((row) => isNumber(row[column]))
    const label = (this.words.filtercolumn ?? "").replace("{name}", name)
    const filter = make("input", { type: "search", "aria-label": label, title: this.words.filterhow ?? "", placeholder: "…", autocomplete: "off" })
    filter.addEventListener("input", () => {
      this.wishes.set(column, filter.value.trim().toLowerCase())
      this.again()
    })
    const width = make("div", { class: "width" }, button, filter)
    const head = make("th", { scope: "col", ...(figures ? { class: "figures" } : {}) }, width, this.edge(name, width))
    button.addEventListener("click", () => this.sort(head, column))
    this.heads.push(head)
    return head
  }

  /** The edge of a column, drawn aside by the pointer or by the arrow keys. */
  private edge(name: string, width: HTMLElement): HTMLElement {
    const edge = make("div", { class: "edge", role: "separator", tabindex: "0", "aria-orientation": "vertical", "aria-label": (this.words.width ?? "").replace("{name}", name), "aria-valuemin": String(NARROW), "aria-valuemax": String(WIDE), "aria-valuenow": "160" })
    const set = (wish: number): void => {
      const px = Math.round(Math.min(WIDE, Math.max(NARROW, wish)))
      width.style.inlineSize = `${px}px`
      const column = [...(edge.closest("tr")?.children ?? [])].indexOf(edge.parentElement as Element)
      this.widths.set(column, px)
      edge.setAttribute("aria-valuenow", String(px))
      this.draw(true)
    }
    edge.addEventListener("pointerdown", (event) => {
      const [from, was] = [event.clientX, width.offsetWidth]
      edge.setPointerCapture(event.pointerId)
      edge.onpointermove = (moved) => set(was + moved.clientX - from)
      edge.onpointerup = () => (edge.onpointermove = null)
      event.preventDefault()
    })
    edge.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key]
      if (!by) return
      event.preventDefault()
      set(width.offsetWidth + by)
    })
    return edge
  }

  private sort(head: HTMLTableCellElement, column: number): void {
    const rising = head.getAttribute("aria-sort") !== "ascending"
    for (const each of this.heads) each.removeAttribute("aria-sort")
    head.setAttribute("aria-sort", rising ? "ascending" : "descending")
    this.sorted = { column, way: rising ? 1 : -1 }
    this.again()
  }

  private order(a: Cell | undefined, b: Cell | undefined): number {
    if (!a || !b) return a ? -1 : b ? 1 : 0
    if (isNumber(a) && isNumber(b)) return Number(a.value) - Number(b.value)
    return collator.compare(this.shown(a), this.shown(b))
  }

  private shown(cell: Cell): string {
    return cell.type === "uri" && !this.raw ? (known(cell.value)?.text ?? cell.value) : cell.value
  }

  /** Draw what came into sight, once a frame; nothing is looked up while rows fly by. */
  private follow(): void {
    this.moved = performance.now()
    if (this.waiting) return
    this.waiting = true
    requestAnimationFrame(() => {
      this.waiting = false
      this.draw()
    })
  }

  /** Learn what things are called as soon as the rows stand, and draw them so. */
  private name(part: Row[]): void {
    clearTimeout(this.naming)
    const iris = part.flatMap((row) => row.flatMap((cell) => (cell?.type === "uri" && !known(cell.value) ? [cell.value] : [])))
    const pause = performance.now() - this.moved < STANDS ? STANDS : 0
    if (iris.length) this.naming = setTimeout(() => void learn(iris).then(() => this.draw(true)), pause)
  }

  private draw(anew = false): void {
    const top = Math.max(0, Math.floor(this.element.scrollTop / HEIGHT) - AROUND)
    const count = Math.ceil((this.element.clientHeight || 600) / HEIGHT) + 2 * AROUND
    if (!anew && Math.abs(top - this.first) < AROUND / 2) return
    this.first = top
    const part = this.rows.slice(top, top + count)
    for (const [at, row] of this.drawn) if (anew || at < top || at >= top + part.length) this.leave(at, row)
    if (!this.above.isConnected) this.body.replaceChildren(this.above, this.below)
    this.stretch(this.above, top)
    this.stretch(this.below, Math.max(0, this.rows.length - top - part.length))
    part.reduce<HTMLTableRowElement>((before, row, at) => this.beside(before, row, top + at), this.above)
    if (!this.raw) this.name(part)
  }

  /** Give the row of a place, drawn behind the one before it where it is not there yet. */
  private beside(before: HTMLTableRowElement, row: Row, at: number): HTMLTableRowElement {
    const there = this.drawn.get(at)
    if (there) return there
    const fresh = this.row(row, at)
    this.drawn.set(at, fresh)
    before.after(fresh)
    return fresh
  }

  private leave(at: number, row: HTMLTableRowElement): void {
    this.drawn.delete(at)
    row.remove()
  }

  private space(): HTMLTableRowElement {
    return make("tr", { class: "space", "aria-hidden": "true" })
  }

  /** Let a row stand for many that are not drawn. */
  private stretch(space: HTMLTableRowElement, rows: number): void {
    space.style.height = `${rows * HEIGHT}px`
  }

  private row(row: Row, at: number): HTMLTableRowElement {
    const number = make("td", { class: "num faint" }, String(at + 1))
    return make("tr", { "aria-rowindex": String(at + 2) }, number, ...row.map((cell, column) => this.sized(this.cell(cell), column + 1)))
  }

  /** A cell of a column whose width was chosen says no more than fits. */
  private sized(cell: HTMLTableCellElement, column: number): HTMLTableCellElement {
    const px = this.widths.get(column)
    if (px) cell.style.maxInlineSize = `${px}px`
    return cell
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
