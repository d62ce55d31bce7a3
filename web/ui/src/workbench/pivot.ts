// Rows against columns, and a measure where they cross: counted, added up or compared, with totals.
import { make, spoken } from "../elements/dom"
import { type Answer, type Cell, figures, isNumber, numberOf } from "./asking"
import { collator } from "./columns"
import { known, learn } from "./names"
import { Pace } from "./pacing"
import { filled, notes } from "./saying"

export const MEASURES = ["count", "sum", "avg", "min", "max"] as const
export type Measure = (typeof MEASURES)[number]
export interface Turn {
  rows: number
  columns: number
  of: number
  measure: Measure
}
const MOST_ROWS = 500
const MOST_COLUMNS = 40
const NAMED = 5000 // things that are put in order by their names
const TITLE = 400 // characters of a name
const number = new Intl.NumberFormat(spoken, { maximumFractionDigits: 2 })

/** What to turn an answer by, until someone says otherwise. */
export function guessed({ rows, variables }: Answer): Turn {
  const numbers = variables.map((_, at) => at).filter((at) => figures(rows, at))
  const others = variables.map((_, at) => at).filter((at) => !numbers.includes(at))
  const of = numbers[0] ?? -1
  const kinds = (at: number): number => new Set(rows.map((row) => row[at]?.value)).size
  const columns = others.slice(1).find((at) => kinds(at) <= MOST_COLUMNS) ?? -1
  return { rows: others[0] ?? 0, columns, of, measure: of < 0 ? "count" : "sum" }
}

/** What falls together, kept so that any measure of it and of its totals can be told. */
export class Heap {
  private count = 0
  private sum = 0
  private least = Number.POSITIVE_INFINITY
  private most = Number.NEGATIVE_INFINITY
  private figures = 0

  add(cell: Cell | undefined, all: boolean): void {
    if (all || cell) this.count += 1
    if (!isNumber(cell)) return
    const value = numberOf(cell)
    this.figures += 1
    this.sum += value
    this.least = Math.min(this.least, value)
    this.most = Math.max(this.most, value)
  }

  told(measure: Measure): number | null {
    if (measure === "count") return this.count
    if (!this.figures) return null
    return { sum: this.sum, avg: this.sum / this.figures, min: this.least, max: this.most }[measure]
  }
}

const key = (cell: Cell | undefined): string => cell?.value ?? ""
const nameOf = (cell: Cell | undefined): string => (cell?.type === "uri" ? (known(cell.value)?.text ?? cell.value) : (cell?.value ?? "–"))

/** Draw into `place`. */
export async function drawn(place: HTMLElement, answer: Answer, turn: Turn, words: DOMStringMap): Promise<void> {
  // By row and column; "" is none of either, and stands for the whole.
  const heaps = new Map<string, Map<string, Heap>>()
  const heap = (row: string, column: string): Heap => {
    const line = heaps.get(row) ?? (heaps.set(row, new Map()), heaps.get(row) as Map<string, Heap>)
    return line.get(column) ?? (line.set(column, new Heap()), line.get(column) as Heap)
  }
  const [across, down] = [new Map<string, Cell | undefined>(), new Map<string, Cell | undefined>()]
  const pace = new Pace(() => !place.isConnected)
  for (const row of answer.rows) {
    const [left, top] = [`=${key(row[turn.rows])}`, turn.columns < 0 ? "" : `=${key(row[turn.columns])}`]
    down.set(left, row[turn.rows])
    if (turn.columns >= 0) across.set(top, row[turn.columns])
    for (const line of [left, ""]) for (const column of top ? [top, ""] : [""]) heap(line, column).add(row[turn.of], turn.of < 0)
    if (pace.due) await pace.rest()
  }
  await learn([...across.values(), ...[...down.values()].slice(0, NAMED)].flatMap((cell) => (cell?.type === "uri" ? [cell.value] : [])))
  const order = (a: Cell | undefined, b: Cell | undefined): number => (isNumber(a) && isNumber(b) ? numberOf(a) - numberOf(b) : collator.compare(nameOf(a), nameOf(b)))
  const sorted = (names: Map<string, Cell | undefined>, most: number): [string, Cell | undefined][] => [...names].sort(([, a], [, b]) => order(a, b)).slice(0, most)
  const [columns, rows] = [sorted(across, MOST_COLUMNS), sorted(down, MOST_ROWS)]
  const figure = (row: string, column: string, total = false): HTMLElement => {
    const value = heaps.get(row)?.get(column)?.told(turn.measure)
    return make("td", { class: total ? "num total" : "num" }, value === null || value === undefined ? "" : number.format(value))
  }
  const whole = make("th", { scope: "col", class: "num total" }, words.total ?? "")
  const head = make("tr", {}, make("th", { scope: "col" }, answer.variables[turn.rows] ?? ""), ...columns.map(([, cell]) => make("th", { scope: "col", class: "num", title: nameOf(cell).slice(0, TITLE) }, nameOf(cell).slice(0, TITLE))), whole)
  const body = rows.map(([row, cell]) => make("tr", {}, make("th", { scope: "row", title: nameOf(cell).slice(0, TITLE) }, nameOf(cell).slice(0, TITLE)), ...columns.map(([column]) => figure(row, column)), figure(row, "", true)))
  const foot = make("tr", {}, make("th", { scope: "row" }, words.total ?? ""), ...columns.map(([column]) => figure("", column, true)), figure("", "", true))
  const table = make("table", { class: "grid pivot" }, make("caption", { class: "unseen" }, words.pivot ?? ""), make("thead", {}, head), make("tbody", {}, ...body), make("tfoot", {}, foot))
  const cut = notes([down.size > MOST_ROWS && filled(words.pivotrowscut, { n: MOST_ROWS, all: down.size }), across.size > MOST_COLUMNS && filled(words.pivotcolumnscut, { n: MOST_COLUMNS, all: across.size })])
  place.replaceChildren(make("div", { class: "grid-frame", tabindex: "0", role: "region", "aria-label": words.pivot ?? "" }, table), ...cut)
}
