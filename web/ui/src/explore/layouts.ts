// Where things stand: four ways to lay a picture out, each the same every time for the same things.
import type { Core, LayoutOptions, NodeSingular, Position } from "cytoscape"
import { spread } from "./many"

const MANY = 250 // things from which forces are reckoned in numbers alone

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
  const many = core.nodes().length > MANY && name !== "layered" && name !== "concentric"
  if (name === "groups" || (many && core.nodes(".group").nonempty())) byGroup(core)
  else if (many) seeded(() => byForces(core, fresh))
  else seeded(() => core.layout(options(core, name, fresh, pinned.map((each) => ({ nodeId: each.id(), position: (each as NodeSingular).position() })))).run())
  pinned.forEach((each) => void each.position(each.data("at") as Position))
}

function options(core: Core, name: string, fresh: boolean, fixed: { nodeId: string; position: Position }[]): LayoutOptions {
  const count = core.nodes().length
  const common = { fit: false, padding: 40, animate: false }
  if (name === "layered") return { name: "dagre", rankDir: "LR", nodeSep: 34, rankSep: 190, ...(count > MANY ? { ranker: "longest-path" } : {}), ...common } as unknown as LayoutOptions
  if (name === "concentric") {
    const centre = core.nodes(".of")
    const far = centre.nonempty() ? core.elements().bfs({ roots: centre, directed: false }) : undefined
    const depth = new Map<string, number>()
    far?.path.nodes().forEach((each, i) => void depth.set(each.id(), i))
    const rank = (node: NodeSingular): number => {
      if (!centre.nonempty()) return Number(node.data("links"))
      if (node.hasClass("of")) return 1e4
      return node.neighborhood(".of").nonempty() ? 100 : depth.has(node.id()) ? 50 : 1
    }
    return { name: "concentric", concentric: rank, levelWidth: () => (centre.nonempty() ? 1 : 4), minNodeSpacing: 46, ...common } as unknown as LayoutOptions
  }
  const grouped = core.nodes(".group").nonempty()
  return {
    name: "fcose", quality: "default", randomize: fresh, nodeSeparation: 100, idealEdgeLength: count > 200 ? 80 : 125, nodeRepulsion: 12000, edgeElasticity: 0.35,
    numIter: 2500, packComponents: true, nodeDimensionsIncludeLabels: false, tile: true, tilingPaddingVertical: 44, tilingPaddingHorizontal: 60, gravity: 0.3, gravityCompound: grouped ? 1.6 : 1, nestingFactor: 0.2,
    ...(fixed.length ? { fixedNodeConstraint: fixed } : {}), ...common,
  } as unknown as LayoutOptions
}

/** Many things, by forces; those that stand already move little. */
function byForces(core: Core, fresh: boolean): void {
  const nodes = core.nodes()
  const number = new Map(nodes.map((each, i) => [each.id(), i]))
  const links = core.edges().map((each): [number, number] => [number.get(each.data("source") as string) ?? 0, number.get(each.data("target") as string) ?? 0])
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
  const blocks = [...groups.values()].sort((a, b) => b.length - a.length).map((members) => {
    const across = Math.max(1, Math.ceil(Math.sqrt(members.length * 0.8)))
    return { members: members.sort((a, b) => Number(b.data("links")) - Number(a.data("links"))), across, w: across * 150 + 70, h: Math.ceil(members.length / across) * 84 + 90 }
  })
  const wide = Math.max(900, Math.sqrt(blocks.reduce((sum, each) => sum + each.w * each.h, 0)) * 1.35)
  let x = 0
  let y = 0
  let high = 0
  for (const block of blocks) {
    if (x > 0 && x + block.w > wide) {
      x = 0
      y += high
      high = 0
    }
    block.members.forEach((each, i) => void each.position({ x: x + 110 + (i % block.across) * 150, y: y + 60 + Math.floor(i / block.across) * 84 }))
    x += block.w
    high = Math.max(high, block.h)
  }
}

const READABLE = 0.28

/** Show all, or, of what is too large to be read, the part about what is looked at. */
export function settle(core: Core): void {
  core.fit(undefined, 36)
  if (core.zoom() > 1.25) {
    core.zoom(1.25)
    core.center()
  }
  if (core.zoom() >= READABLE || core.nodes().length > 250) return
  const about = core.nodes(".of")
  core.zoom(READABLE)
  core.center(about.nonempty() ? about : core.nodes())
}

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
