// Cells that were picked in a table: by the pointer, with Shift, and by keys; they are copied together.

export interface Place {
  row: number
  column: number
}
/** What is picked: rows and columns from one to another, both among them. */
export interface Range {
  from: Place
  to: Place
}
/** The table in which cells are picked; it draws a few rows of many. */
export interface Field {
  table: HTMLTableElement
  rows: () => number
  columns: number
  /** How many rows are in sight. */
  height: () => number
  first: () => number
  see: (place: Place) => void
  changed: () => void
}

export class Picking {
  private from?: Place
  /** Where one is. */
  at?: Place

  constructor(private readonly field: Field) {
    const { table } = field
    table.addEventListener("pointerdown", (event) => this.pressed(event))
    table.addEventListener("click", (event) => {
      const place = (event as PointerEvent).pointerType === "touch" ? placeOf(event.target) : null
      if (place) this.pick(place)
    })
    table.addEventListener("keydown", (event) => this.key(event))
  }

  get range(): Range | null {
    if (!this.from || !this.at) return null
    const sorted = (one: number, other: number): [number, number] => [Math.min(one, other), Math.max(one, other)]
    const [top, bottom] = sorted(this.from.row, this.at.row)
    const [left, right] = sorted(this.from.column, this.at.column)
    return { from: { row: top, column: left }, to: { row: bottom, column: right } }
  }

  holds(row: number, column: number): boolean {
    const range = this.range
    return range !== null && row >= range.from.row && row <= range.to.row && column >= range.from.column && column <= range.to.column
  }

  /** Pick nothing. */
  leave(): void {
    this.from = this.at = undefined
    this.field.changed()
  }

  private pick(place: Place, further = false): void {
    this.at = { row: bounded(place.row, this.field.rows()), column: bounded(place.column, this.field.columns) }
    if (!further || !this.from) this.from = this.at
    this.field.changed()
  }

  private pressed(event: PointerEvent): void {
    const place = event.pointerType === "mouse" && event.button === 0 ? placeOf(event.target) : null
    if (!place) return
    if (event.shiftKey) event.preventDefault() // no text is marked from there to here
    this.field.table.focus({ preventScroll: true })
    if (place.column < 0) {
      // The number of a row stands for all of it.
      this.pick({ row: event.shiftKey && this.from ? this.from.row : place.row, column: 0 })
      this.pick({ row: place.row, column: this.field.columns - 1 }, true)
      return
    }
    this.pick(place, event.shiftKey)
    const move = (moved: PointerEvent): void => this.drawn(moved)
    this.field.table.addEventListener("pointermove", move)
    addEventListener("pointerup", () => this.field.table.removeEventListener("pointermove", move), { once: true })
  }

  /** Pick as far as the pointer is; within one cell its text is marked as anywhere. */
  private drawn(event: PointerEvent): void {
    const place = placeOf(event.target)
    if (!place || place.column < 0 || (place.row === this.at?.row && place.column === this.at.column)) return
    getSelection()?.removeAllRanges()
    event.preventDefault()
    this.pick(place, true)
  }

  private key(event: KeyboardEvent): void {
    if (event.target instanceof Element && event.target.closest("thead")) return
    const to = this.moved(event)
    if (to) {
      event.preventDefault()
      this.pick(to, event.shiftKey)
      if (this.at) this.field.see(this.at)
    } else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.pick({ row: 0, column: 0 })
      this.pick({ row: this.field.rows() - 1, column: this.field.columns - 1 }, true)
    } else if (event.key === "Escape" && this.at) {
      event.preventDefault()
      this.leave()
    } else if (event.key === "Enter" && event.target === this.field.table) this.field.table.querySelector<HTMLElement>(".here a")?.click()
  }

  /** Where a key leads; null where it leads nowhere. */
  private moved({ key, ctrlKey, metaKey }: KeyboardEvent): Place | null {
    const here = this.at
    const far = ctrlKey || metaKey
    const [last, end, page] = [this.field.rows() - 1, this.field.columns - 1, Math.max(1, this.field.height() - 1)]
    if (!/^(Arrow(Up|Down|Left|Right)|Home|End|Page(Up|Down))$/.test(key)) return null
    if (!here) return key === "End" && far ? { row: last, column: end } : { row: this.field.first(), column: 0 }
    const { row, column } = here
    const ways: Record<string, Place> = {
      ArrowUp: { row: far ? 0 : row - 1, column },
      ArrowDown: { row: far ? last : row + 1, column },
      ArrowLeft: { row, column: far ? 0 : column - 1 },
      ArrowRight: { row, column: far ? end : column + 1 },
      Home: { row: far ? 0 : row, column: 0 },
      End: { row: far ? last : row, column: end },
      PageUp: { row: row - page, column },
      PageDown: { row: row + page, column },
    }
    return ways[key] ?? null
  }
}

const bounded = (at: number, length: number): number => Math.max(0, Math.min(length - 1, at))

/** The place of the cell that an event is in; column −1 is the number of the row. */
function placeOf(target: EventTarget | null): Place | null {
  const cell = target instanceof Element ? target.closest<HTMLTableCellElement>("tbody td") : null
  const row = cell?.closest("tr")?.getAttribute("aria-rowindex")
  return cell && row ? { row: Number(row) - 2, column: cell.cellIndex - 1 } : null
}

/** A value in a line of values parted by tabs, as spreadsheets read them. */
export const tabbed = (text: string): string => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
