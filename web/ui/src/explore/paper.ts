// The picture written as SVG, names as text: for papers and slides. There things stand farther apart
// than on the screen, so that every name has room; one that has none is read by pointing at its thing.
import type { Core, NodeSingular, Position } from "cytoscape"
import type { Colours } from "../network/colours"
import { look, OUTLINES } from "./looks"

const WIDER = 1.5 // how much farther apart
const LINE = 22 // of a name's width in one line; Han characters are as wide as two
const HIGH = 1.22 // of a line, in its font

interface Box {
  x1: number
  x2: number
  y1: number
  y2: number
}
interface Place {
  anchor: string
  x: number
  y: number
  box: Box
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
const at = (number: number): string => number.toFixed(1)
const spot = (node: NodeSingular): Position => ({ x: node.position().x * WIDER, y: node.position().y * WIDER })
const meet = (a: Box, b: Box): boolean => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2
const wide = (text: string): number => text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0)

/** A name in lines: parted between words, Han characters anywhere. */
function lines(label: string): string[] {
  const found = [""]
  for (const part of label.match(/[（《“]?[\u2e80-\uffef][，。、）》”]*|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    const last = found[found.length - 1] ?? ""
    if (last && wide(last + part.trimEnd()) > LINE) found.push(part)
    else found[found.length - 1] = last + part
  }
  return found.map((each) => each.trim())
}

/** Where a name may stand about its thing: below, above, to its right, to its left. */
function places({ x, y }: Position, half: number, told: string[], font: number): Place[] {
  const [w, h] = [Math.max(...told.map(wide)) * 0.54 * font, told.length * HIGH * font]
  const boxed = (anchor: string, left: number, top: number): Place => ({ anchor, x: anchor === "middle" ? left + w / 2 : anchor === "end" ? left + w : left, y: top + 0.95 * font, box: { x1: left - 2, x2: left + w + 2, y1: top, y2: top + h } })
  return [boxed("middle", x - w / 2, y + half + 3), boxed("middle", x - w / 2, y - half - 3 - h), boxed("start", x + half + 5, y - h / 2), boxed("end", x - half - 5 - w, y - h / 2)]
}

/** The whole picture at its own size. */
export function svgOf(core: Core, now: Colours): string {
  const things = core.nodes().not(".group").map((each) => each as NodeSingular)
  const half = (node: NodeSingular): number => node.width() / 2
  const taken: Box[] = things.map((node) => {
    const { x, y } = spot(node)
    const [w, h] = [node.width() / 2, node.height() / 2]
    return { x1: x - w, x2: x + w, y1: y - h, y2: y + h }
  })
  const named = new Map<string, string>()
  const most = (node: NodeSingular): number => Number(node.data("links")) + (node.hasClass("of") ? 1e6 : 0)
  for (const node of [...things].sort((a, b) => most(b) - most(a))) {
    const font = Number(node.data("font"))
    const told = lines(String(node.data("label")))
    const place = node.hasClass("folded") ? inside(spot(node)) : places(spot(node), half(node), told, font).find(({ box }) => !taken.some((other) => meet(box, other)))
    if (!place) continue
    if (!node.hasClass("folded")) taken.push(place.box)
    const rows = node.hasClass("folded") ? [String(node.data("label"))] : told
    named.set(node.id(), `<text text-anchor="${place.anchor}" font-size="${font}" fill="${now["--ink"]}" stroke="${now["--paper"]}" stroke-width="3" paint-order="stroke">${rows.map((row, i) => `<tspan x="${at(place.x)}" y="${at(place.y + i * HIGH * font)}">${escaped(row)}</tspan>`).join("")}</text>`)
  }
  const drawn = [...core.nodes(".group").map((each) => groupOf(each as NodeSingular, now)), ...linesOf(core, now), ...things.map((node) => shapeOf(node, now)), ...named.values()]
  return framed(drawn, taken, core, now)
}

const inside = ({ x, y }: Position): Place => ({ anchor: "middle", x, y: y + 4, box: { x1: x, x2: x, y1: y, y2: y } })

function groupOf(group: NodeSingular, now: Colours): string {
  const { x1, y1, w, h } = group.boundingBox({ includeLabels: false })
  return `<rect x="${at(x1 * WIDER)}" y="${at(y1 * WIDER)}" width="${at(w * WIDER)}" height="${at(h * WIDER)}" rx="8" fill="${now["--ink-3"]}" fill-opacity="0.07" stroke="${now["--rule-2"]}"/><text x="${at((x1 + w / 2) * WIDER)}" y="${at(y1 * WIDER - 6)}" text-anchor="middle" font-weight="600" fill="${now["--ink-2"]}">${escaped(String(group.data("label")))}</text>`
}

/** Lines from border to border. */
function linesOf(core: Core, now: Colours): string[] {
  return core.edges().map((edge) => {
    const [source, target] = [edge.source() as NodeSingular, edge.target() as NodeSingular]
    const [one, other] = [spot(source), spot(target)]
    const long = Math.hypot(other.x - one.x, other.y - one.y) || 1
    const [dx, dy] = [(other.x - one.x) / long, (other.y - one.y) / long]
    const [from, to] = [source.width() / 2 + 1, target.width() / 2 + 3]
    const way = edge.hasClass("way")
    return `<path d="M${at(one.x + dx * from)} ${at(one.y + dy * from)}L${at(other.x - dx * to)} ${at(other.y - dy * to)}" fill="none" stroke="${way ? now["--accent"] : now["--edge"]}" stroke-width="${way ? 3 : 1.2}" marker-end="url(#head)"><title>${escaped(String(edge.data("label")))}</title></path>`
  })
}

function shapeOf(node: NodeSingular, now: Colours): string {
  const { x, y } = spot(node)
  const title = `<title>${escaped(String(node.data("label")))}</title>`
  if (node.hasClass("folded")) return `<rect x="${at(x - node.width() / 2)}" y="${at(y - 15)}" width="${at(node.width())}" height="30" rx="6" fill="${now["--tint"]}" stroke="${now["--accent"]}">${title}</rect>`
  const { shape, series } = look(String(node.data("kind")))
  const scale = node.width() / 16
  return `<path d="${OUTLINES[shape] ?? OUTLINES.ellipse}" transform="translate(${at(x - 8 * scale)} ${at(y - 8 * scale)}) scale(${scale.toFixed(2)})" fill="${now.series[series - 1]}">${title}</path>`
}

/** All of it on paper, as large as it needs. */
function framed(drawn: string[], taken: Box[], core: Core, now: Colours): string {
  const groups = core.nodes(".group").map((each) => each.boundingBox({})).map(({ x1, x2, y1, y2 }): Box => ({ x1: x1 * WIDER, x2: x2 * WIDER, y1: y1 * WIDER - 20, y2: y2 * WIDER }))
  const all = [...taken, ...groups]
  const [x, y] = all.length ? [Math.min(...all.map((each) => each.x1)) - 16, Math.min(...all.map((each) => each.y1)) - 16] : [0, 0]
  const [w, h] = [Math.max(...all.map((each) => each.x2), x + 1) + 16 - x, Math.max(...all.map((each) => each.y2), y + 1) + 16 - y]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${at(w)}" height="${at(h)}" viewBox="${at(x)} ${at(y)} ${at(w)} ${at(h)}" font-family="system-ui, 'PingFang SC', 'Noto Sans CJK SC', sans-serif" font-size="12.5"><rect x="${at(x)}" y="${at(y)}" width="${at(w)}" height="${at(h)}" fill="${now["--paper"]}"/><defs><marker id="head" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto" markerUnits="userSpaceOnUse"><path d="M0 0.5L8 4L0 7.5Z" fill="${now["--edge"]}"/></marker></defs>${drawn.join("")}</svg>`
}
