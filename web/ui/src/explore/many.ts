// Where many things stand: far apart what many links part, near what they join, in lists of numbers.
// Each part that hangs together is laid by its distances from a few pivots, then loosened by forces
// that reach a few cells far; so a thousand things take a fraction of a second, and each time the same.

/** Things by number: links as pairs of numbers, what is pinned by its place. */
export interface Web {
  count: number
  links: [number, number][]
  fixed: Map<number, Spot>
  /** Where things stand already; undefined begins anew. */
  from?: Spot[]
}
export interface Spot {
  x: number
  y: number
}

const APART = 74 // px that a link wishes to be long
const PIVOTS = 24
const ROUNDS = 140
const AGAIN = 50 // rounds where things stand already
const REACH = 3 // cells of APART within which things push one another
const BETWEEN = 150 // px between parts that nothing joins

/** Give each thing a place. */
export function spread({ count, links, fixed, from }: Web): Spot[] {
  const beside: number[][] = Array.from({ length: count }, () => [])
  for (const [a, b] of links) {
    beside[a]?.push(b)
    beside[b]?.push(a)
  }
  if (from) return loosened(from.map((each) => ({ ...each })), links, fixed, AGAIN, APART / 3)
  const spots: Spot[] = Array.from({ length: count }, () => ({ x: 0, y: 0 }))
  const parts = hanging(beside).map((members) => {
    const number = new Map(members.map((each, i) => [each, i]))
    const own = links.filter(([a]) => number.has(a)).map(([a, b]): [number, number] => [number.get(a) ?? 0, number.get(b) ?? 0])
    const places = members.length > 2 ? loosened(byPivots(members.map((each) => (beside[each] ?? []).map((other) => number.get(other) ?? 0))), own, new Map(), ROUNDS, APART * 2) : members.map((_, i) => ({ x: i * APART, y: 0 }))
    return { members, places, ...box(places) }
  })
  pack(parts, spots)
  for (const [each, spot] of fixed) spots[each] = { ...spot }
  return fixed.size ? loosened(spots, links, fixed, AGAIN, APART / 3) : spots
}

/** Give the parts whose things hang together, the largest first. */
function hanging(beside: number[][]): number[][] {
  const seen = new Uint8Array(beside.length)
  const parts: number[][] = []
  for (let first = 0; first < beside.length; first++) {
    if (seen[first]) continue
    seen[first] = 1
    const part = [first]
    for (const each of part) for (const other of beside[each] ?? []) {
      if (seen[other]) continue
      seen[other] = 1
      part.push(other)
    }
    parts.push(part)
  }
  return parts.sort((a, b) => b.length - a.length)
}

function distances(beside: number[][], start: number): Float64Array {
  const far = new Float64Array(beside.length).fill(-1)
  far[start] = 0
  const queue = [start]
  for (const each of queue) for (const other of beside[each] ?? []) {
    if (far[other] !== -1) continue
    far[other] = (far[each] ?? 0) + 1
    queue.push(other)
  }
  return far
}

/** Places in the plane that keep the distances from some pivots as well as two directions can. */
function byPivots(beside: number[][]): Spot[] {
  const count = beside.length
  const nearest = new Float64Array(count).fill(Infinity)
  const rows: Float64Array[] = []
  let pivot = beside.reduce((best, each, i) => (each.length > (beside[best]?.length ?? 0) ? i : best), 0)
  while (rows.length < Math.min(PIVOTS, count)) {
    const row = distances(beside, pivot)
    rows.push(row)
    let farthest = 0
    for (let i = 0; i < count; i++) {
      nearest[i] = Math.min(nearest[i] ?? 0, row[i] ?? 0)
      if ((nearest[i] ?? 0) > (nearest[farthest] ?? 0)) farthest = i
    }
    pivot = farthest
  }
  const columns = centred(rows, count)
  const first = direction(columns, [])
  const second = direction(columns, [first])
  const [x, y] = [along(columns, first, count), along(columns, second, count)]
  const wide = Math.sqrt(count) * APART * 0.5
  const [mostX, mostY] = [x, y].map((each) => each.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9))
  // What the distances cannot part (the leaves of one thing) begins a little apart.
  return Array.from({ length: count }, (_, i) => ({ x: ((x[i] ?? 0) / (mostX ?? 1)) * wide + (Math.random() - 0.5) * APART, y: ((y[i] ?? 0) / (mostY ?? 1)) * wide + (Math.random() - 0.5) * APART }))
}

/** Squared distances with the mean of each row and column taken out. */
function centred(rows: Float64Array[], count: number): Float64Array[] {
  const mean = new Float64Array(count)
  const squared = rows.map((row) => row.map((each) => each * each))
  for (const row of squared) for (let i = 0; i < count; i++) mean[i] = (mean[i] ?? 0) + (row[i] ?? 0) / rows.length
  const whole = mean.reduce((sum, each) => sum + each, 0) / count
  return squared.map((row) => {
    const own = row.reduce((sum, each) => sum + each, 0) / count
    return row.map((each, i) => -0.5 * (each - own - (mean[i] ?? 0) + whole))
  })
}

/** The direction in which things differ most, at a right angle to those known. */
function direction(columns: Float64Array[], known: number[][]): number[] {
  let found = columns.map(() => Math.random() - 0.5)
  for (let round = 0; round < 30; round++) {
    const image = along(columns, found, columns[0]?.length ?? 0)
    found = columns.map((column) => column.reduce((sum, each, i) => sum + each * (image[i] ?? 0), 0))
    for (const other of known) {
      const share = found.reduce((sum, each, i) => sum + each * (other[i] ?? 0), 0)
      found = found.map((each, i) => each - share * (other[i] ?? 0))
    }
    const long = Math.hypot(...found) || 1
    found = found.map((each) => each / long)
  }
  return found
}

function along(columns: Float64Array[], way: number[], count: number): Float64Array {
  const found = new Float64Array(count)
  columns.forEach((column, at) => {
    for (let i = 0; i < count; i++) found[i] = (found[i] ?? 0) + (column[i] ?? 0) * (way[at] ?? 0)
  })
  return found
}

/** Let links pull and neighbours push, ever less. */
function loosened(spots: Spot[], links: [number, number][], fixed: Map<number, Spot>, rounds: number, far: number): Spot[] {
  const count = spots.length
  const x = Float64Array.from(spots, (each) => each.x)
  const y = Float64Array.from(spots, (each) => each.y)
  const [goX, goY] = [new Float64Array(count), new Float64Array(count)]
  const degree = new Float64Array(count)
  for (const [a, b] of links) {
    degree[a] = (degree[a] ?? 0) + 1
    degree[b] = (degree[b] ?? 0) + 1
  }
  for (let round = 0; round < rounds; round++) {
    goX.fill(0)
    goY.fill(0)
    push(x, y, goX, goY)
    for (const [a, b] of links) {
      const [dx, dy] = [(x[b] ?? 0) - (x[a] ?? 0), (y[b] ?? 0) - (y[a] ?? 0)]
      const pull = Math.hypot(dx, dy) / APART / Math.sqrt(Math.min(degree[a] ?? 1, degree[b] ?? 1))
      goX[a] = (goX[a] ?? 0) + dx * pull
      goY[a] = (goY[a] ?? 0) + dy * pull
      goX[b] = (goX[b] ?? 0) - dx * pull
      goY[b] = (goY[b] ?? 0) - dy * pull
    }
    const step = far * (1 - round / rounds) ** 1.5 + 0.5
    for (let i = 0; i < count; i++) {
      if (fixed.has(i)) continue
      const long = Math.hypot(goX[i] ?? 0, goY[i] ?? 0)
      if (!long) continue
      const by = Math.min(step, long) / long
      x[i] = (x[i] ?? 0) + (goX[i] ?? 0) * by
      y[i] = (y[i] ?? 0) + (goY[i] ?? 0) * by
    }
  }
  return Array.from({ length: count }, (_, i) => fixed.get(i) ?? { x: x[i] ?? 0, y: y[i] ?? 0 })
}

/** Have things push those in the cells about them. */
function push(x: Float64Array, y: Float64Array, goX: Float64Array, goY: Float64Array): void {
  const cell = REACH * APART
  const cells = new Map<number, number[]>()
  const key = (column: number, row: number): number => column * 65_536 + row
  const place = (i: number): [number, number] => [Math.floor((x[i] ?? 0) / cell) + 32_768, Math.floor((y[i] ?? 0) / cell) + 32_768]
  for (let i = 0; i < x.length; i++) {
    const at = key(...place(i))
    const held = cells.get(at)
    if (held) held.push(i)
    else cells.set(at, [i])
  }
  for (let i = 0; i < x.length; i++) {
    const [column, row] = place(i)
    for (let c = column - 1; c <= column + 1; c++) for (let r = row - 1; r <= row + 1; r++) for (const other of cells.get(key(c, r)) ?? []) {
      if (other <= i) continue
      const [dx, dy] = [(x[i] ?? 0) - (x[other] ?? 0) || 0.01, (y[i] ?? 0) - (y[other] ?? 0) || 0.01]
      const squared = dx * dx + dy * dy
      if (squared > cell * cell) continue
      const by = (APART * APART) / Math.max(squared, 25)
      goX[i] = (goX[i] ?? 0) + dx * by
      goY[i] = (goY[i] ?? 0) + dy * by
      goX[other] = (goX[other] ?? 0) - dx * by
      goY[other] = (goY[other] ?? 0) - dy * by
    }
  }
}

interface Box {
  x: number
  y: number
  w: number
  h: number
}

function box(places: Spot[]): Box {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y } of places) [x1, y1, x2, y2] = [Math.min(x1, x), Math.min(y1, y), Math.max(x2, x), Math.max(y2, y)]
  return { x: x1, y: y1, w: x2 - x1, h: y2 - y1 }
}

/** Put parts in rows, the largest first. */
function pack(parts: (Box & { members: number[]; places: Spot[] })[], spots: Spot[]): void {
  const area = parts.reduce((sum, each) => sum + (each.w + BETWEEN) * (each.h + BETWEEN), 0)
  const wide = Math.max(parts[0]?.w ?? 0, Math.sqrt(area) * 1.3)
  let [left, top, high] = [0, 0, 0]
  for (const part of parts) {
    if (left > 0 && left + part.w > wide) [left, top, high] = [0, top + high + BETWEEN, 0]
    part.members.forEach((each, i) => {
      const { x, y } = part.places[i] ?? { x: 0, y: 0 }
      spots[each] = { x: x - part.x + left, y: y - part.y + top }
    })
    left += part.w + BETWEEN
    high = Math.max(high, part.h)
  }
}
