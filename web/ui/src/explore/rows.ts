// Layers and circles of very many things: a layer too long for one column stands in several, and a
// circle too full goes on in the next, so that the whole keeps the shape of a page and can be read.
import type { Spot } from "./many"

const WIDE = 84 // px of one thing among many, across and down
const HIGH = 58
const BETWEEN = 150 // px between layers, in which their lines are seen
const SHAPE = 1.45 // how much wider than high the whole is wished to be
const SWEEPS = 8 // times that layers are set in order by what they are linked to
const RING = 62 // px between circles, and between things on one

type Links = readonly (readonly [number, number])[]

/** Give each thing a place in layers from left to right: what leads on stands left of what it leads to. */
export function layered(count: number, links: Links): Spot[] {
  const linked = new Set(links.flat())
  const layers = ordered(layersOf(count, links, linked), links)
  const spots: Spot[] = Array.from({ length: count }, () => ({ x: 0, y: 0 }))
  const rows = height(layers.map((each) => each.length))
  let left = 0
  for (const layer of layers) {
    const across = Math.ceil(layer.length / rows)
    const down = Math.ceil(layer.length / across)
    layer.forEach((each, i) => (spots[each] = { x: left + (i % across) * WIDE, y: (Math.floor(i / across) - (down - 1) / 2) * HIGH }))
    left += (across - 1) * WIDE + BETWEEN
  }
  alone(count, linked, spots, { wide: Math.max(left - BETWEEN, 8 * WIDE), top: (rows / 2 + 2) * HIGH })
  return spots
}

/** How many rows make the whole as wide for its height as is wished. */
function height(sizes: number[]): number {
  const most = Math.max(1, ...sizes)
  for (let rows = Math.min(most, 8); rows < most; rows++) {
    const wide = sizes.reduce((sum, each) => sum + (Math.ceil(each / rows) - 1) * WIDE + BETWEEN, 0)
    if (wide <= rows * HIGH * SHAPE) return rows
  }
  return most
}

/** What nothing is linked to stands below, in rows. */
function alone(count: number, linked: Set<number>, spots: Spot[], { wide, top }: { wide: number; top: number }): void {
  const across = Math.max(1, Math.floor(wide / WIDE) + 1)
  let i = 0
  for (let each = 0; each < count; each++) {
    if (linked.has(each)) continue
    spots[each] = { x: (i % across) * WIDE, y: top + Math.floor(i / across) * HIGH }
    i += 1
  }
}

/** Each thing as far right as the longest way that leads to it; links that close a circle are left out. */
function layersOf(count: number, links: Links, linked: Set<number>): number[][] {
  const after: number[][] = Array.from({ length: count }, () => [])
  for (const [a, b] of links) if (a !== b) after[a]?.push(b)
  const order = finished(after)
  const place = new Map(order.map((each, i) => [each, i]))
  const depth = new Array<number>(count).fill(0)
  for (const each of order) for (const other of after[each] ?? []) if ((place.get(other) ?? 0) > (place.get(each) ?? 0)) depth[other] = Math.max(depth[other] ?? 0, (depth[each] ?? 0) + 1)
  drawnNear(order, after, place, depth)
  const layers: number[][] = []
  for (const each of order) if (linked.has(each)) (layers[depth[each] ?? 0] ??= []).push(each)
  return layers.filter(Boolean)
}

/** What nothing leads to stands beside what it leads to, not at the far left. */
function drawnNear(order: number[], after: number[][], place: Map<number, number>, depth: number[]): void {
  const led = new Set(after.flat())
  for (const each of order) {
    const next = (after[each] ?? []).filter((other) => (place.get(other) ?? 0) > (place.get(each) ?? 0)).map((other) => depth[other] ?? 0)
    if (!led.has(each) && next.length) depth[each] = Math.min(...next) - 1
  }
}

/** Things so that each stands before what it leads to, save where that goes round. */
function finished(after: number[][]): number[] {
  const state = new Uint8Array(after.length)
  const done: number[] = []
  for (let first = 0; first < after.length; first++) {
    if (state[first]) continue
    const way: [number, number][] = [[first, 0]]
    state[first] = 1
    while (way.length) {
      const top = way[way.length - 1] as [number, number]
      const next = after[top[0]]?.[top[1]++]
      if (next === undefined) {
        done.push(top[0])
        way.pop()
      } else if (!state[next]) {
        state[next] = 1
        way.push([next, 0])
      }
    }
  }
  return done.reverse()
}

/** Layers in the order of what their things are linked to, so that fewer lines cross. */
function ordered(layers: number[][], links: Links): number[][] {
  const beside = new Map<number, number[]>()
  for (const [a, b] of links) {
    beside.set(a, [...(beside.get(a) ?? []), b])
    beside.set(b, [...(beside.get(b) ?? []), a])
  }
  const share = new Map<number, number>()
  const place = (layer: number[]): void => layer.forEach((each, i) => share.set(each, (i + 0.5) / layer.length))
  layers.forEach(place)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 ? [...layers].reverse() : layers) {
      const own = new Set(layer)
      const middle = new Map(layer.map((each): [number, number] => {
        const others = (beside.get(each) ?? []).filter((other) => !own.has(other))
        return [each, others.length ? others.reduce((sum, other) => sum + (share.get(other) ?? 0), 0) / others.length : (share.get(each) ?? 0)]
      }))
      layer.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0))
      place(layer)
    }
  }
  return layers
}

/** Give each thing a place on circles: `classes` from the middle outwards, each on as many as it needs. */
export function circled(count: number, classes: number[][], links: Links): Spot[] {
  const spots: Spot[] = Array.from({ length: count }, () => ({ x: 0, y: 0 }))
  const beside: number[][] = Array.from({ length: count }, () => [])
  for (const [a, b] of links) {
    beside[a]?.push(b)
    beside[b]?.push(a)
  }
  const angles = new Map<number, number>() // of what stands already
  let radius = 0
  for (const members of classes) {
    const leaning = new Map(members.map((each): [number, number] => [each, beside[each]?.map((other) => angles.get(other)).find((angle) => angle !== undefined) ?? 0]))
    const sizes = ringsOf(members.length, radius)
    const placed = sizes.map(() => 0)
    // The circles of a class are filled side by side, so that all turn with the angle of what is linked to them.
    for (const each of [...members].sort((a, b) => (leaning.get(a) ?? 0) - (leaning.get(b) ?? 0))) {
      const ring = sizes.reduce((best, size, i) => (filled(placed, i, size) < filled(placed, best, sizes[best] ?? 1) ? i : best), 0)
      const angle = (2 * Math.PI * (placed[ring] ?? 0)) / (sizes[ring] ?? 1)
      const far = radius + ring * RING
      placed[ring] = (placed[ring] ?? 0) + 1
      spots[each] = { x: far * Math.sin(angle), y: -far * Math.cos(angle) }
      angles.set(each, angle)
    }
    radius += (sizes.length + 0.6) * RING
  }
  return spots
}

const filled = (placed: number[], ring: number, size: number): number => ((placed[ring] ?? 0) + 0.5) / size

/** How many things stand on each circle of a class that begins at a radius. */
function ringsOf(count: number, radius: number): number[] {
  const sizes: number[] = []
  for (let left = count, far = radius; left > 0; far += RING) {
    const size = Math.min(left, Math.max(1, Math.floor((2 * Math.PI * far) / RING)))
    sizes.push(size)
    left -= size
  }
  return sizes
}
