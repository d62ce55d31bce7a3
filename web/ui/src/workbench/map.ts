// The rows of an answer where they lie. Nothing is fetched from outside: no tiles, our own outlines.
import { circleMarker as circle, geoJSON, type Layer, map as leaflet, type Path, type PathOptions } from "leaflet"
import { make, spoken } from "../elements/dom"
import { colours, onScheme } from "../network/colours"
import { type Answer, isNumber, numberOf, type Row } from "./asking"
import { districts, iriOf } from "./districts"
import { known, learn } from "./names"
import { filled, notes } from "./saying"
import { districtOf, type Placed, shapeOf } from "./places"

const MOST = 2000 // shapes; more is no picture
const STEPS = 5 // shades
const number = new Intl.NumberFormat(spoken)

/** Draw into `place`; `measure` is the column whose sum shades the districts, −1 for how many rows. */
export async function drawn(place: HTMLElement, answer: Answer, placed: Placed, measure: number, words: DOMStringMap): Promise<() => void> {
  const frame = make("div", { class: "map-frame", role: "application", "aria-label": words.maplabel ?? "" })
  const legend = make("div", { class: "map-legend" })
  const side = make("ol", { class: "map-list" })
  const sketch = make("p", { class: "note" }, words.sketch ?? "")
  const lost = placed.kind === "district" ? answer.rows.filter((row) => !districtOf(row[placed.column])).length : 0
  const told = notes([placed.kind !== "district" && answer.rows.length > MOST && filled(words.rowscut, { n: MOST, all: answer.rows.length }), lost > 0 && filled(words.maplost, { n: lost })])
  place.replaceChildren(make("div", { class: "map-pane" }, frame, make("div", { class: "map-side" }, legend, side)), ...told, sketch)
  await learn(districts().features.map((each) => iriOf(each.properties.code)))
  const chart = leaflet(frame, { attributionControl: false, zoomSnap: 0.25, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false, scrollWheelZoom: false })
  chart.zoomControl.remove()
  frame.append(zooming(chart, words))
  const whole = geoJSON(districts())
  chart.fitBounds(whole.getBounds(), { padding: [8, 8] })
  const lay = (): (() => void) => (placed.kind === "district" ? shaded(chart, answer, placed.column, measure, legend, side) : spotted(chart, answer, placed, side, words))
  let take = lay()
  const unwatch = onScheme(() => (take(), (take = lay())))
  const sized = new ResizeObserver(() => chart.invalidateSize({ animate: false }))
  sized.observe(frame)
  return () => {
    unwatch()
    sized.disconnect()
    chart.remove()
  }
}

function zooming(chart: ReturnType<typeof leaflet>, words: DOMStringMap): HTMLElement {
  const one = (sign: string, name: string, act: () => void): HTMLButtonElement => {
    const button = make("button", { type: "button", class: "button quiet", "aria-label": name, title: name }, sign)
    button.addEventListener("click", act)
    return button
  }
  const bar = make("div", { class: "map-zoom" })
  bar.append(one("+", words.larger ?? "", () => chart.zoomIn()), one("−", words.smaller ?? "", () => chart.zoomOut()), one("⤢", words.whole ?? "", () => chart.fitBounds(geoJSON(districts()).getBounds(), { padding: [8, 8] })))
  return bar
}

const nameOf = (code: string): string => known(iriOf(code))?.text ?? code

/** What each district has: the sum of a column, or how many rows. */
export function sums(rows: Row[], column: number, measure: number): Map<string, number> {
  const found = new Map<string, number>()
  for (const row of rows) {
    const code = districtOf(row[column])
    const worth = measure < 0 ? 1 : isNumber(row[measure]) ? numberOf(row[measure]) || 0 : 0
    if (code) found.set(code, (found.get(code) ?? 0) + worth)
  }
  return found
}

function shaded(chart: ReturnType<typeof leaflet>, answer: Answer, column: number, measure: number, legend: HTMLElement, side: HTMLElement): () => void {
  const values = sums(answer.rows, column, measure)
  const [least, most] = [Math.min(...values.values()), Math.max(...values.values())]
  const now = colours()
  const step = (code: string): number => (values.has(code) ? (most === least ? STEPS : 1 + Math.floor(((values.get(code) ?? 0) - least) / ((most - least) / STEPS + 1e-9))) : 0)
  const look = (code: string): PathOptions => ({ color: now["--edge"], weight: 1, fillColor: step(code) ? now["--accent"] : now["--raised"], fillOpacity: step(code) ? 0.12 + 0.16 * step(code) : 1 })
  const lines = new Map<string, HTMLElement>()
  const paths = new Map<string, Path>()
  const mark = (code: string, on: boolean): void => {
    paths.get(code)?.setStyle(on ? { color: now["--ink"], weight: 3 } : look(code))
    if (on) paths.get(code)?.bringToFront()
    lines.get(code)?.classList.toggle("here", on)
  }
  const layer = geoJSON(districts(), {
    style: (each) => look(String(each?.properties.code)),
    onEachFeature: ({ properties }, path: Layer) => {
      const code = String(properties.code)
      paths.set(code, path as Path)
      path.bindTooltip(told(code, values), { sticky: true })
      path.on("mouseover", () => mark(code, true)).on("mouseout", () => mark(code, false))
    },
  }).addTo(chart)
  legend.replaceChildren(...steps(least, most))
  const order = [...values.keys()].sort((a, b) => (values.get(b) ?? 0) - (values.get(a) ?? 0))
  side.replaceChildren(...order.map((code) => line(code, values.get(code) ?? 0, lines, mark)))
  return () => void layer.remove()
}

const told = (code: string, values: Map<string, number>): HTMLElement => make("span", {}, `${nameOf(code)} · ${values.has(code) ? number.format(values.get(code) ?? 0) : "–"}`)

function line(code: string, value: number, lines: Map<string, HTMLElement>, mark: (code: string, on: boolean) => void): HTMLElement {
  const { url = "", lang = "" } = known(iriOf(code)) ?? {}
  const link = make("a", { href: url || iriOf(code), ...(lang ? { lang } : {}) }, nameOf(code))
  const item = make("li", {}, link, make("span", { class: "num" }, number.format(value)))
  lines.set(code, item)
  for (const [event, on] of [["focus", true], ["blur", false]] as const) link.addEventListener(event, () => mark(code, on))
  item.addEventListener("mouseenter", () => mark(code, true))
  item.addEventListener("mouseleave", () => mark(code, false))
  return item
}

function steps(least: number, most: number): HTMLElement[] {
  if (!Number.isFinite(least) || least === most) return []
  const shades = Array.from({ length: STEPS }, (_, at) => make("i", { class: `shade-${at + 1}` }))
  return [make("span", { class: "num" }, number.format(least)), make("span", { class: "shades", "aria-hidden": "true" }, ...shades), make("span", { class: "num" }, number.format(most))]
}

/** Shapes and points over the outlines; the side tells what was chosen. */
function spotted(chart: ReturnType<typeof leaflet>, answer: Answer, where: Exclude<Placed, { kind: "district" }>, side: HTMLElement, words: DOMStringMap): () => void {
  const now = colours()
  const under = geoJSON(districts(), { interactive: false, style: { color: now["--rule-2"], weight: 1, fillColor: now["--raised"], fillOpacity: 1 } }).addTo(chart)
  const over = geoJSON(features(answer, where), {
    style: { color: now["--accent"], weight: 2, fillOpacity: 0.2 },
    pointToLayer: (_, at) => circle(at, { radius: 6, color: now["--accent"], weight: 2, fillOpacity: 0.35 }),
    onEachFeature: (each, path: Layer) => path.on("click", () => row(side, answer, Number(each.properties?.row))),
  }).addTo(chart)
  const bounds = over.getBounds()
  if (bounds.isValid()) chart.fitBounds(bounds.pad(0.1), { maxZoom: 12 })
  side.replaceChildren(make("li", { class: "faint" }, (words.mapped ?? "").replace("{n}", number.format(over.getLayers().length)).replace("{all}", number.format(Math.min(MOST, answer.rows.length)))))
  return () => (under.remove(), void over.remove())
}

function features(answer: Answer, where: Exclude<Placed, { kind: "district" }>): GeoJSON.FeatureCollection {
  const geometry = (row: Row): GeoJSON.Geometry | null => {
    if (where.kind === "shape") return shapeOf(row[where.column]?.value ?? "")
    const [latitude, longitude] = [where.latitude, where.longitude].map((at) => Number.parseFloat(row[at]?.value ?? ""))
    return Number.isFinite(latitude) && Number.isFinite(longitude) ? { type: "Point", coordinates: [longitude ?? 0, latitude ?? 0] } : null
  }
  const found = answer.rows.slice(0, MOST).map((row, at): GeoJSON.Feature | null => {
    const shape = geometry(row)
    return shape && { type: "Feature", properties: { row: at }, geometry: shape }
  })
  return { type: "FeatureCollection", features: found.filter((each) => each !== null) }
}

function row(side: HTMLElement, answer: Answer, at: number): void {
  const cells = answer.rows[at] ?? []
  side.replaceChildren(...answer.variables.map((name, column) => make("li", {}, make("span", { class: "faint" }, name), make("span", {}, (cells[column]?.value ?? "").slice(0, 120)))))
}
