// A picture of an answer. What kind is guessed from the columns, and can be chosen.
import { BarChart, HeatmapChart, LineChart, PieChart, ScatterChart } from "echarts/charts"
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components"
import * as echarts from "echarts/core"
import { SVGRenderer } from "echarts/renderers"
import { make, spoken } from "../elements/dom"
import { colours } from "../network/colours"
import { type Answer, type Cell, figures, isDate, isNumber, numberOf, type Row } from "./asking"
import { known, learn } from "./names"
import { Pace } from "./pacing"
import { filled, notes } from "./saying"

echarts.use([BarChart, LineChart, PieChart, ScatterChart, HeatmapChart, GridComponent, TooltipComponent, LegendComponent, VisualMapComponent, AriaComponent, SVGRenderer])

export const KINDS = ["bar", "line", "area", "pie", "scatter", "heat"] as const
export type Kind = (typeof KINDS)[number]
export interface Choice {
  kind: Kind
  x: number
  y: number
  by: number
}
const MOST = 200 // marks; more is no picture
const ALONG = 2000 // that a line may have
const POINTS = 1000 // that a cloud may have
const GROUPS = 12 // with a colour each
const SLICES = { narrow: 5, wide: 11 } // of a pie; the smaller ones are one slice together
const NARROW = 480 // px of a frame in which names stand below a pie
const BARS = 20 // that fit the frame as it is
const LINE = 22 // px of a lying bar
const [CROWD, TILTED] = [6, 132] // names along the foot that stand level, and px of those that lean
const THICKEST = 36 // px of a bar, however few there are
const [SHORTEST, LONGEST, SHARE] = [72, 240, 0.36] // px that names beside an axis may take, and how much of the frame
const number = new Intl.NumberFormat(spoken)

/** What to draw of an answer; null where nothing is a number. */
export function guessed({ rows, variables }: Answer): Choice | null {
  const apart = (at: number): number => new Set(rows.map((row) => row[at]?.value)).size
  const dated = (column: number): boolean => rows.slice(0, 50).every((row) => isDate(row[column]))
  const numbers = variables.map((_, at) => at).filter((at) => figures(rows, at))
  const others = variables.map((_, at) => at).filter((at) => !numbers.includes(at))
  const y = numbers[0]
  if (y === undefined) return null
  const date = others.find(dated)
  if (date !== undefined) return { kind: "line", x: date, y, by: others.find((at) => at !== date && apart(at) <= GROUPS) ?? -1 }
  if (others[0] === undefined) return { kind: "scatter", x: numbers[0] ?? 0, y: numbers[1] ?? y, by: -1 }
  const [x, by] = [others[0], others[1]]
  // A field of squares only where most of them are filled.
  if (by !== undefined && apart(by) > 1 && apart(by) <= 30 && apart(x) * apart(by) <= rows.length * 3) return { kind: "heat", x, y, by }
  return { kind: "bar", x, y, by: -1 }
}

/** Take from an address what to draw, as far as it fits the answer. */
export function told(choice: Choice, look: string, columns: number): void {
  const [kind, ...places] = (/^chart:(.*)$/.exec(look)?.[1] ?? "").split(",")
  const [x, y, by] = places.map(Number)
  const fits = (at: number | undefined, least: number): at is number => at !== undefined && Number.isInteger(at) && at >= least && at < columns
  if (!KINDS.includes(kind as Kind) || !fits(x, 0) || !fits(y, 0) || !fits(by, -1)) return
  Object.assign(choice, { kind, x, y, by })
}

/** Add up the rows that fall on one mark, so that none is left out; and say whether there were any. */
async function added(rows: Row[], { kind, x, y, by }: Choice): Promise<[Row[], boolean]> {
  const [marks, pace] = [new Map<string, Row>(), new Pace()]
  for (const row of rows) {
    if (pace.due) await pace.rest()
    const key = `${row[x]?.value ?? ""}\n${by < 0 ? "" : (row[by]?.value ?? "")}`
    const mark = marks.get(key)
    const [now, more] = [mark?.[y], row[y]]
    if (!mark) marks.set(key, [...row])
    else if (now && more) mark[y] = { ...now, value: String(numberOf(now) + numberOf(more)) }
  }
  return [inOrder([...marks.values()], kind, x), marks.size < rows.length]
}

/** A line goes along its numbers or dates; bars stand as the rows came. */
function inOrder(rows: Row[], kind: Kind, x: number): Row[] {
  if (kind !== "line" && kind !== "area") return rows
  if (rows.every((row) => isNumber(row[x]))) return rows.sort((one, other) => Number(one[x]?.value) - Number(other[x]?.value))
  return rows.every((row) => isDate(row[x])) ? rows.sort((one, other) => (one[x]?.value ?? "").localeCompare(other[x]?.value ?? "")) : rows
}

const shown = (cell: Cell | undefined): string => (cell?.type === "uri" ? (known(cell.value)?.text ?? cell.value) : (cell?.value ?? ""))

/** Draw into `place`; gives what takes it away. */
export async function draw(place: HTMLElement, answer: Answer, choice: Choice, words: DOMStringMap): Promise<() => void> {
  const drawable = answer.rows.filter((row) => isNumber(row[choice.y]) && Number.isFinite(numberOf(row[choice.y])))
  const [marks, folded] = choice.kind === "scatter" ? [drawable, false] : await added(drawable, choice)
  const most = { scatter: POINTS, line: ALONG, area: ALONG }[choice.kind as string] ?? MOST
  const rows = marks.slice(0, most)
  const name = answer.variables[choice.y] ?? ""
  const lost = answer.rows.length - drawable.length
  const groups = choice.by >= 0 && choice.kind !== "heat" && choice.kind !== "pie" ? new Set(rows.map((row) => row[choice.by]?.value)).size : 0
  const told = [
    marks.length > most && filled(words.chartcut, { n: most, all: marks.length }),
    folded && filled(words.chartadded, { name }),
    groups > GROUPS && filled(words.chartgroups, { n: GROUPS, all: groups, name: answer.variables[choice.by] ?? "" }),
    lost > 0 && filled(words.chartlost, { n: lost, name }),
  ]
  await learn(rows.flatMap((row) => row.flatMap((cell) => (cell?.type === "uri" ? [cell.value] : []))))
  const frame = make("div", { class: "chart-frame" })
  place.replaceChildren(frame, ...notes(told))
  // Lying bars each have their line, so that every name can be read.
  const apart = (at: number): number => new Set(rows.map((row) => row[at]?.value)).size
  const lines = choice.kind === "bar" ? apart(choice.x) : choice.kind === "heat" ? Math.max(apart(choice.x), apart(choice.by)) : 0
  if (lines > BARS) frame.style.blockSize = `${lines * LINE + 96}px`
  const chart = echarts.init(frame, undefined, { renderer: "svg", locale: document.documentElement.lang.startsWith("zh") ? "ZH" : "EN" })
  const tell = (): void => chart.setOption(option({ ...answer, rows }, choice, frame.clientWidth, words.chartothers ?? ""))
  tell()
  const sized = new ResizeObserver(() => {
    chart.resize()
    tell()
  })
  sized.observe(frame)
  return () => {
    sized.disconnect()
    chart.dispose()
  }
}

/** The largest slices of a pie; what is left is one more, so that the whole stays the whole. */
function slices(names: string[], values: number[], others: string, most: number): { name: string; value: number }[] {
  const all = names.map((name, at) => ({ name, value: values[at] ?? 0 })).sort((one, other) => other.value - one.value)
  const rest = all.slice(most).reduce((sum, { value }) => sum + value, 0)
  return all.length > most + 1 ? [...all.slice(0, most), { name: others.replace("{n}", String(all.length - most)), value: rest }] : all
}

function option(answer: Answer, { kind, x, y, by }: Choice, width: number, others: string): echarts.EChartsCoreOption {
  const now = colours()
  const [ink, rule, series] = [now["--ink-2"], now["--rule"], now.series]
  const names = answer.rows.map((row) => shown(row[x]))
  const values = answer.rows.map((row) => Number(row[y]?.value ?? 0))
  const text = { color: ink, fontFamily: getComputedStyle(document.body).fontFamily }
  // A long name is cut, or in a narrow frame nothing but names would be left; the tooltip has all of it.
  const name = { ...text, width: Math.round(Math.min(LONGEST, Math.max(SHORTEST, width * SHARE))), overflow: "truncate" }
  const axis = { axisLabel: text, axisLine: { lineStyle: { color: rule } }, splitLine: { lineStyle: { color: rule } } }
  const common = { color: series, textStyle: text, aria: { enabled: true }, animation: false, tooltip: { renderMode: "richText", confine: true } }
  const frame = { left: 12, right: 24, top: 24, bottom: 12, containLabel: true }
  const narrow = width < NARROW
  // Along the foot only a few names find room side by side; more of them lean.
  const foot = (all: string[]): object => (all.length > CROWD && all.some((each) => each.length > CROWD) && !answer.rows.every((row) => isDate(row[x])) ? { ...name, width: Math.min(name.width, TILTED), rotate: 40 } : name)
  if (kind === "pie") {
    const data = slices(names, values, others, narrow ? SLICES.narrow : SLICES.wide)
    const figure = new Map(data.map(({ name, value }) => [name, number.format(value)]))
    const below = { legend: { bottom: 0, orient: "vertical", textStyle: text, formatter: (name: string) => `${name} ${figure.get(name) ?? ""}` } }
    return { ...common, ...(narrow ? below : {}), series: [{ type: "pie", radius: narrow ? ["24%", "48%"] : ["38%", "70%"], center: ["50%", narrow ? "32%" : "50%"], label: { ...name, show: !narrow, formatter: ({ name, value }: { name: string; value: number }) => `${name} ${number.format(value)}` }, minAngle: 2, itemStyle: { borderColor: now["--paper"], borderWidth: 1 }, data }] }
  }
  if (kind === "scatter") {
    const figures = answer.rows.every((row) => isNumber(row[x]))
    const along = figures ? { type: "value", name: answer.variables[x] } : { type: "category", data: [...new Set(names)] }
    const groups = by >= 0 ? [...new Set(answer.rows.map((row) => shown(row[by])))].slice(0, GROUPS) : [""]
    const points = (group: string): [number | string, number][] => answer.rows.flatMap((row, at): [number | string, number][] => (by < 0 || shown(row[by]) === group ? [[figures ? Number(row[x]?.value) : (names[at] ?? ""), values[at] ?? 0]] : []))
    return { ...common, grid: { ...frame, top: 48, right: 56 }, ...(groups.length > 1 ? { legend: { top: 0, textStyle: text, type: "scroll" } } : {}), xAxis: { ...along, ...axis, ...(figures ? {} : { axisLabel: foot([...new Set(names)]) }), nameTextStyle: text }, yAxis: { type: "value", name: answer.variables[y], nameTextStyle: text, ...axis }, series: groups.map((name) => ({ type: "scatter", name, data: points(name) })) }
  }
  if (kind === "heat") {
    const lines = [...new Set(answer.rows.map((row) => shown(row[by])))]
    const columns = [...new Set(names)]
    // The longer list of names stands down the side, where each has its line.
    const tall = columns.length > lines.length
    const data = answer.rows.map((row, at) => {
      const [column, line] = [columns.indexOf(names[at] ?? ""), lines.indexOf(shown(row[by]))]
      return tall ? [line, column, values[at]] : [column, line, values[at]]
    })
    const [along, down] = tall ? [lines, columns] : [columns, lines]
    const [least, most] = [Math.min(...values), Math.max(...values)]
    return { ...common, grid: { ...frame, bottom: 64 }, xAxis: { type: "category", data: along, position: tall ? "top" : "bottom", ...axis, axisLabel: { ...name, rotate: along.length > 6 ? 35 : 0 } }, yAxis: { type: "category", data: down, inverse: true, ...axis, axisLabel: { ...name, interval: 0 } }, visualMap: { min: least, max: most, text: [number.format(most), number.format(least)], orient: "horizontal", left: "center", bottom: 4, textStyle: text, inRange: { color: [rule, series[0]] } }, series: [{ type: "heatmap", itemStyle: { borderColor: now["--paper"], borderWidth: 1 }, data }] }
  }
  const groups = by >= 0 ? [...new Set(answer.rows.map((row) => shown(row[by])))].slice(0, GROUPS) : [""]
  const columns = [...new Set(names)]
  const lying = kind === "bar" && columns.some((name) => name.length > 5)
  const figures = kind === "bar" && groups.length === 1 && (lying || columns.length <= BARS)
  const drawn = groups.map((group) => ({
    name: group,
    ...(figures ? { label: { ...text, show: true, position: lying ? "right" : "top", formatter: ({ value }: { value: number | null }) => (value === null ? "" : number.format(value)) } } : {}),
    type: kind === "bar" ? "bar" : "line",
    ...(kind === "area" ? { areaStyle: { opacity: 0.25 } } : {}),
    ...(kind === "bar" ? { barMaxWidth: THICKEST } : {}),
    ...(kind === "bar" && groups.length > 1 ? { stack: "whole" } : {}),
    data: columns.map((column) => {
      const at = answer.rows.findIndex((row, index) => names[index] === column && (by < 0 || shown(row[by]) === group))
      return at < 0 ? null : values[at]
    }),
  }))
  const category = { type: "category", data: columns, ...axis, axisLabel: name, splitLine: { show: false } }
  const value = { type: "value", ...axis }
  return {
    ...common,
    grid: { ...frame, top: groups.length > 1 ? 48 : 28, right: figures && lying ? 56 : 24 },
    ...(groups.length > 1 ? { legend: { top: 0, textStyle: text, type: "scroll" } } : {}),
    xAxis: lying ? value : { ...category, axisLabel: foot(columns) },
    yAxis: lying ? { ...category, inverse: true, axisLabel: { ...name, interval: 0 } } : value,
    series: drawn,
  }
}
