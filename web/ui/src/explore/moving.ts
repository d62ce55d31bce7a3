// Moving one thing among very many: it and its lines alone are drawn, on a sheet above the picture,
// which stands still until it is let go. So a move costs what the thing's own lines cost.
import type { Core, EventObject, NodeSingular, Position } from "cytoscape"
import { colours } from "../network/colours"
import { look, OUTLINES } from "./looks"

const SVG = "http://www.w3.org/2000/svg"
const FAR = 5 // px from which a press is a move and no choice

const drawn = (name: string, attributes: Record<string, string | number>): SVGElement => {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}

/** Things of a large picture can be moved; gives what ends that. `letGo` is told what was moved. */
export function movable(core: Core, frame: HTMLElement, letGo: (node: NodeSingular) => void): () => void {
  let held: Held | undefined
  core.on("tapstart", "node", (event: EventObject) => {
    const origin = event.originalEvent as MouseEvent | TouchEvent
    const finger = "touches" in origin ? origin.touches : undefined
    if (!core.autoungrabify() || (finger ? finger.length > 1 : (origin as MouseEvent).button !== 0)) return
    const at = finger?.[0] ?? (origin as MouseEvent)
    held = new Held(core, frame, event.target as NodeSingular, { x: at.clientX, y: at.clientY })
  })
  const moves = (event: Event): void => {
    if (!held) return
    const many = "touches" in event && (event as TouchEvent).touches.length > 1
    if (many) {
      held.away()
      held = undefined
    } else if (held.told) event.stopPropagation() // else the library looks for what is near, at each move
    else held.told = held.begun // it hears of one move, so that letting go is no choice
  }
  const moved = (event: PointerEvent): void => held?.to({ x: event.clientX, y: event.clientY })
  const ended = (event: Event): void => {
    const last = held
    held = undefined
    if (!last?.begun) return
    if (event.type === "pointerup") last.down(letGo)
    else last.away()
  }
  const heard: [string, (event: never) => void][] = [["pointermove", moved], ["mousemove", moves], ["touchmove", moves], ["pointerup", ended], ["pointercancel", ended]]
  for (const [name, hear] of heard) addEventListener(name, hear as EventListener, { capture: true, passive: true })
  return () => heard.forEach(([name, hear]) => removeEventListener(name, hear as EventListener, { capture: true }))
}

/** What is held: where it stood, and the sheet on which it moves. */
class Held {
  begun = false
  told = false
  private readonly sheet = drawn("svg", { class: "explore-sheet", "aria-hidden": "true" })
  private readonly lines = drawn("path", { fill: "none" })
  private readonly thing = drawn("g", {})
  private readonly ends: Position[]
  private readonly from: Position
  private by: Position = { x: 0, y: 0 }
  private asked = 0

  constructor(private readonly core: Core, private readonly frame: HTMLElement, private readonly node: NodeSingular, private readonly start: Position) {
    this.from = { ...node.renderedPosition() }
    this.ends = node.neighborhood("node").map((each) => ({ ...(each as NodeSingular).renderedPosition() }))
  }

  /** Follow the pointer: once for each picture of the screen. */
  to({ x, y }: Position): void {
    this.by = { x: x - this.start.x, y: y - this.start.y }
    if (!this.begun) {
      if (Math.hypot(this.by.x, this.by.y) < FAR) return
      this.begun = true
      this.laid()
    }
    this.asked ||= requestAnimationFrame(() => {
      this.asked = 0
      this.shown()
    })
  }

  private shown(): void {
    const [x, y] = [this.from.x + this.by.x, this.from.y + this.by.y]
    this.thing.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`)
    this.lines.setAttribute("d", this.ends.map((each) => `M${x.toFixed(1)} ${y.toFixed(1)}L${each.x.toFixed(1)} ${each.y.toFixed(1)}`).join(""))
  }

  /** Lay the sheet on: the place that it leaves fades. */
  private laid(): void {
    const now = colours()
    const [zoom, node] = [this.core.zoom(), this.node]
    const [wide, high] = [node.renderedOuterWidth(), node.renderedOuterHeight()]
    const box = { x: -wide / 2, y: -high / 2, width: wide, height: high, rx: 6 }
    const left = drawn("rect", { ...box, x: this.from.x - wide / 2, y: this.from.y - high / 2, fill: now["--paper"], opacity: 0.75 })
    for (const [key, value] of Object.entries({ stroke: now["--ink-2"], "stroke-width": 1.2, "stroke-opacity": this.ends.length > 60 ? 0.45 : 1 })) this.lines.setAttribute(key, String(value))
    if (node.isParent() || node.hasClass("folded")) this.thing.append(drawn("rect", { ...box, fill: node.isParent() ? "none" : now["--tint"], stroke: now["--accent"], "stroke-width": 1.5 }))
    else {
      const { shape, series } = look(String(node.data("kind")))
      const scale = (node.width() * zoom) / 16
      this.thing.append(drawn("path", { d: OUTLINES[shape] ?? OUTLINES.ellipse ?? "", transform: `translate(${-8 * scale} ${-8 * scale}) scale(${scale})`, fill: now.series[series - 1] ?? now["--edge"] }))
    }
    const name = drawn("text", { y: node.hasClass("folded") ? 4 : high / 2 + 16, "text-anchor": "middle", "font-size": 12.5, fill: now["--ink"], stroke: now["--paper"], "stroke-width": 3, "paint-order": "stroke" })
    name.textContent = String(node.data("shown"))
    this.thing.append(name)
    this.sheet.append(left, this.lines, this.thing)
    this.frame.append(this.sheet)
  }

  /** Put it down where it is: what stands in a group moves with the group. */
  down(letGo: (node: NodeSingular) => void): void {
    const zoom = this.core.zoom()
    const [x, y] = [this.by.x / zoom, this.by.y / zoom]
    this.core.batch(() => (this.node.isParent() ? this.node.descendants() : this.node).shift({ x, y }))
    letGo(this.node)
    requestAnimationFrame(() => requestAnimationFrame(() => this.away())) // not before the picture shows it
  }

  /** Take the sheet away. */
  away(): void {
    cancelAnimationFrame(this.asked)
    this.sheet.remove()
  }
}
