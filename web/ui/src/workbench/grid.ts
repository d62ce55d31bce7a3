// A table of any length: only the rows in sight are drawn. Sorted, narrowed, with names for IRIs.
import { make, spoken } from "../elements/dom"
import { type Answer, type Cell, figures, isNumber, numberOf } from "./asking"
import { Columns } from "./columns"
import { known, learn } from "./names"
import { Pace, Superseded } from "./pacing"
import { Picking, type Place, type Range, tabbed } from "./picking"
import { Widths } from "./widths"

const HEIGHT = 34 // px of a row
const TALLEST = 15_000_000 // px that browsers draw; more rows are told apart by how far one has gone
const STANDS = 120 // ms without scrolling after which rows are named
const AROUND = 12 // rows drawn above and below what is in sight
const SLOW = 150 // ms after which it is told that something is under way
const SHOWN = 20_000 // characters of one value
const SUMMED = 300_000 // cells that are added up as they are picked
const NAMED = 2_000 // picked things whose names are fetched, so that they are copied by name
const number = new Intl.NumberFormat(spoken, { maximumFractionDigits: 4 })

export class Grid {
  readonly element = make("div", { class: "grid-frame" })
  /** The whole of the cell where one is. */
  readonly whole = make("div", { class: "cell-told" })
  /** Told how many rows are left, and of which columns things stand by their addresses. */
  narrowed: (rows: number, unnamed: string[]) => void = () => undefined
  /** Told what is under way, "" when it is done. */
  busy: (words: string) => void = () => undefined
  /** Told what is picked, in words; "" for nothing. */
  picked: (words: string) => void = () => undefined
  private readonly columns: Columns
  private rows: Int32Array
  private wish = ""
  private readonly wishes = new Map<number, string>()
  private sorted = { column: -1, way: 1 }
  private readonly body = make("tbody")
  private readonly table: HTMLTableElement
  private readonly heads: HTMLTableCellElement[] = []
  private readonly filters: HTMLInputElement[] = []
  private readonly widths: Widths
  private readonly picking: Picking
  private first = -1
  private readonly above = make("tr", { class: "space", "aria-hidden": "true" })
  private readonly below = make("tr", { class: "space", "aria-hidden": "true" })
  /** The rows that are drawn, by their place: those that stay in sight are left as they are. */
  private readonly drawn = new Map<number, HTMLTableRowElement>()
  private waiting = false
  private named = false
  private turn = 0
  private room = 0
  private moved = Number.NEGATIVE_INFINITY
  private naming: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly answer: Answer,
    private readonly words: DOMStringMap,
  ) {
    this.columns = new Columns(answer)
    this.rows = Int32Array.from(answer.rows.keys())
    this.table = make("table", { class: "grid", role: "grid", tabindex: "0", "aria-multiselectable": "true", "aria-readonly": "true", "aria-colcount": String(answer.variables.length + 1), "aria-label": words.answer ?? "", "aria-description": words.pickhow ?? "" })
    this.widths = new Widths(this.table, words, answer.rows.length, answer.variables.length)
    const head = make("tr", { "aria-rowindex": "1" }, make("th", { class: "num", scope: "col" }, make("span", { class: "unseen" }, words.number ?? "")), ...answer.variables.map((name, column) => this.head(name, column)))
    this.table.append(this.widths.group, make("thead", {}, head), this.body)
    this.body.append(this.above, this.below)
    this.element.append(this.table)
    this.picking = new Picking({ table: this.table, rows: () => this.rows.length, columns: answer.variables.length, height: () => Math.floor(this.view / HEIGHT), first: () => Math.ceil(this.gone / HEIGHT), see: (place) => this.see(place), changed: () => this.mark() })
    this.element.addEventListener("scroll", () => this.follow(), { passive: true })
    this.table.addEventListener("copy", (event) => this.copied(event))
    new ResizeObserver(() => this.resized()).observe(this.element)
    this.draw(true)
  }

  /** Show only rows that hold these words. */
  narrow(words: string): void {
    this.wish = words.trim().toLowerCase()
    void this.again()
  }

  /** Wish for nothing any more. */
  clear(): void {
    this.wish = ""
    this.wishes.clear()
    for (const each of this.filters) each.value = ""
    void this.again()
  }

  /** Show IRIs as they are written, or the names of what they stand for. */
  write(raw: boolean): void {
    this.columns.raw = raw
    this.draw(true)
    this.widths.settle(this.room)
    if (this.sorted.column >= 0 || this.wish || this.wishes.size) void this.again()
    else this.mark()
  }

  /** What is picked, as text that spreadsheets read; all of it with the names of its columns. */
  text(): string {
    const range = this.picking.range
    if (!range) return ""
    const { from, to } = range
    const names = this.answer.variables.slice(from.column, to.column + 1)
    const lines = from.row === 0 && to.row === this.rows.length - 1 && to.row > 0 ? [names.map(tabbed).join("\t")] : []
    for (let at = from.row; at <= to.row; at += 1) {
      const row = this.answer.rows[this.rows[at] as number] ?? []
      const cells = names.map((_, column) => row[from.column + column])
      lines.push(cells.map((cell) => (cell ? tabbed(this.columns.shown(cell)) : "")).join("\t"))
    }
    return from.row === to.row && from.column === to.column ? this.columns.shown(this.at(from) ?? { type: "literal", value: "" }) : lines.join("\n")
  }

  // What is shown, and in which order --------------------------------------------------------------

  /** Keep what is wished for, in the order that is wished for; what is asked later stands before it. */
  private async again(): Promise<void> {
    const turn = (this.turn += 1)
    const slow = setTimeout(() => this.under(this.words.working ?? ""), SLOW)
    try {
      const [rows, unnamed] = await this.worked(new Pace(() => turn !== this.turn))
      if (turn !== this.turn) return
      this.rows = rows
      this.table.setAttribute("aria-rowcount", String(rows.length + 1))
      this.picking.leave()
      this.element.scrollTop = 0
      this.draw(true)
      this.narrowed(rows.length, unnamed)
    } catch (error) {
      if (!(error instanceof Superseded)) throw error
    } finally {
      clearTimeout(slow)
      if (turn === this.turn) this.under("")
    }
  }

  private under(words: string): void {
    this.element.setAttribute("aria-busy", String(words !== ""))
    this.busy(words)
  }

  /** Give the rows that are wished for, and the columns whose things have too many names to be fetched. */
  private async worked(pace: Pace): Promise<[Int32Array, string[]]> {
    const { column, way } = this.sorted
    const concerned = this.wish ? this.answer.variables.keys() : new Set([...this.wishes.keys(), ...(column < 0 ? [] : [column])])
    const unnamed: string[] = []
    for (const each of concerned) {
      const told = (done: number, all: number): void => this.under((this.words.learning ?? "").replace("{n}", number.format(done)).replace("{all}", number.format(all)))
      if (!(await this.columns.learned(each, pace, told))) unnamed.push(this.answer.variables[each] ?? "")
    }
    const every = !this.wish && !this.wishes.size
    const kept = every ? Int32Array.from(this.answer.rows.keys()) : await this.columns.kept(this.wish, this.wishes, pace)
    return [column < 0 ? kept : await this.columns.ordered(kept, column, way, pace), unnamed]
  }

  private head(name: string, column: number): HTMLTableCellElement {
    const button = make("button", { type: "button" }, make("span", {}, name))
    const numbers = figures(this.answer.rows, column)
    const label = (this.words.filtercolumn ?? "").replace("{name}", name)
    const filter = make("input", { type: "search", "aria-label": label, title: this.words.filterhow ?? "", placeholder: "…", autocomplete: "off" })
    filter.addEventListener("input", () => {
      const words = filter.value.trim().toLowerCase()
      if (words) this.wishes.set(column, words)
      else this.wishes.delete(column)
      void this.again()
    })
    const head = make("th", { scope: "col", ...(numbers ? { class: "figures" } : {}) }, make("div", { class: "width" }, button, filter), this.widths.edge(name, column))
    button.addEventListener("click", () => this.sort(head, column))
    this.heads.push(head)
    this.filters.push(filter)
    return head
  }

  /** Rising, then falling, then as the answer came. */
  private sort(head: HTMLTableCellElement, column: number): void {
    const next = { ascending: "descending", descending: "" }[head.getAttribute("aria-sort") ?? ""] ?? "ascending"
    for (const each of this.heads) each.removeAttribute("aria-sort")
    if (next) head.setAttribute("aria-sort", next)
    this.sorted = { column: next ? column : -1, way: next === "descending" ? -1 : 1 }
    void this.again()
  }

  // What is picked ---------------------------------------------------------------------------------

  private at({ row, column }: Place): Cell | undefined {
    return this.answer.rows[this.rows[row] ?? -1]?.[column]
  }

  /** Mark what is picked, and tell of it. */
  private mark(): void {
    for (const [at, row] of this.drawn) this.marked(row, at)
    const { range, at } = { range: this.picking.range, at: this.picking.at }
    if (at) this.table.setAttribute("aria-activedescendant", `cell-${at.row}-${at.column}`)
    else this.table.removeAttribute("aria-activedescendant")
    this.whole.replaceChildren(...(at ? this.told(this.at(at)) : []))
    this.picked(range ? this.counted(range) : "")
    if (range) this.know(range)
  }

  private marked(row: HTMLTableRowElement, at: number): void {
    const here = this.picking.at
    for (let column = 0; column < this.answer.variables.length; column += 1) {
      const cell = row.cells[column + 1]
      const holds = this.picking.holds(at, column)
      if (!cell || (!holds && !cell.classList.contains("picked"))) continue
      cell.classList.toggle("picked", holds)
      cell.classList.toggle("here", here?.row === at && here.column === column)
      cell.setAttribute("aria-selected", String(holds))
    }
  }

  /** A value in full, with its language, its type or its address. */
  private told(cell: Cell | undefined): (Node | string)[] {
    if (!cell) return [make("span", { class: "faint" }, this.words.unbound ?? "")]
    const text = this.columns.shown(cell)
    const lang = cell["xml:lang"] ?? ""
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
    const kind = [cell.type === "uri" && text !== cell.value ? cell.value : "", lang && `@${lang}`, lang ? "" : (cell.datatype ?? ""), text.length > SHOWN ? (this.words.characters ?? "").replace("{n}", number.format(SHOWN)).replace("{all}", number.format(text.length)) : ""]
    return [make("span", { dir: "auto", translate: "no", ...spokenIn(lang) }, shown), " ", make("span", { class: "faint" }, kind.filter(Boolean).join(" · "))]
  }

  /** How many cells are picked, and what their numbers come to. */
  private counted({ from, to }: Range): string {
    const cells = (to.row - from.row + 1) * (to.column - from.column + 1)
    if (cells < 2) return " "
    const told = (this.words.cells ?? "").replace("{n}", number.format(cells))
    if (cells > SUMMED) return told
    let [sum, figures] = [0, 0]
    for (let row = from.row; row <= to.row; row += 1)
      for (let column = from.column; column <= to.column; column += 1) {
        const cell = this.at({ row, column })
        if (!isNumber(cell)) continue
        figures += 1
        sum += numberOf(cell)
      }
    if (figures < 2) return told
    return `${told} · ${(this.words.summed ?? "").replace("{sum}", number.format(sum)).replace("{mean}", number.format(sum / figures))}`
  }

  /** Learn what picked things are called, so that they are copied as they are shown. */
  private know({ from, to }: Range): void {
    if (this.columns.raw) return
    const iris = new Set<string>()
    for (let row = from.row; row <= to.row && iris.size < NAMED; row += 1)
      for (let column = from.column; column <= to.column; column += 1) {
        const cell = this.at({ row, column })
        if (cell?.type === "uri" && !known(cell.value)) iris.add(cell.value)
      }
    if (iris.size) void learn(iris)
  }

  private copied(event: ClipboardEvent): void {
    const range = this.picking.range
    const one = range?.from.row === range?.to.row && range?.from.column === range?.to.column
    if (!range || (one && !getSelection()?.isCollapsed)) return
    event.clipboardData?.setData("text/plain", this.text())
    event.preventDefault()
  }

  // What is drawn ----------------------------------------------------------------------------------

  private get view(): number {
    return Math.max(HEIGHT, (this.element.clientHeight || 600) - (this.table.tHead?.offsetHeight ?? 0))
  }

  private get tall(): number {
    return Math.min(this.rows.length * HEIGHT, TALLEST)
  }

  /** How many px of rows a px of scrolling is: one, but in answers that are taller than browsers draw. */
  private get ratio(): number {
    return this.tall < TALLEST ? 1 : (this.rows.length * HEIGHT - this.view) / (TALLEST - this.view)
  }

  /** How many px of rows stand above what is in sight. */
  private get gone(): number {
    return this.element.scrollTop * this.ratio
  }

  private see(place: Place): void {
    const [top, bottom] = [place.row * HEIGHT, (place.row + 1) * HEIGHT]
    if (top < this.gone) this.element.scrollTop = top / this.ratio
    else if (bottom > this.gone + this.view) this.element.scrollTop = Math.ceil((bottom - this.view) / this.ratio)
    this.draw()
    this.drawn.get(place.row)?.cells[place.column + 1]?.scrollIntoView({ block: "nearest", inline: "nearest" })
  }

  private resized(): void {
    this.draw(true)
    if (this.room !== this.element.clientWidth) this.widths.settle((this.room = this.element.clientWidth))
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
  private name(top: number, count: number): void {
    clearTimeout(this.naming)
    const part = [...this.rows.subarray(top, top + count)].map((at) => this.answer.rows[at] ?? [])
    const iris = part.flatMap((row) => row.flatMap((cell) => (cell?.type === "uri" && !known(cell.value) ? [cell.value] : [])))
    const pause = performance.now() - this.moved < STANDS ? STANDS : 0
    if (!iris.length) return
    this.naming = setTimeout(() => {
      void learn(iris).then(() => {
        this.draw(true)
        if (!this.named) this.widths.settle(this.room)
        this.named = true
      })
    }, pause)
  }

  private draw(anew = false): void {
    const { gone, ratio } = this
    const { scrollTop } = this.element // before anything moves
    const top = Math.max(0, Math.floor(gone / HEIGHT) - AROUND)
    const count = Math.min(Math.ceil(this.view / HEIGHT) + 2 * AROUND, this.rows.length - top)
    if (!anew && ratio === 1 && Math.abs(top - this.first) < AROUND / 2) return
    this.first = top
    for (const [at, row] of this.drawn) if (anew || at < top || at >= top + count) this.leave(at, row)
    const before = Math.max(0, scrollTop - (gone - top * HEIGHT))
    this.above.style.height = `${before}px`
    this.below.style.height = `${Math.max(0, this.tall - before - count * HEIGHT)}px`
    let last = this.above
    for (let at = top; at < top + count; at += 1) last = this.beside(last, at)
    if (!this.columns.raw) this.name(top, count)
  }

  /** Give the row of a place, drawn behind the one before it where it is not there yet. */
  private beside(before: HTMLTableRowElement, at: number): HTMLTableRowElement {
    const there = this.drawn.get(at)
    if (there) return there
    const fresh = this.row(at)
    this.drawn.set(at, fresh)
    before.after(fresh)
    return fresh
  }

  private leave(at: number, row: HTMLTableRowElement): void {
    this.drawn.delete(at)
    row.remove()
  }

  private row(at: number): HTMLTableRowElement {
    const cells = this.answer.variables.map((_, column) => this.cell(this.at({ row: at, column }), `cell-${at}-${column}`))
    const row = make("tr", { "aria-rowindex": String(at + 2) }, make("td", { class: "num faint" }, String(at + 1)), ...cells)
    if (this.picking.at) this.marked(row, at)
    return row
  }

  private cell(cell: Cell | undefined, id: string): HTMLTableCellElement {
    if (!cell) return make("td", { id })
    const text = this.columns.shown(cell).slice(0, SHOWN)
    const name = cell.type === "uri" ? known(cell.value) : undefined
    const url = name?.url || (cell.type === "uri" && /^https?:/.test(cell.value) ? cell.value : "")
    const lang = cell["xml:lang"] ?? (this.columns.raw ? "" : (name?.lang ?? ""))
    const looks = { dir: "auto", ...spokenIn(lang) }
    // Enter follows a link: the table is one stop of the Tab key, however many links it has.
    const inner = url ? make("a", { href: url, tabindex: "-1", draggable: "false", ...looks }, text) : make("span", looks, text)
    return make("td", { id, ...(isNumber(cell) ? { class: "num" } : {}), ...(cell.type === "uri" ? { title: cell.value } : {}) }, inner)
  }
}

/** The language of an element; what RDF 1.2 says of its direction stands behind it. */
function spokenIn(tag: string): Record<string, string> {
  const [lang, way] = tag.split("--")
  return lang ? { lang, ...(way ? { dir: way } : {}) } : {}
}
