// Where things stand: four ways to lay a picture out, each the same every time for the same things.
import type { Core, LayoutOptions, NodeSingular, Position } from "cytoscape"
import { spread } from "./many"
import { circled, layered } from "./rows"

const MANY = 250 // things from which forces are reckoned in numbers alone
const CROWDED = 40 // things from which layers stand in several columns and circles in several rings

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches

/** Run something with chance that falls the same way every time. */
function seeded(act: () => void): void {
  const chance = Math.random
  let seed = 0x2f6e2b1
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  try {
    act()
  } finally {
    Math.random = chance
  }
}

/** Lay the picture out; what is pinned stays where it is. `fresh` begins anew. */
export function lay(core: Core, name: string, fresh: boolean): void {
  const pinned = core.nodes(".pinned").filter((each) => Boolean(each.data("at")))
  pinned.forEach((each) => void each.position(each.data("at") as Position))
  const [count, boxed] = [core.nodes().length, core.nodes(".group").nonempty()]
  if (name === "groups" || (count > MANY && boxed)) byGroup(core)
  else if (count > CROWDED && !boxed && name === "layered") numbered(core, layered)
  else if (count > CROWDED && !boxed && name === "concentric") numbered(core, (things, links) => circled(things, classes(core), links))
  else if (count > MANY) seeded(() => byForces(core, fresh))
  else seeded(() => core.layout(options(core, name, fresh, pinned.map((each) => ({ nodeId: each.id(), position: (each as NodeSingular).position() })))).run())
  if (fresh && !name && !boxed && pinned.empty()) turned(core)
  pinned.forEach((each) => void each.position(each.data("at") as Position))
}

/** Forces know no up and down: what came out wide stands upright where the page is narrow, and the other way round. */
function turned(core: Core): void {
  const { w, h } = core.nodes().boundingBox({ includeLabels: false })
  const wide = core.width() > core.height()
  if (wide === w > h || Math.max(w, h) < 1.1 * Math.min(w, h)) return
  core.batch(() => core.nodes().forEach((each) => void each.position({ x: each.position().y, y: each.position().x })))
}

function options(core: Core, name: string, fresh: boolean, fixed: { nodeId: string; position: Position }[]): LayoutOptions {
  const count = core.nodes().length
  const common = { fit: false, padding: 40, animate: false }
  if (name === "layered") return { name: "dagre", rankDir: "LR", nodeSep: 34, rankSep: 190, ...common } as unknown as LayoutOptions
  if (name === "concentric") {
    const rank = new Map(classes(core).reverse().flatMap((some, i) => some.map((each): [number, number] => [each, i + 1])))
    const number = new Map(core.nodes().map((each, i) => [each.id(), i]))
    return { name: "concentric", concentric: (node: NodeSingular) => rank.get(number.get(node.id()) ?? 0) ?? 1, levelWidth: () => 1, minNodeSpacing: 46, ...common } as unknown as LayoutOptions
  }
  const grouped = core.nodes(".group").nonempty()
  return {
    name: "fcose", quality: "default", randomize: fresh, nodeSeparation: 100, idealEdgeLength: count > 200 ? 80 : 125, nodeRepulsion: 12000, edgeElasticity: 0.35,
    numIter: 2500, packComponents: true, nodeDimensionsIncludeLabels: false, tile: true, tilingPaddingVertical: 44, tilingPaddingHorizontal: 60, gravity: 0.3, gravityCompound: grouped ? 1.6 : 1, nestingFactor: 0.2,
    ...(fixed.length ? { fixedNodeConstraint: fixed } : {}), ...common,
  } as unknown as LayoutOptions
}

/** Things by number, from the middle outwards: what is looked at, then by how many steps away; else by their links. */
function classes(core: Core): number[][] {
  const nodes = core.nodes()
  const centre = nodes.filter(".of")
  if (centre.empty()) {
    const all = nodes.map((each, i) => ({ i, links: Number(each.data("links")) || 0 })).sort((a, b) => b.links - a.links)
    return [all.slice(0, 1), all.slice(1)].map((some) => some.map((each) => each.i)).filter((some) => some.length)
  }
  const far = new Map<string, number>()
  core.elements().bfs({ roots: centre, directed: false, visit: (node, _edge, _before, _i, depth) => void far.set(node.id(), depth) })
  const found: number[][] = []
  const most = Math.max(0, ...far.values())
  nodes.forEach((each, i) => void (found[far.get(each.id()) ?? most + 1] ??= []).push(i))
  return found.filter(Boolean)
}

/** The things and links of the picture as numbers. */
function numbers(core: Core): { nodes: NodeSingular[]; links: [number, number][] } {
  const nodes = core.nodes().map((each) => each as NodeSingular)
  const number = new Map(nodes.map((each, i) => [each.id(), i]))
  return { nodes, links: core.edges().map((each): [number, number] => [number.get(each.data("source") as string) ?? 0, number.get(each.data("target") as string) ?? 0]) }
}

/** Place things by number. */
function numbered(core: Core, place: (count: number, links: [number, number][]) => Position[]): void {
  const { nodes, links } = numbers(core)
  const spots = place(nodes.length, links)
  core.batch(() => nodes.forEach((each, i) => void each.position(spots[i] ?? { x: 0, y: 0 })))
}

/** Many things, by forces; those that stand already move little. */
function byForces(core: Core, fresh: boolean): void {
  const { nodes, links } = numbers(core)
  const fixed = new Map<number, Position>()
  nodes.forEach((each, i) => void (each.hasClass("pinned") && each.data("at") && fixed.set(i, each.data("at") as Position)))
  const spots = spread({ count: nodes.length, links, fixed, ...(fresh ? {} : { from: nodes.map((each) => ({ ...each.position() })) }) })
  core.batch(() => nodes.forEach((each, i) => void each.position(spots[i] ?? { x: 0, y: 0 })))
}

/** Each group a block of its own, the blocks in rows, the largest first. */
function byGroup(core: Core): void {
  const groups = new Map<string, NodeSingular[]>()
  core.nodes().not(".group").forEach((each) => {
    const key = String(each.data("group") ?? "")
    groups.set(key, [...(groups.get(key) ?? []), each as NodeSingular])
  })
  // Among many things names are set where there is room, so that things stand closer.
  const { w, h, beside, above } = core.nodes().length > MANY ? { w: 64, h: 46, beside: 62, above: 70 } : { w: 150, h: 84, beside: 70, above: 90 }
  const blocks = [...groups.values()].sort((a, b) => b.length - a.length).map((members) => {
    const across = Math.max(1, Math.ceil(Math.sqrt(members.length * (h / w) * 1.4)))
    return { members: members.sort((a, b) => Number(b.data("links")) - Number(a.data("links"))), across, w: across * w + beside, h: Math.ceil(members.length / across) * h + above }
  })
  const wide = Math.max(900, Math.sqrt(blocks.reduce((sum, each) => sum + each.w * each.h, 0)) * 1.15)
  let x = 0
  let y = 0
  let high = 0
  for (const block of blocks) {
    if (x > 0 && x + block.w > wide) {
      x = 0
      y += high
      high = 0
    }
    block.members.forEach((each, i) => void each.position({ x: x + (w + beside) / 2 + (i % block.across) * w, y: y + above * 0.67 + Math.floor(i / block.across) * h }))
    x += block.w
    high = Math.max(high, block.h)
  }
}

const READABLE = 0.28

/** Show all, or, of what is too large to be read, the part about what is looked at; say whether all is shown. */
export function settle(core: Core): boolean {
  core.fit(undefined, core.nodes().length > CROWDED ? 60 : 36) // the names at the sides of many things need room
  if (core.zoom() > 1.25) {
    core.zoom(1.25)
    core.center()
  }
  if (core.zoom() >= READABLE || core.nodes().length > 250) return true
  const about = core.nodes(".of")
  core.zoom(READABLE)
  core.center(about.nonempty() ? about : most(core))
  return false
}

/** What most is linked to: where a picture without anything looked at begins to be read. */
const most = (core: Core): NodeSingular => core.nodes().not(".group").sort((a, b) => Number(b.data("links")) - Number(a.data("links"))).first() as NodeSingular

/** Move from where things stood to where they stand now, where motion is not unwelcome. */
export function moved(core: Core, before: Map<string, Position>): void {
  if (calm() || core.nodes().length > 300) return
  core.nodes().not(".group").forEach((each) => {
    const from = before.get(each.id())
    const to = { ...each.position() }
    if (!from || Math.hypot(from.x - to.x, from.y - to.y) < 2) return
    each.position(from)
    each.animate({ position: to }, { duration: 260, easing: "ease-out" })
  })
}
