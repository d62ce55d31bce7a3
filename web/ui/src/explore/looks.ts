// How things in the explorer look: one shape and colour for each kind, names set as on a map.
import type { Core, NodeSingular, StylesheetJson } from "cytoscape"
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
        "text-outline-color": now["--paper"], "text-outline-width": 2.5, "text-wrap": "wrap", "text-overflow-wrap": "anywhere", "text-max-width": "data(room)", "line-height": 1.15,
        "overlay-opacity": 0, "z-index": 10,
      },
    },
    { selector: "node.above", style: { "text-valign": "top", "text-margin-y": -4 } },
    { selector: "node.quiet", style: { "text-opacity": 0 } },
    { selector: "node.pinned", style: { "border-width": 2.5, "border-color": now["--ink"] } },
    { selector: "node.noted", style: { "underlay-color": now["--tint"], "underlay-opacity": 1, "underlay-padding": 6 } },
    { selector: "node.of", style: { "border-width": 4, "border-color": now["--accent"], "font-weight": 600, "z-index": 30, "text-opacity": 1 } },
    { selector: "node.at", style: { "underlay-color": now["--accent"], "underlay-opacity": 0.25, "underlay-padding": 7, "z-index": 31, "text-opacity": 1 } },
    {
      selector: "node.folded",
      style: { shape: "round-rectangle", width: "data(size)", height: 30, "background-color": now["--tint"], "border-color": now["--accent"], "border-width": 1.5, "text-valign": "center", "text-margin-y": 0, "text-outline-width": 0, "text-opacity": 1 },
    },
    {
      selector: "node.group",
      style: {
        shape: "round-rectangle", "background-color": now["--ink-3"], "background-opacity": 0.07, "border-width": 1, "border-color": now["--rule-2"], "border-opacity": 0.9, padding: "18px",
        "text-valign": "top", "text-halign": "center", "text-margin-y": -5, "compound-sizing-wrt-labels": "exclude", color: now["--ink-2"], "font-weight": 600, "text-opacity": 1, "z-index": 1, events: "yes",
      },
    },
    {
      selector: "edge",
      style: {
        width: many ? 1 : 1.3, "line-color": now["--edge"], "line-opacity": many ? 0.4 : 0.6, "curve-style": many ? "straight" : "bezier", "control-point-step-size": 28,
        "target-arrow-color": now["--edge"], "target-arrow-shape": "triangle", "arrow-scale": 0.8, "z-index": 2, "overlay-opacity": 0,
      },
    },
    {
      selector: "edge.told",
      style: {
        label: "data(label)", "font-family": family, "font-size": "data(set)", color: now["--ink-2"], "text-outline-color": now["--paper"], "text-outline-width": 2.5, "text-rotation": "autorotate", "z-index": 12,
      },
    },
    { selector: "edge.near", style: { "line-opacity": 1, "line-color": now["--ink-2"], "target-arrow-color": now["--ink-2"], width: 1.6, "z-index": 11 } },
    { selector: "edge.way", style: { "line-color": now["--accent"], "target-arrow-color": now["--accent"], "line-opacity": 1, width: 2.4, "z-index": 11 } },
    { selector: ".far", style: { opacity: 0.22 } },
  ] as unknown as StylesheetJson
}

const CROWD = 150 // things from which names may lie over other things, and only so many are set
const NAMED = 70
const FEW = 14 // lines of one thing that are told in words
const LEAST = 0.35 // below this enlargement names grow no more against the picture

/** Names are set at one size on the screen, as on a map, however near one looks. */
function setNames(core: Core, zoom: number): void {
  const by = 1 / Math.min(Math.max(zoom, LEAST), 1.15)
  if (Math.abs(Number(core.scratch("set") ?? 0) - by) < 0.01 && core.scratch("count") === core.elements().length) return
  core.scratch("set", by)
  core.scratch("count", core.elements().length)
  core.batch(() => {
    core.nodes().forEach((node) => {
      const set = Number(node.data("font")) * by
      node.data({ set, room: set * (node.hasClass("folded") || node.hasClass("group") ? 24 : 11) })
    })
    if (core.edges().length <= 300) core.edges().forEach((edge) => void edge.data("set", 10.5 * by))
  })
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
  setNames(core, zoom)
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
  core.nodes(".group").forEach((node) => {
    const { w, h } = room(String(node.data("shown")), Number(node.data("set")) * zoom)
    const { x1, x2, y1 } = node.renderedBoundingBox({ includeLabels: false })
    take({ x1: (x1 + x2 - w) / 2, x2: (x1 + x2 + w) / 2, y1: y1 - h - 5, y2: y1 - 4 })
  })
  const crowd = core.nodes().length > CROWD
  if (!crowd) core.nodes().not(".group, .folded").forEach((node) => {
    const { x, y } = node.renderedPosition()
    const half = (node.width() / 2) * zoom
    if (x > -50 && y > -50 && x < core.width() + 50 && y < core.height() + 50) take({ x1: x - half, x2: x + half, y1: y - half, y2: y + half })
  })
  const weight = (node: NodeSingular): number => (node.hasClass("of") || node.hasClass("at") ? 1e6 : 0) + (node.hasClass("folded") ? 1e5 : 0) + (node.hasClass("pinned") ? 1e4 : 0) + Number(node.data("links"))
  const ranked = core.nodes().not(".group").sort((a, b) => weight(b as NodeSingular) - weight(a as NodeSingular))
  let named = 0
  core.batch(() => {
    ranked.forEach((each) => {
      const node = each as NodeSingular
      const { x, y } = node.renderedPosition()
      const { w, h } = room(String(node.data("shown")), Number(node.data("set")) * zoom)
      const top = y + (node.height() / 2 + 4) * zoom
      const inside = node.hasClass("folded")
      const over = y - (node.height() / 2 + 4) * zoom - h
      const places = inside ? [y - h / 2] : [top + 1, over]
      const boxes = places.map((at): Box => ({ x1: x - w / 2 - 2, x2: x + w / 2 + 2, y1: at, y2: at + h }))
      const place = crowd && named >= NAMED ? -1 : boxes.findIndex(free)
      const fits = place >= 0
      if (fits) take(boxes[place] as Box)
      if (fits) named += 1
      node.toggleClass("above", place === 1)
      node.toggleClass("quiet", !fits)
    })
    const few = core.edges(".near").length <= FEW
    core.edges(".near, .told").forEach((edge) => {
      const near = core.edges().length <= 40 || (edge.hasClass("near") && few)
      const middle = edge.renderedMidpoint()
      const { w } = room(String(edge.data("label")), 10.5)
      const [one, other] = [edge.renderedSourceEndpoint(), edge.renderedTargetEndpoint()]
      const long = Math.hypot(one.x - other.x, one.y - other.y)
      const [across, down] = [Math.abs(one.x - other.x) / (long || 1), Math.abs(one.y - other.y) / (long || 1)]
      const [half, high] = [(across * w + down * 14) / 2, (down * w + across * 14) / 2]
      const box = { x1: middle.x - half, x2: middle.x + half, y1: middle.y - high, y2: middle.y + high }
      const fits = near && long > w + 8 && free(box)
      if (fits) take(box)
      edge.toggleClass("told", fits)
    })
  })
}

const HAN = /[\u2e80-\uffef]/g

/** The room that a name needs: Han characters are as wide as they are high, a line holds eleven. */
function room(text: string, font: number): { w: number; h: number } {
  const han = text.match(HAN)?.length ?? 0
  const width = han + (text.length - han) * 0.55
  const lines = Math.ceil(width / 10.8)
  return { w: Math.min(width, 11) * font, h: lines * font * 1.2 }
}
