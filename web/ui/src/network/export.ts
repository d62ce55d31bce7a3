// A network as it is drawn, written as SVG: for papers and slides, with the names as text.
import type { Core, EdgeSingular, Position } from "cytoscape"
import { colours } from "./colours"

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const at = ({ x, y }: Position): string => `${x.toFixed(1)} ${y.toFixed(1)}`
const between = (one: Position, other: Position): Position => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 })

/** The way of a step from border to border, by the points that it is led by. */
function led(edge: EdgeSingular): string {
  const by = (edge.controlPoints() as Position[] | undefined) ?? []
  const [one, other] = [edge.sourceEndpoint(), edge.targetEndpoint()]
  const bends = by.map((each, i) => `Q${at(each)} ${at(i + 1 < by.length ? between(each, by[i + 1] ?? each) : other)}`)
  return `M${at(one)}${bends.join("") || `L${at(other)}`}`
}

/** A name line by line, about its middle. */
function set(label: string, { x, y }: Position): string {
  const lines = label.split("\n")
  return lines.map((line, i) => `<tspan x="${x.toFixed(1)}" y="${(y + 4.5 + 16 * (i - (lines.length - 1) / 2)).toFixed(1)}">${escaped(line)}</tspan>`).join("")
}

/** The whole network, at its own size. */
export function svgOf(core: Core): string {
  const box = core.elements().boundingBox({})
  const ink = core.nodes()[0]?.style("color") as string | undefined
  const lines = core.edges().map((edge) => {
    const stroke = String(edge.style("line-color"))
    return `<path d="${led(edge)}" fill="none" stroke="${stroke}"${edge.hasClass("faint") ? ' stroke-dasharray="5 4"' : ""} marker-end="url(#head)"><title>${escaped(String(edge.data("label")))}</title></path>`
  })
  const boxes = core.nodes().map((node) => {
    const { x, y } = node.position()
    const w = node.width()
    const h = node.height()
    return `<rect x="${(x - w / 2).toFixed(1)}" y="${(y - h / 2).toFixed(1)}" width="${w}" height="${h}" rx="5" fill="${node.style("background-color")}" stroke="${node.style("border-color")}"/><text text-anchor="middle" fill="${node.style("color")}"><title>${escaped(String(node.data("whole")))}</title>${set(String(node.data("label")), { x, y })}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.x1 - 12} ${box.y1 - 12} ${box.w + 24} ${box.h + 24}" font-family="system-ui, sans-serif" font-size="13"><rect x="${box.x1 - 12}" y="${box.y1 - 12}" width="${box.w + 24}" height="${box.h + 24}" fill="${colours()["--paper"]}"/><defs><marker id="head" markerWidth="8" markerHeight="8" refX="7.5" refY="4" orient="auto" markerUnits="userSpaceOnUse"><path d="M0 0L8 4L0 8Z" fill="${core.edges()[0]?.style("line-color") ?? ink ?? "#555"}"/></marker></defs>${lines.join("")}${boxes.join("")}</svg>`
}
