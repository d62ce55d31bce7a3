// Long work in short pieces, so that the page answers meanwhile.

const PIECE = 10 // ms of work at a time

/** Nobody waits for this any more: something newer was asked. */
export class Superseded extends Error {}

export class Pace {
  private since = performance.now()

  constructor(private readonly over: () => boolean = () => false) {}

  /** Whether enough was done at a time. */
  get due(): boolean {
    return performance.now() - this.since > PIECE
  }

  /** Let the page answer; throws Superseded where nobody waits any more. */
  async rest(): Promise<void> {
    await new Promise((done) => setTimeout(done))
    if (this.over()) throw new Superseded()
    this.since = performance.now()
  }
}

const RUN = 400 // numbers that are sorted at once
const LOOKED = 256 // steps after which the clock is looked at

/** Sort numbers by an order that takes long: runs first, then two and two of them together. */
export async function sorted(numbers: Int32Array, order: (a: number, b: number) => number, pace: Pace): Promise<Int32Array> {
  let [now, next] = [numbers.slice(), new Int32Array(numbers.length)]
  for (let at = 0; at < now.length; at += RUN) {
    now.subarray(at, at + RUN).sort(order)
    if (pace.due) await pace.rest()
  }
  for (let width = RUN; width < now.length; width *= 2) {
    for (let from = 0; from < now.length; from += 2 * width) await joined(now, next, from, width, order, pace)
    ;[now, next] = [next, now]
  }
  return now
}

/** Lay two runs that lie side by side into one. */
async function joined(from: Int32Array, into: Int32Array, start: number, width: number, order: (a: number, b: number) => number, pace: Pace): Promise<void> {
  const [middle, end] = [Math.min(start + width, from.length), Math.min(start + 2 * width, from.length)]
  let [left, right] = [start, middle]
  for (let at = start; at < end; at += 1) {
    const first = right >= end || (left < middle && order(from[left] as number, from[right] as number) <= 0)
    into[at] = from[first ? left++ : right++] as number
    if (at % LOOKED === 0 && pace.due) await pace.rest()
  }
}
