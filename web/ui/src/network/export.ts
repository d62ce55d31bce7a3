// A network as it is drawn, written as SVG: for papers and slides, with the names as text.
import type { Core } from "cytoscape"

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The whole network, at its own size. */
export function svgOf(core: Core): string {
  const box = core.elements().boundingBox({})
  const ink = core.nodes()[0]?.style("color") as string | undefined
  const lines = core.edges().map((edge) => {
    const one = edge.source().position()
    const other = edge.target().position()
    const half = edge.target().width() / 2
    const end = other.x - (one.x <= other.x ? half : -half)
    const start = one.x + (one.x <= other.x ? edge.source().width() / 2 : -edge.source().width() / 2)
    return `<path d="M${start.toFixed(1)} ${one.y.toFixed(1)}L${end.toFixed(1)} ${other.y.toFixed(1)}" fill="none" stroke="${edge.style("line-color")}" marker-end="url(#head)"><title>${escaped(String(edge.data("label")))}</title></path>`
  })
  const boxes = core.nodes().map((node) => {
    const { x, y } = node.position()
    const w = node.width()
    const h = node.height()
    return `<rect x="${(x - w / 2).toFixed(1)}" y="${(y - h / 2).toFixed(1)}" width="${w}" height="${h}" rx="5" fill="${node.style("background-color")}" stroke="${node.style("border-color")}"/><text x="${x.toFixed(1)}" y="${(y + 4).toFixed(1)}" text-anchor="middle" fill="${node.style("color")}">${escaped(String(node.data("whole")))}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.x1 - 12} ${box.y1 - 12} ${box.w + 24} ${box.h + 24}" font-family="system-ui, sans-serif" font-size="12"><defs><marker id="head" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0 0L8 4L0 8Z" fill="${ink ?? "#555"}"/></marker></defs>${lines.join("")}${boxes.join("")}</svg>`
}
