// <gov-ago><time>…</time></gov-ago>: adds how long ago (or in how long) beside the date itself.
import { make, spoken } from "./dom"

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365.25 * 86400],
  ["month", 30.44 * 86400],
  ["week", 7 * 86400],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
]

class Ago extends HTMLElement {
  connectedCallback(): void {
    const stamp = this.querySelector("time")?.dateTime
    if (!stamp || this.querySelector(".faint")) return
    const whole = !stamp.includes("T")
    const then = whole ? new Date(`${stamp}T00:00`) : new Date(stamp)
    const now = new Date()
    if (whole) now.setHours(0, 0, 0, 0)
    const words = relative((then.getTime() - now.getTime()) / 1000, whole)
    if (words) this.append(" ", make("span", { class: "faint" }, words))
  }
}

function relative(seconds: number, whole: boolean): string {
  if (Number.isNaN(seconds)) return ""
  const format = new Intl.RelativeTimeFormat(spoken, { numeric: "auto" })
  if (whole && Math.abs(seconds) < 86400) return format.format(0, "day")
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60]
  return format.format(Math.trunc(seconds / length), unit)
}

customElements.define("gov-ago", Ago)
