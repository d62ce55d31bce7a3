// Things and what joins them, drawn: one part for answers, lineage and exploring alike.
import cytoscape, { type Core, type ElementDefinition, type EventObject, type LayoutOptions, type StylesheetJson } from "cytoscape"
import dagre from "cytoscape-dagre"
import fcose from "cytoscape-fcose"
import { type Colours, colours, onScheme } from "./colours"

cytoscape.use(fcose)
cytoscape.use(dagre)

export interface Node {
  id: string
  label: string
  /** What the node is, for its colour: the same word, the same colour. */
  kind?: string
  url?: string
  /** The one that is asked about. */
  centre?: boolean
}
export interface Edge {
  from: string
  to: string
  label: string
  /** Weaker: derived, or of another day. */
  faint?: boolean
  /** Its words show only beside the thing that is looked at. */
  quiet?: boolean
}
export type Layout = "layered" | "force" | "wide" | "concentric"
export interface Drawn {
  core: Core
  layout: (name: Layout) => void
  fit: () => void
  zoom: (by: number) => void
  near: (id: string) => void
  end: () => void
}

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches
const NARROW = 480 // px of a frame in which steps are drawn closer, and lead downwards where few lie side by side
const BESIDE = 3 // names that lie side by side in a narrow frame
const READABLE = 0.85 // the least enlargement at which names can be read, and in a narrow frame
const CLOSE = 0.72
const LABEL = 56 // characters of a node's name that are drawn
const LINE = 24 // of them in one line, and in a narrow frame; Han characters are as wide as two
const SHORTER = 15
const WORDS = 10 // px of the words of a step
const FONT = 13 // px of a node's name
const APART = 12 // px between boxes
const WIDER = 1.5 // how much a picture of forces is drawn out, as frames are wide

/** A name that is too long is cut, but not how many things it stands for. */
function short(text: string): string {
  if (text.length <= LABEL) return text
  const count = / \([\d,]+\)$/.exec(text)?.[0] ?? ""
  return `${text.slice(0, LABEL - 1 - count.length)}…${count}`
}

let pen: CanvasRenderingContext2D | null | undefined

/** The room that words need, in px. */
function width(words: string, font = FONT): number {
  pen ??= document.createElement("canvas").getContext("2d")
  if (!pen) return 14 * words.length
  pen.font = `${font}px ${getComputedStyle(document.body).fontFamily}`
  return Math.ceil(pen.measureText(words).width)
}

const wide = (text: string): number => text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0)

/** A name in one line or two: parted between words nearest to the middle, Han characters anywhere. */
function lines(label: string, most: number): string[] {
  if (wide(label) <= most) return [label]
  const places = [...label].map((_, i) => i).filter((i) => i > 0 && (/\s/.test(label[i - 1] ?? "") || /[\u2e80-\uffef]/.test(label[i] ?? "")) && !/[，。、）》”]/.test(label[i] ?? "") && !/[（《“]/.test(label[i - 1] ?? ""))
  const half = wide(label) / 2
  const place = places.sort((one, other) => Math.abs(wide(label.slice(0, one)) - half) - Math.abs(wide(label.slice(0, other)) - half))[0]
  return place === undefined ? [label] : [label.slice(0, place).trim(), label.slice(place).trim()]
}

/** Draw a network into `place`; `opened` is called for a node that was chosen. */
export function draw(place: HTMLElement, nodes: Node[], edges: Edge[], layout: Layout, opened: (id: string) => void): Drawn {
  const kinds = [...new Set(nodes.map((each) => each.kind ?? ""))]
  const core = cytoscape({
    container: place,
    elements: [...nodes.map((each) => nodeOf(each, kinds, place.clientWidth < NARROW ? SHORTER : LINE)), ...edges.map(edgeOf)],
    style: style(colours()),
    minZoom: 0.1,
    maxZoom: 3,
    autounselectify: true,
    boxSelectionEnabled: false,
  })
  core.on("tap", "node", (event: EventObject) => opened(event.target.id() as string))
  core.on("mouseover", "node", (event: EventObject) => near(core, event.target.id() as string))
  core.on("mouseout", "node", () => core.elements().removeClass("far near"))
  const unwatch = onScheme(() => core.style(style(colours())))
  const sized = new ResizeObserver(() => core.resize())
  sized.observe(place)
  const lay = (name: Layout): void => {
    const close = name === "layered" && core.width() < NARROW
    core.edges().toggleClass("led", name === "layered").toggleClass("down", close && few(core))
    const running = core.layout(close ? narrow(core) : { ...options(name), ...(name === "layered" ? { rankSep: between(core) } : {}) } as LayoutOptions)
    running.one("layoutstop", () => {
      if (name === "force" || name === "wide") apart(core)
      if (name === "layered") (core.edges() as unknown as { updateStyle: () => void }).updateStyle() // by the points just laid
      readable(core)
    })
    running.run()
  }
  lay(layout)
  return {
    core,
    layout: lay,
    fit: () => void core.fit(undefined, 32),
    zoom: (by) => core.zoom({ level: core.zoom() * by, renderedPosition: { x: core.width() / 2, y: core.height() / 2 } }),
    near: (id) => near(core, id),
    end: () => {
      unwatch()
      sized.disconnect()
      core.destroy()
    },
  }
}

export function nodeOf(node: Node, kinds: string[], line = LINE): ElementDefinition {
  const series = kinds.indexOf(node.kind ?? "") % 6
  const set = lines(short(node.label), line)
  return { group: "nodes", data: { id: node.id, label: set.join("\n"), whole: node.label, width: Math.max(...set.map((each) => width(each))) + 20, height: 10 + 17 * set.length, series, url: node.url ?? "" }, classes: node.centre ? "centre" : "" }
}

export function edgeOf(edge: Edge): ElementDefinition {
  return { group: "edges", data: { source: edge.from, target: edge.to, label: edge.label }, classes: `${edge.faint ? "faint" : ""} ${edge.quiet ? "quiet" : ""}`.trim() }
}

/** Draw a picture of forces out to the shape of a frame, and part boxes that lie over one another. */
function apart(core: Core): void {
  const [across, down] = core.width() < core.height() ? [1, WIDER] : [WIDER, 1]
  const boxes = core.nodes().map((node) => ({ node, x: node.position().x * across, y: node.position().y * down, w: node.width() + APART, h: node.height() + APART }))
  for (let round = 0, met = true; met && round < 200; round++) {
    met = false
    for (const [i, one] of boxes.entries()) for (const other of boxes.slice(i + 1)) {
      const [dx, dy] = [other.x - one.x, other.y - one.y]
      const [overX, overY] = [(one.w + other.w) / 2 - Math.abs(dx), (one.h + other.h) / 2 - Math.abs(dy)]
      if (overX <= 0.5 || overY <= 0.5) continue
      met = true
      const along = overX < overY
      const by = (along ? overX * Math.sign(dx || 1) : overY * Math.sign(dy || 1)) / 2
      if (along) [one.x, other.x] = [one.x - by, other.x + by]
      else [one.y, other.y] = [one.y - by, other.y + by]
    }
  }
  core.batch(() => boxes.forEach(({ node, x, y }) => void node.position({ x, y })))
  core.fit(undefined, 32)
}

/** How far apart layers stand: so far that the words of a step lie between its boxes. */
const between = (core: Core): number => Math.min(180, Math.max(90, ...core.edges().not(".quiet").map((each) => width(String(each.data("label")), WORDS) + 36)))

/** Of what is too large to be read as a whole, show what matters most so that names can be read. */
function readable(core: Core): void {
  const least = core.width() < NARROW ? CLOSE : READABLE
  if (core.zoom() >= least) return
  const centre = core.nodes(".centre")
  core.zoom(least)
  const fits = core.elements().renderedBoundingBox().w <= core.width()
  // The middle of a wide picture may be empty: what most is joined to is not.
  const hub = core.nodes().max((node) => node.degree(false)).ele
  core.center(fits ? core.nodes() : centre.nonempty() ? centre : hub)
}

/** Leave only a node and its neighbours in full ink. */
function near(core: Core, id: string): void {
  core.elements().removeClass("far near")
  const here = core.getElementById(id).closedNeighborhood()
  here.edges().addClass("near")
  core.elements().not(here).addClass("far")
}

/** Say whether so few lie side by side that steps may lead downwards. */
const few = (core: Core): boolean => Math.max(core.nodes().maxIndegree(false), core.nodes().maxOutdegree(false)) <= BESIDE

/** Steps one below the other, or side by side with little between where many lead to one thing. */
function narrow(core: Core): LayoutOptions {
  const way = few(core) ? { rankDir: "TB", rankSep: Math.min(130, Math.max(60, between(core) - 30)) } : { rankDir: "LR", rankSep: 30, padding: 8 }
  return { ...options("layered"), ...way } as unknown as LayoutOptions
}

function options(name: Layout): LayoutOptions {
  // Steps are led past the boxes by points that hang on where the boxes stand in the end.
  const common = { animate: !calm() && name === "concentric", animationDuration: 200, fit: true, padding: 32 }
  if (name === "layered") return { name: "dagre", rankDir: "LR", nodeSep: 18, edgeSep: 14, rankSep: 90, useDagreEdgeControlPoints: true, ...common } as unknown as LayoutOptions
  if (name === "concentric") return { name: "concentric", minNodeSpacing: 30, ...common } as LayoutOptions
  if (name === "wide") return { name: "fcose", quality: "proof", randomize: true, nodeSeparation: 160, idealEdgeLength: 230, nodeRepulsion: 60_000, gravity: 0.1, ...common } as unknown as LayoutOptions
  return { name: "fcose", quality: "default", randomize: true, nodeSeparation: 90, idealEdgeLength: 110, ...common } as unknown as LayoutOptions
}

/** The points that the layout led a step by; a plain line's where it was not laid out yet. */
const points = (edge: cytoscape.EdgeSingular, name: string, plain: number): number[] => {
  const held = edge.scratch(name) as number[] | undefined
  return held?.length ? held : [plain]
}

function style(now: Colours): StylesheetJson {
  const family = getComputedStyle(document.body).fontFamily
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle", width: "data(width)", height: "data(height)", label: "data(label)", "text-wrap": "wrap", "line-height": 1.25, color: now["--ink"], "font-family": family, "font-size": FONT,
        "text-valign": "center", "text-halign": "center", "background-color": now["--raised"], "border-width": 1.5,
        "border-color": (node: cytoscape.NodeSingular) => now.series[Number(node.data("series"))] ?? now["--edge"],
      },
    },
    { selector: "node.centre", style: { "background-color": now["--accent"], color: now["--on-accent"], "border-color": now["--accent"] } },
    {
      selector: "edge",
      style: {
        width: 1.2, "line-color": now["--edge"], "target-arrow-color": now["--edge"], "target-arrow-shape": "triangle", "arrow-scale": 0.9, "curve-style": "bezier",
        label: "data(label)", "font-family": family, "font-size": WORDS, color: now["--ink-2"], "text-background-color": now["--paper"], "text-background-opacity": 0.85, "text-background-padding": "2px", "text-rotation": "autorotate", "min-zoomed-font-size": 8,
      },
    },
    {
      selector: "edge.led",
      style: {
        "curve-style": "unbundled-bezier", "edge-distances": "endpoints", "source-endpoint": "50% 0%", "target-endpoint": "-50% 0%",
        "control-point-weights": (edge: cytoscape.EdgeSingular) => points(edge, "controlPointWeights", 0.5), "control-point-distances": (edge: cytoscape.EdgeSingular) => points(edge, "controlPointDistances", 0),
      },
    },
    { selector: "edge.led.down", style: { "source-endpoint": "0% 50%", "target-endpoint": "0% -50%" } },
    { selector: "node.chosen", style: { "border-width": 3, "border-color": now["--accent"] } },
    { selector: "edge.faint", style: { "line-style": "dashed", opacity: 0.7 } },
    { selector: "edge.quiet", style: { label: "" } },
    { selector: "edge.quiet.near", style: { label: "data(label)", "line-color": now["--accent"], "target-arrow-color": now["--accent"] } },
    { selector: ".far", style: { opacity: 0.18 } },
  ] as unknown as StylesheetJson
}
