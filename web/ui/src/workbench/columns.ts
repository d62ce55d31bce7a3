// The rows of an answer by column: each value once, so that an order and a wish are worked out once a value.
import { spoken } from "../elements/dom"
import { type Answer, type Cell, isDate, isNumber, numberOf, timeOf } from "./asking"
import { held, known, learn } from "./names"
import { type Pace, sorted } from "./pacing"

const NAMED = 20_000 // things of a column whose names are fetched to sort or narrow by them
const AT_ONCE = 1000 // that are fetched before it is told how many there are
const LOOKED = 512 // rows after which the clock is looked at
const HAN = /^\p{Script=Han}/u
const SIGNED = /^([<>]=?|=)\s*(.+)$/
const DAY = /^-?\d{4}/
const SPAN = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/
const SECONDS = [31_556_952, 2_629_746, 86_400, 3600, 60, 1] // of a year, a month, a day …
const chinese = spoken.startsWith("zh")
// Han characters stand by their sound on every page; which script comes first is the reader's.
export const collator = new Intl.Collator("zh-CN-u-co-pinyin", { numeric: true })
const script = (text: string): number => (HAN.test(text) === chinese ? 0 : 1)

/** A column: for each row the place of its value among the values, 0 for none. */
interface Column {
  ids: Int32Array
  cells: Cell[]
  iris: string[]
}
interface Ranks {
  of: Int32Array
  last: number
  stamp: string
}
/** What to show meanwhile: how many of how many names are there. */
type Told = (done: number, all: number) => void

export class Columns {
  /** IRIs as they are written, instead of their names. */
  raw = false
  private readonly read = new Map<number, Column>()
  private readonly ranks = new Map<number, Ranks>()

  constructor(private readonly answer: Answer) {}

  shown(cell: Cell): string {
    if (cell.type === "bnode") return `_:${cell.value}`
    return cell.type === "uri" && !this.raw ? (known(cell.value)?.text ?? cell.value) : cell.value
  }

  /** Learn what the things of a column are called; false where they are too many to be asked for. */
  async learned(column: number, pace: Pace, told: Told): Promise<boolean> {
    const { iris } = await this.column(column, pace)
    if (this.raw || !iris.length) return true
    const unknown = iris.filter((each) => !known(each))
    if (unknown.length > NAMED) return false
    for (let at = 0; at < unknown.length; at += AT_ONCE) {
      told(at, unknown.length)
      await learn(unknown.slice(at, at + AT_ONCE))
      await pace.rest()
    }
    return true
  }

  /** Keep the rows that hold the words in any column, and in each column those wished for there. */
  async kept(words: string, wishes: ReadonlyMap<number, string>, pace: Pace): Promise<Int32Array> {
    const every = await Promise.all(this.answer.variables.map(async (_, at) => (words ? this.fitting(at, words, pace) : null)))
    const some = await Promise.all([...wishes].map(([at, wish]) => this.fitting(at, wish, pace)))
    const found = new Int32Array(this.answer.rows.length)
    let count = 0
    for (let row = 0; row < found.length; row += 1) {
      if (some.every((fits) => fits(row)) && (!words || every.some((fits) => fits?.(row)))) found[count++] = row
      if (row % LOOKED === 0 && pace.due) await pace.rest()
    }
    return found.subarray(0, count)
  }

  /** Put rows in the order of a column; what has no value stands last in either way. */
  async ordered(rows: Int32Array, column: number, way: number, pace: Pace): Promise<Int32Array> {
    const { ids } = await this.column(column, pace)
    const { of, last } = await this.ranked(column, pace)
    const place = (row: number): number => (ids[row] ? (way > 0 ? (of[ids[row] as number] as number) : last - (of[ids[row] as number] as number)) : last + 1)
    const begins = new Int32Array(last + 3)
    for (const row of rows) (begins[place(row) + 1] as number) += 1
    for (let at = 1; at < begins.length; at += 1) (begins[at] as number) += begins[at - 1] as number
    const found = new Int32Array(rows.length)
    for (const row of rows) found[(begins[place(row)] as number)++] = row
    return found
  }

  /** Read a column once. */
  private async column(at: number, pace: Pace): Promise<Column> {
    const known = this.read.get(at)
    if (known) return known
    const places = new Map<string, number>()
    const [ids, cells, iris] = [new Int32Array(this.answer.rows.length), [] as Cell[], [] as string[]]
    for (let row = 0; row < ids.length; row += 1) {
      const cell = this.answer.rows[row]?.[at]
      if (row % LOOKED === 0 && pace.due) await pace.rest()
      if (!cell) continue
      const key = `${cell.type} ${cell["xml:lang"] ?? cell.datatype ?? ""} ${cell.value}`
      const place = places.get(key)
      if (place === undefined) {
        places.set(key, cells.push(cell))
        if (cell.type === "uri") iris.push(cell.value)
      }
      ids[row] = place ?? cells.length
    }
    const column = { ids, cells, iris }
    this.read.set(at, column)
    return column
  }

  /** The place of each value in the order: numbers, then times, then words. */
  private async ranked(column: number, pace: Pace): Promise<Ranks> {
    const { cells, iris } = await this.column(column, pace)
    const stamp = iris.length ? (this.raw ? "raw" : String(held())) : ""
    const now = this.ranks.get(column)
    if (now?.stamp === stamp) return now
    const asWritten = !this.raw && iris.filter((each) => !known(each)).length > NAMED
    const texts = cells.map((cell) => (asWritten ? cell.value : this.shown(cell)))
    const sizes = cells.map(sizeOf)
    const kinds = cells.map((cell, at) => (Number.isNaN(sizes[at]) ? 2 + script(texts[at] ?? "") : isNumber(cell) ? 0 : 1))
    const order = (a: number, b: number): number => (kinds[a] as number) - (kinds[b] as number) || ((kinds[a] as number) < 2 ? (sizes[a] as number) - (sizes[b] as number) || 0 : collator.compare(texts[a] ?? "", texts[b] ?? ""))
    const all = await sorted(Int32Array.from(cells.keys()), order, pace)
    const of = new Int32Array(cells.length + 1)
    let last = 0
    all.forEach((each, at) => {
      if (at && order(all[at - 1] as number, each)) last += 1
      of[each + 1] = last
    })
    const ranks = { of, last, stamp }
    this.ranks.set(column, ranks)
    return ranks
  }

  /** Whether rows hold the words in a column, worked out once a value. */
  private async fitting(at: number, words: string, pace: Pace): Promise<(row: number) => boolean> {
    const { ids, cells } = await this.column(at, pace)
    const fits = new Uint8Array(cells.length + 1)
    for (const [place, cell] of cells.entries()) {
      fits[place + 1] = this.fits(cell, words) ? 1 : 0
      if (place % LOOKED === 0 && pace.due) await pace.rest()
    }
    return (row) => fits[ids[row] as number] === 1
  }

  /** Whether a value holds the words; of numbers also "> 10", of days "<= 2025-06". */
  private fits(cell: Cell, words: string): boolean {
    const [, sign, than] = SIGNED.exec(words) ?? []
    if (sign && than && isNumber(cell) && !Number.isNaN(Number(than))) return stands(numberOf(cell) - Number(than), sign)
    if (sign && than && isDate(cell) && DAY.test(than)) return stands(compared(cell.value.slice(0, than.length).toLowerCase(), than), sign)
    return this.shown(cell).toLowerCase().includes(words)
  }
}

const compared = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const stands = (difference: number, sign: string): boolean => (difference === 0 ? sign.endsWith("=") : sign.startsWith(">") ? difference > 0 : sign.startsWith("<") && difference < 0)

/** How large a number is, when a time was, how long a span is; NaN for words. */
function sizeOf(cell: Cell): number {
  if (isNumber(cell)) return numberOf(cell)
  if (isDate(cell)) return timeOf(cell)
  if (cell.type !== "literal" || !/uration$/.test(cell.datatype ?? "")) return Number.NaN
  const [, sign, ...parts] = SPAN.exec(cell.value) ?? []
  if (sign === undefined) return Number.NaN
  return parts.reduce((sum, each, at) => sum + Number(each ?? 0) * (SECONDS[at] ?? 0), 0) * (sign ? -1 : 1)
}
