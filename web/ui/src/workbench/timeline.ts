// The rows of an answer along time: a mark for each, in a lane of its own kind.
import { ScatterChart } from "echarts/charts"
import { AriaComponent, DataZoomComponent, GridComponent, TooltipComponent } from "echarts/components"
import * as echarts from "echarts/core"
import { SVGRenderer } from "echarts/renderers"
import { make, spoken } from "../elements/dom"
import { colours, onScheme } from "../network/colours"
import { type Answer, type Cell, isDate, timeOf } from "./asking"
import { known, learn } from "./names"
import { filled, notes } from "./saying"

echarts.use([ScatterChart, GridComponent, TooltipComponent, DataZoomComponent, AriaComponent, SVGRenderer])

export interface When {
  at: number
  lane: number
  name: number
}
const MOST = 1500 // marks; more is no picture
const LANES = 30
const LANE = 30 // px

/** The column of dates, what parts them, and what each is called. */
export function guessed(answer: Answer): When {
  const dated = answer.variables.map((_, at) => at).filter((at) => answer.rows.some((row) => isDate(row[at])))
  const at = dated[0] ?? 0
  const others = answer.variables.map((_, at) => at).filter((each) => !dated.includes(each))
  const kinds = (column: number): number => new Set(answer.rows.slice(0, MOST).map((row) => row[column]?.value)).size
  const lane = others.find((column) => kinds(column) > 1 && kinds(column) <= LANES) ?? -1
  return { at, lane, name: others.find((column) => column !== lane) ?? at }
}

const shown = (cell: Cell | undefined): string => (cell?.type === "uri" ? (known(cell.value)?.text ?? cell.value) : (cell?.value ?? ""))

/** Draw into `place`; gives what takes it away. */
export async function drawn(place: HTMLElement, answer: Answer, when: When, words: DOMStringMap): Promise<() => void> {
  const dated = answer.rows.filter((row) => isDate(row[when.at]) && !Number.isNaN(timeOf(row[when.at])))
  const rows = dated.slice(0, MOST)
  await learn(rows.flatMap((row) => [row[when.lane], row[when.name]].flatMap((cell) => (cell?.type === "uri" ? [cell.value] : []))))
  const every = [...new Set(rows.map((row) => shown(row[when.lane])))]
  const lanes = every.slice(0, LANES)
  const frame = make("div", { class: "chart-frame" })
  frame.style.blockSize = `${Math.max(380, lanes.length * LANE + 120)}px`
  const lost = answer.rows.length - dated.length
  const told = [dated.length > MOST && filled(words.timecut, { n: MOST, all: dated.length }), lost > 0 && filled(words.timeless, { n: lost }), when.lane >= 0 && every.length > LANES && filled(words.timelanes, { n: LANES, all: every.length })]
  place.replaceChildren(frame, ...notes(told))
  const chart = echarts.init(frame, undefined, { renderer: "svg", locale: spoken.startsWith("zh") ? "ZH" : "EN" })
  const tell = (): void => chart.setOption(option(rows, lanes, when))
  tell()
  const unwatch = onScheme(tell)
  const sized = new ResizeObserver(() => chart.resize())
  sized.observe(frame)
  return () => {
    unwatch()
    sized.disconnect()
    chart.dispose()
  }
}

const ACROSS = 120 // columns of marks that lie side by side

/** Heights at which marks of about one time stand over each other. */
function stacked(times: number[]): number[] {
  const least = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const span = times.reduce((a, b) => Math.max(a, b), least) - least || 1
  const high = new Map<number, number>()
  return times.map((time) => {
    const column = Math.floor(((time - least) / span) * ACROSS)
    high.set(column, (high.get(column) ?? 0) + 1)
    return high.get(column) ?? 1
  })
}

function option(rows: Answer["rows"], lanes: string[], when: When): echarts.EChartsCoreOption {
  const now = colours()
  const text = { color: now["--ink-2"], fontFamily: getComputedStyle(document.body).fontFamily }
  const lines = { lineStyle: { color: now["--rule"] } }
  const laned = when.lane >= 0
  const heights = laned ? [] : stacked(rows.map((row) => timeOf(row[when.at])))
  const data = rows.filter((row) => lanes.includes(shown(row[when.lane]))).map((row, at) => ({ value: [timeOf(row[when.at]), laned ? lanes.indexOf(shown(row[when.lane])) : heights[at]], name: `${shown(row[when.name])} · ${(row[when.at]?.value ?? "").slice(0, 10)}` }))
  return {
    textStyle: text,
    animation: false,
    aria: { enabled: true },
    tooltip: { renderMode: "richText", confine: true, formatter: ({ name }: { name: string }) => name },
    grid: { left: 12, right: 24, top: 16, bottom: 64, containLabel: true },
    dataZoom: [{ type: "slider", xAxisIndex: 0, bottom: 12, height: 22, textStyle: text, borderColor: now["--rule-2"], fillerColor: "transparent", backgroundColor: now["--raised"], handleStyle: { color: now["--accent"], borderColor: now["--accent"] }, moveHandleStyle: { color: now["--edge"] }, showDataShadow: false, emphasis: { handleStyle: { color: now["--accent"] }, moveHandleStyle: { color: now["--accent"] } } }],
    xAxis: { type: "time", axisLabel: { ...text, hideOverlap: true }, axisLine: lines, splitLine: { ...lines, show: true } },
    yAxis: !laned ? { type: "value", min: 0, minInterval: 1, axisLabel: text, axisLine: lines, splitLine: lines } : { type: "category", data: lanes, inverse: true, axisLabel: { ...text, width: 160, overflow: "truncate" }, axisLine: lines, splitLine: { ...lines, show: true } },
    series: [{ type: "scatter", symbolSize: 10, itemStyle: { color: now["--accent"], opacity: 0.55 }, data }],
  }
}
