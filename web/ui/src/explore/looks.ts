// How things in the explorer look: one shape and colour for each kind, names set as on a map.
import type { Core, EdgeSingular, NodeCollection, NodeSingular, Position, StylesheetJson } from "cytoscape"
import type { Colours } from "../network/colours"

interface Look {
  shape: string
  series: number
}
// Shape and colour both tell the kind, so that neither is needed to tell it.
const LOOKS: Record<string, Look> = {
  dataset: { shape: "ellipse", series: 1 },
  layer: { shape: "diamond", series: 1 },
  department: { shape: "round-rectangle", series: 2 },
  district: { shape: "pentagon", series: 2 },
  system: { shape: "hexagon", series: 3 },
  job: { shape: "rhomboid", series: 3 },
  service: { shape: "round-triangle", series: 3 },
  element: { shape: "triangle", series: 4 },
  theme: { shape: "tag", series: 4 },
  library: { shape: "octagon", series: 5 },
  agreement: { shape: "vee", series: 5 },
  reuse: { shape: "star", series: 5 },
  item: { shape: "round-rectangle", series: 6 },
  distribution: { shape: "rectangle", series: 6 },
}
const OTHER: Look = { shape: "ellipse", series: 6 }

export const look = (kind: string): Look => LOOKS[kind] ?? OTHER

/** Outlines in a box of 16, for the legend and for SVG files. */
export const OUTLINES: Record<string, string> = {
  ellipse: "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14Z",
  diamond: "M8 0.5L15.5 8L8 15.5L0.5 8Z",
  "round-rectangle": "M4 2.5h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2Z",
  pentagon: "M8 1L15 6.2L12.4 14.5H3.6L1 6.2Z",
  hexagon: "M4 1.5h8L15.5 8L12 14.5H4L0.5 8Z",
  rhomboid: "M0.5 2.5h10L15.5 13.5h-10Z",
  "round-triangle": "M8 1.5L15 14H1Z",
  triangle: "M8 1.5L15 14H1Z",
  tag: "M1 3h9l5 5l-5 5H1Z",
  octagon: "M5 1h6l4 4v6l-4 4H5L1 11V5Z",
  vee: "M8 15L1 1L8 5L15 1Z",
  star: "M8 0.5L9.9 6H15.6L11 9.4L12.8 15L8 11.6L3.2 15L5 9.4L0.4 6H6.1Z",
  rectangle: "M1.5 2.5h13v11h-13Z",
}

export const size = (links: number, kind: string): number => (kind === "item" ? 11 : 15) + Math.min(26, 4.5 * Math.sqrt(links))

const LABEL = 34 // characters of a name that are drawn; the panel and the table have it whole
export const short = (text: string): string => (text.length > LABEL ? `${text.slice(0, LABEL - 1)}…` : text)

export function style(now: Colours, many: boolean): StylesheetJson {
  const family = getComputedStyle(document.body).fontFamily
  const colour = (node: NodeSingular): string => now.series[look(String(node.data("kind"))).series - 1] ?? now["--edge"]
  return [
    {
      selector: "node",
      style: {
        shape: (node: NodeSingular) => look(String(node.data("kind"))).shape,
        width: "data(size)", height: "data(size)", "background-color": colour, "border-width": 1.5, "border-color": now["--paper"],
        label: "data(shown)", color: now["--ink"], "font-family": family, "font-size": "data(set)", "text-valign": "bottom", "text-halign": "center", "text-margin-y": 4,
        "text-outline-color": now["--paper"], "text-outline-width": 2.5, "text-wrap": "wrap", "text-overflow-wrap": (node: NodeSingular) => (/[\u2e80-\uffef]/.test(String(node.data("shown"))) ? "anywhere" : "whitespace"), "text-max-width": "data(room)", "line-height": 1.15,
        "overlay-opacity": 0, "z-index": 10,
      },
    },
    { selector: "node.above", style: { "text-valign": "top", "text-margin-y": -4 } },
    { selector: "node.quiet", style: { label: "" } },
    { selector: "node.pinned", style: { "border-width": 2.5, "border-color": now["--ink"] } },
    { selector: "node.noted", style: { "underlay-color": now["--tint"], "underlay-opacity": 1, "underlay-padding": 6 } },
    { selector: "node.of", style: { "border-width": 4, "border-color": now["--accent"], "font-weight": 600, "z-index": 30, label: "data(shown)" } },
    { selector: "node.at", style: { "underlay-color": now["--accent"], "underlay-opacity": 0.25, "underlay-padding": 7, "z-index": 31, label: "data(shown)" } },
    {
      selector: "node.folded",
      style: { shape: "round-rectangle", width: "data(size)", height: 30, "background-color": now["--tint"], "border-color": now["--accent"], "border-width": 1.5, "text-valign": "center", "text-margin-y": 0, "text-outline-width": 0, label: "data(shown)" },
    },
    {
      selector: "node.group",
      style: {
        shape: "round-rectangle", "background-color": now["--ink-3"], "background-opacity": 0.07, "border-width": 1, "border-color": now["--rule-2"], "border-opacity": 0.9, padding: "18px",
        "text-valign": "top", "text-halign": "center", "text-margin-y": -5, "compound-sizing-wrt-labels": "exclude", color: now["--ink-2"], "font-weight": 600, "z-index": 1, events: "yes",
      },
    },
    {
      selector: "edge",
      style: {
        width: many ? 1 : 1.3, "line-color": now["--edge"], "line-opacity": many ? 0.4 : 0.6, "curve-style": many ? "haystack" : "bezier", "haystack-radius": 0, "control-point-step-size": 28,
        "target-arrow-color": now["--edge"], "target-arrow-shape": many ? "none" : "triangle", "arrow-scale": 0.8, "z-index": 2, "overlay-opacity": 0,
      },
    },
    {
      selector: "edge.told",
      style: {
        label: "data(label)", "font-family": family, "font-size": "data(set)", color: now["--ink-2"], "text-outline-color": now["--paper"], "text-outline-width": 2.5, "text-rotation": "autorotate", "z-index": 12,
      },
    },
    { selector: "edge.near", style: { ...(many ? { "curve-style": "straight", "target-arrow-shape": "triangle" } : {}), "line-opacity": 1, "line-color": now["--ink-2"], "target-arrow-color": now["--ink-2"], width: 1.6, "z-index": 11 } },
    { selector: "edge.way", style: { ...(many ? { "curve-style": "straight", "target-arrow-shape": "triangle" } : {}), "line-color": now["--accent"], "target-arrow-color": now["--accent"], "line-opacity": 1, width: 2.4, "z-index": 11 } },
    { selector: ".far", style: { opacity: 0.22 } },
  ] as unknown as StylesheetJson
}

const CROWD = 150 // things from which names may lie over other things, and only so many are set
const NAMED = 70
const FEW = 14 // lines of one thing that are told in words
const FEWEST = 40 // lines up to which all are
const LEAST = 0.12 // below this enlargement names grow no more against the picture

/** Names are set at one size on the screen, as on a map, however near one looks. */
const sizing = (zoom: number): number => 1 / Math.min(Math.max(zoom, LEAST), 1.15)

/** Set a name at its size; one that is not shown has none to set. */
function setName(node: NodeSingular, by: number): void {
  const set = Number(node.data("font")) * by
  if (Math.abs(Number(node.data("set")) - set) < 0.05) return
  node.data({ set, room: set * (node.hasClass("folded") || node.hasClass("group") ? 24 : 11) })
}

interface Box {
  x1: number
  x2: number
  y1: number
  y2: number
}

const meet = (a: Box, b: Box): boolean => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2

/** Show the names for which there is room, those of what matters first: no two names meet. */
export function declutter(core: Core): void {
  const zoom = core.zoom()
  const by = sizing(zoom)
  const [wide, high] = [core.width(), core.height()]
  const cell = 120
  const taken = new Map<string, Box[]>()
  const cells = (box: Box): string[] => {
    const found: string[] = []
    for (let x = Math.floor(box.x1 / cell); x <= Math.floor(box.x2 / cell); x++) for (let y = Math.floor(box.y1 / cell); y <= Math.floor(box.y2 / cell); y++) found.push(`${x},${y}`)
    return found
  }
  const free = (box: Box): boolean => cells(box).every((key) => !(taken.get(key) ?? []).some((other) => meet(box, other)))
  const take = (box: Box): void => {
    for (const key of cells(box)) taken.set(key, [...(taken.get(key) ?? []), box])
  }
  const inSight = ({ x, y }: Position): boolean => x > -50 && y > -50 && x < wide + 50 && y < high + 50
  const groups = core.nodes(".group")
  core.batch(() => nameGroups(groups, zoom, { free, take }))
  const things = groups.nonempty() ? core.nodes().not(groups) : core.nodes()
  const crowd = things.length > CROWD
  if (!crowd) things.not(".folded").forEach((node) => {
    const at = node.renderedPosition()
    const half = (node.width() / 2) * zoom
    if (inSight(at)) take({ x1: at.x - half, x2: at.x + half, y1: at.y - half, y2: at.y + half })
  })
  const weight = (node: NodeSingular): number => (node.hasClass("of") || node.hasClass("at") ? 1e6 : 0) + (node.hasClass("folded") ? 1e5 : 0) + (node.hasClass("pinned") ? 1e4 : 0) + Number(node.data("links"))
  const ranked = things.toArray().map((each) => ({ node: each as NodeSingular, weight: weight(each as NodeSingular) })).sort((a, b) => b.weight - a.weight)
  let named = 0
  core.batch(() => {
    for (const { node } of ranked) {
      const at = node.renderedPosition()
      const inside = node.hasClass("folded")
      const full = crowd && named >= NAMED
      const place = full || !inSight(at) ? -1 : placeFor(node, at, { zoom, by, inside, free, take })
      if (place >= 0) {
        named += 1
        setName(node, by)
      }
      if (node.hasClass("above") !== (place === 1)) node.toggleClass("above", place === 1)
      if (node.hasClass("quiet") !== place < 0) node.toggleClass("quiet", place < 0)
    }
    tellLines(core, by, { free, take })
  })
}

/** Put the words of lines where there is room: of the few there are, or those of what one is at. */
function tellLines(core: Core, by: number, room: Taking): void {
  const all = core.edges().length <= FEWEST
  const near = core.edges(".near")
  ;(all ? core.edges() : near.union(core.edges(".told"))).forEach((edge) => {
    const told = (all || (edge.hasClass("near") && near.length <= FEW)) && tells(edge, by, room)
    if (edge.hasClass("told") !== told) edge.toggleClass("told", told)
  })
}

/** Among very many things nothing but the words of lines follows the pointer. */
export function retell(core: Core): void {
  const taken: Box[] = []
  core.batch(() => tellLines(core, sizing(core.zoom()), { free: (box) => !taken.some((other) => meet(box, other)), take: (box) => void taken.push(box) }))
}

/** Name the groups for whose names there is room above them, the largest first. */
function nameGroups(groups: NodeCollection, zoom: number, { free, take }: Taking): void {
  groups.sort((a, b) => Number(b.data("links")) - Number(a.data("links"))).forEach((each) => {
    const node = each as NodeSingular
    const { w, h } = room(String(node.data("shown")), Number(node.data("font")) * sizing(zoom) * zoom, 24)
    const { x1, x2, y1 } = node.renderedBoundingBox({ includeLabels: false })
    const box = { x1: (x1 + x2 - w) / 2, x2: (x1 + x2 + w) / 2, y1: y1 - h - 5, y2: y1 - 4 }
    const fits = free(box)
    if (fits) {
      take(box)
      setName(node, sizing(zoom))
    }
    if (node.hasClass("quiet") === fits) node.toggleClass("quiet", !fits)
  })
}

interface Taking {
  free: (box: Box) => boolean
  take: (box: Box) => void
}

/** Find room for a name: 0 below its thing (or within), 1 above, -1 where there is none. */
function placeFor(node: NodeSingular, { x, y }: Position, { zoom, by, inside, free, take }: Taking & { zoom: number; by: number; inside: boolean }): number {
  const { w, h } = room(String(node.data("shown")), Number(node.data("font")) * by * zoom)
  const half = ((inside ? 30 : Number(node.data("size"))) / 2 + 4) * zoom
  const boxes = (inside ? [y - h / 2] : [y + half + 1, y - half - h]).map((at): Box => ({ x1: x - w / 2 - 2, x2: x + w / 2 + 2, y1: at, y2: at + h }))
  const place = boxes.findIndex(free)
  if (place >= 0) take(boxes[place] as Box)
  return place
}

/** Say whether there is room for a line's words. */
function tells(edge: EdgeSingular, by: number, { free, take }: Taking): boolean {
  const middle = edge.renderedMidpoint()
  const { w } = room(String(edge.data("label")), 10.5)
  const [one, other] = [edge.renderedSourceEndpoint(), edge.renderedTargetEndpoint()]
  const long = Math.hypot(one.x - other.x, one.y - other.y)
  const [across, down] = [Math.abs(one.x - other.x) / (long || 1), Math.abs(one.y - other.y) / (long || 1)]
  const [half, tall] = [(across * w + down * 14) / 2, (down * w + across * 14) / 2]
  const box = { x1: middle.x - half, x2: middle.x + half, y1: middle.y - tall, y2: middle.y + tall }
  if (long <= w + 8 || !free(box)) return false
  take(box)
  edge.data("set", 10.5 * by)
  return true
}

const HAN = /[\u2e80-\uffef]/g

/** The room that a name needs: Han characters are as wide as they are high, a line holds eleven unless told. */
function room(text: string, font: number, most = 11): { w: number; h: number } {
  const han = text.match(HAN)?.length ?? 0
  const width = han + (text.length - han) * 0.55
  const lines = Math.ceil(width / (most - 0.2))
  return { w: Math.min(width, most) * font, h: lines * font * 1.2 }
}
