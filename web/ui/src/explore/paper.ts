// The picture written as SVG, names as text: for papers and slides.
import type { Core, NodeSingular } from "cytoscape"
import type { Colours } from "../network/colours"
import { look, OUTLINES } from "./looks"

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
const at = (number: number): string => number.toFixed(1)

/** The whole picture at its own size. */
export function svgOf(core: Core, now: Colours): string {
  const box = core.elements().boundingBox({})
  const boxes = core.nodes(".group").map((each) => {
    const { x1, y1, w, h } = each.boundingBox({ includeLabels: false })
    return `<rect x="${at(x1)}" y="${at(y1)}" width="${at(w)}" height="${at(h)}" rx="8" fill="${now["--ink-3"]}" fill-opacity="0.07" stroke="${now["--rule-2"]}"/><text x="${at(x1 + w / 2)}" y="${at(y1 - 6)}" text-anchor="middle" font-weight="600" fill="${now["--ink-2"]}">${escaped(String(each.data("label")))}</text>`
  })
  const lines = core.edges().map((edge) => {
    const [one, other] = [edge.sourceEndpoint(), edge.targetEndpoint()]
    const way = edge.hasClass("way")
    return `<path d="M${at(one.x)} ${at(one.y)}L${at(other.x)} ${at(other.y)}" fill="none" stroke="${way ? now["--accent"] : now["--edge"]}" stroke-width="${way ? 3 : 1.2}" marker-end="url(#head)"><title>${escaped(String(edge.data("label")))}</title></path>`
  })
  const things = core.nodes().not(".group").map((each) => {
    const node = each as NodeSingular
    const { x, y } = node.position()
    const text = (dy: number): string => `<text x="${at(x)}" y="${at(y + dy)}" text-anchor="middle" font-size="${Number(node.data("font"))}" fill="${now["--ink"]}" stroke="${now["--paper"]}" stroke-width="3" paint-order="stroke">${escaped(String(node.data("label")))}</text>`
    if (node.hasClass("folded")) return `<rect x="${at(x - node.width() / 2)}" y="${at(y - 15)}" width="${at(node.width())}" height="30" rx="6" fill="${now["--tint"]}" stroke="${now["--accent"]}"/>${text(4)}`
    const { shape, series } = look(String(node.data("kind")))
    const scale = node.width() / 16
    return `<path d="${OUTLINES[shape] ?? OUTLINES.ellipse}" transform="translate(${at(x - 8 * scale)} ${at(y - 8 * scale)}) scale(${scale.toFixed(2)})" fill="${now.series[series - 1]}"/>${text(node.width() / 2 + 15)}`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${at(box.x1 - 16)} ${at(box.y1 - 16)} ${at(box.w + 32)} ${at(box.h + 40)}" font-family="system-ui, 'PingFang SC', 'Noto Sans CJK SC', sans-serif" font-size="12.5"><rect x="${at(box.x1 - 16)}" y="${at(box.y1 - 16)}" width="${at(box.w + 32)}" height="${at(box.h + 40)}" fill="${now["--paper"]}"/><defs><marker id="head" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto" markerUnits="userSpaceOnUse"><path d="M0 0.5L8 4L0 7.5Z" fill="${now["--edge"]}"/></marker></defs>${boxes.join("")}${lines.join("")}${things.join("")}</svg>`
}
