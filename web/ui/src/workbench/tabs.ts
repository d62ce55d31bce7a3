// Several queries at once, and those that were asked: both stay in this browser alone.
import { kept, make, spoken } from "../elements/dom"

const TABS = "query-tabs"
const ASKED = "query-history"
const MOST_ASKED = 100
const ASKS = ["query", "example"] // what in an address asks for a text
const LONGEST = 24 // characters of a tab's name

interface Tab {
  name: string
  text: string
}
interface Held {
  tabs: Tab[]
  at: number
}
interface Asked {
  text: string
  at: string
}

function read<T>(key: string, otherwise: T): T {
  try {
    return (JSON.parse(kept.read(key) ?? "null") as T | null) ?? otherwise
  } catch {
    return otherwise
  }
}

/** The queries asked before, the latest first. */
export const askedBefore = (): Asked[] => read<Asked[]>(ASKED, [])

export function remember(text: string): void {
  const others = askedBefore().filter((each) => each.text !== text)
  kept.write(ASKED, JSON.stringify([{ text, at: new Date().toISOString() }, ...others].slice(0, MOST_ASKED)))
  document.dispatchEvent(new CustomEvent("gov-asked"))
}

/** Draws the tabs into `bar`, and swaps the editor's text when another is chosen. */
export class Tabs {
  private held: Held

  constructor(
    private readonly bar: HTMLElement,
    private readonly text: () => string,
    private readonly write: (text: string) => void,
  ) {
    this.held = read<Held>(TABS, { tabs: [], at: 0 })
    const given = text()
    // What the address asked for is shown: in the tab that has it, else in one of its own. Where it asked
    // for nothing, one goes on where one was.
    const found = this.held.tabs.findIndex((each) => each.text.trim() === given.trim())
    const last = this.held.tabs[this.held.at]
    if (last && !ASKS.some((each) => new URLSearchParams(location.search).has(each))) write(last.text)
    else if (found >= 0) this.held.at = found
    else this.add(given)
    document.addEventListener("gov-edited", () => this.keep())
    this.draw()
  }

  private add(text: string): void {
    this.held.tabs.push({ name: "", text })
    this.held.at = this.held.tabs.length - 1
  }

  private keep(): void {
    const tab = this.held.tabs[this.held.at]
    if (!tab) return
    tab.text = this.text()
    kept.write(TABS, JSON.stringify(this.held))
    const button = this.bar.querySelectorAll<HTMLElement>(".tab-name")[this.held.at]
    if (button) button.textContent = this.title(tab)
  }

  /** A tab is called as one named it, else by its first comment, else by what it begins with. */
  private title(tab: Tab): string {
    const line = tab.text.split("\n").find((each) => each.trim() && !/^\s*(prefix|base)\b/i.test(each)) ?? ""
    const words = tab.name || line.replace(/^[\s#]+/, "").trim()
    return words ? (words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words) : (this.bar.dataset.empty ?? "")
  }

  /** Write a name in the tab's place; nothing written gives it back its own. */
  private rename(at: number, button: HTMLElement): void {
    const tab = this.held.tabs[at]
    if (!tab) return
    const field = make("input", { class: "tab-field", "aria-label": (this.bar.dataset.name ?? "").replace("{name}", this.title(tab)), value: this.title(tab), autocomplete: "off" })
    let done = false
    const end = (keep: boolean): void => {
      if (done) return
      done = true
      if (keep && field.value.trim() !== this.title(tab)) tab.name = field.value.trim()
      kept.write(TABS, JSON.stringify(this.held))
      this.draw()
      this.bar.querySelectorAll<HTMLElement>(".tab-name")[at]?.focus()
    }
    field.addEventListener("blur", () => end(true))
    field.addEventListener("keydown", (event) => {
      event.stopPropagation()
      if (event.key === "Enter" && !event.isComposing) event.preventDefault()
      if ((event.key === "Enter" && !event.isComposing) || event.key === "Escape") end(event.key === "Enter")
    })
    button.replaceWith(field)
    field.select()
  }

  private choose(at: number): void {
    if (at === this.held.at && this.text() === this.held.tabs[at]?.text) return // so that a second click finds the same button
    this.held.at = at
    this.write(this.held.tabs[at]?.text ?? "")
    kept.write(TABS, JSON.stringify(this.held))
    this.draw()
    this.bar.querySelectorAll<HTMLElement>(".tab-name")[at]?.focus()
  }

  private close(at: number): void {
    this.held.tabs.splice(at, 1)
    if (!this.held.tabs.length) this.held.tabs.push({ name: "", text: "" })
    // The tab in front stays there, unless it is the one that is closed.
    const next = at < this.held.at || this.held.at === this.held.tabs.length ? this.held.at - 1 : this.held.at
    this.held.at = -1
    this.choose(Math.max(0, next))
  }

  private draw(): void {
    const list = make("ul", { "aria-label": this.bar.dataset.label ?? "" })
    this.held.tabs.forEach((tab, at) => list.append(this.handle(tab, at)))
    const more = make("button", { type: "button", class: "tab-new", "aria-label": this.bar.dataset.new ?? "", title: this.bar.dataset.new ?? "" }, "+")
    more.addEventListener("click", () => {
      this.add("")
      this.choose(this.held.tabs.length - 1)
    })
    this.bar.replaceChildren(list, more)
  }

  private handle(tab: Tab, at: number): HTMLElement {
    const button = make("button", { type: "button", class: "tab-name", title: this.bar.dataset.how ?? "" }, this.title(tab))
    if (at === this.held.at) button.setAttribute("aria-current", "true")
    button.addEventListener("click", () => this.choose(at))
    button.addEventListener("dblclick", () => this.rename(at, button))
    button.addEventListener("keydown", (event) => event.key === "F2" && this.rename(at, button))
    const title = (this.bar.dataset.close ?? "").replace("{name}", this.title(tab))
    const end = make("button", { type: "button", class: "tab-close", "aria-label": title, title }, "×")
    end.addEventListener("click", () => this.close(at))
    return make("li", {}, button, ...(this.held.tabs.length > 1 ? [end] : []))
  }
}

/** Draws the queries asked before under the editor; choosing one writes it there. */
export class Before {
  private readonly list = make("ol")
  readonly element: HTMLDetailsElement

  constructor(
    words: string,
    private readonly write: (text: string) => void,
  ) {
    this.element = make("details", { class: "asked-before" }, make("summary", {}, words), this.list)
    this.element.addEventListener("toggle", () => this.draw())
    document.addEventListener("gov-asked", () => this.draw())
    this.draw()
  }

  private draw(): void {
    const all = askedBefore()
    this.element.hidden = !all.length
    if (this.element.open) this.list.replaceChildren(...all.map((each) => this.line(each)))
  }

  private line({ text, at }: Asked): HTMLLIElement {
    const when = new Date(at).toLocaleString(spoken === "en" ? "en-GB" : spoken, { dateStyle: "medium", timeStyle: "short" })
    const words = text.split("\n").filter((line) => !/^\s*(prefix\b|base\b|#[@+]|$)/i.test(line)).join(" ").replace(/^#\s*/, "")
    const button = make("button", { type: "button", title: text }, make("time", { datetime: at }, when), make("span", { translate: "no" }, words))
    button.addEventListener("click", () => this.write(text))
    return make("li", {}, button)
  }
}
