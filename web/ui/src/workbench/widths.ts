// How wide the columns of a table are: as what stands in them at first, then as someone draws them.
import { make } from "../elements/dom"

const [NARROW, WIDE] = [64, 960] // px of a column
const STEP = 16 // px that an arrow key moves an edge
const DIGIT = 8.5 // px of a figure in the column of row numbers
const ROOM = 26 // px beside what stands in a cell

export class Widths {
  readonly group = make("colgroup")
  /** Whether someone chose a width: then nothing changes by itself. */
  chosen = false
  private readonly edges: HTMLElement[] = []
  private readonly number = make("col")
  private readonly columns: HTMLTableColElement[] = []
  private now: number[] = []

  constructor(
    private readonly table: HTMLTableElement,
    private readonly words: DOMStringMap,
    private readonly rows: number,
    columns: number,
  ) {
    this.columns = Array.from({ length: columns }, () => make("col"))
    this.group.append(this.number, ...this.columns)
  }

  /** Hold the columns as wide as they are drawn, and as wide as there is room. */
  settle(room: number): void {
    if (this.chosen || !room) return
    this.table.classList.remove("settled")
    this.table.style.inlineSize = ""
    for (const each of [this.number, ...this.columns]) each.style.inlineSize = ""
    const heads = [...(this.table.tHead?.rows[0]?.cells ?? [])].slice(1)
    this.now = heads.map((head) => bounded(head.offsetWidth))
    const spare = room - this.first - this.whole
    if (spare > 0) this.now = this.now.map((px) => px + Math.floor((spare * px) / this.whole))
    this.lay()
  }

  /** The edge of a column: drawn by the pointer, moved by arrow keys; two clicks or Enter fit what stands in it. */
  edge(name: string, column: number): HTMLElement {
    const edge = make("div", { class: "edge", role: "separator", tabindex: "0", "aria-orientation": "vertical", "aria-label": (this.words.width ?? "").replace("{name}", name), title: this.words.widthhow ?? "", "aria-valuemin": String(NARROW), "aria-valuemax": String(WIDE), "aria-valuenow": String(NARROW) })
    this.edges.push(edge)
    edge.addEventListener("pointerdown", (event) => {
      const [from, was] = [event.clientX, this.now[column] ?? NARROW]
      edge.setPointerCapture(event.pointerId)
      edge.onpointermove = (moved) => this.set(column, was + moved.clientX - from)
      edge.onpointerup = edge.onpointercancel = () => (edge.onpointermove = null)
      event.preventDefault()
      edge.focus({ preventScroll: true })
    })
    edge.addEventListener("dblclick", () => this.set(column, this.fitting(column)))
    edge.addEventListener("keydown", (event) => {
      const now = this.now[column] ?? NARROW
      const wish = { ArrowLeft: () => now - STEP, ArrowRight: () => now + STEP, Home: () => NARROW, End: () => WIDE, Enter: () => this.fitting(column) }[event.key]
      if (!wish) return
      event.preventDefault()
      this.set(column, wish())
    })
    return edge
  }

  private set(column: number, px: number): void {
    const now = this.now[column] ?? NARROW
    this.chosen = true
    this.now[column] = px > now ? Math.max(now, bounded(px)) : bounded(px) // where there was room it may be wider
    this.lay()
  }

  private lay(): void {
    this.number.style.inlineSize = `${this.first}px`
    this.columns.forEach((each, at) => (each.style.inlineSize = `${this.now[at] ?? NARROW}px`))
    this.edges.forEach((each, at) => {
      each.setAttribute("aria-valuenow", String(this.now[at] ?? NARROW))
      each.setAttribute("aria-valuemax", String(Math.max(WIDE, this.now[at] ?? NARROW)))
    })
    this.table.style.inlineSize = `${this.first + this.whole}px`
    this.table.classList.add("settled")
  }

  /** The width at which nothing that is drawn in a column is cut. */
  private fitting(column: number): number {
    const cells = [...this.table.querySelectorAll(`tr > :nth-child(${column + 2}) :is(a, span, button > span)`)]
    return Math.max(NARROW, ...cells.map((each) => each.getBoundingClientRect().width)) + ROOM
  }

  private get first(): number {
    return Math.round(24 + DIGIT * Math.max(3, String(this.rows).length))
  }

  private get whole(): number {
    return this.now.reduce((sum, px) => sum + px, 0)
  }
}

const bounded = (px: number): number => Math.round(Math.min(WIDE, Math.max(NARROW, px)))
