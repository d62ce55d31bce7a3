// <gov-answer>: asks without leaving the page, shows how long it takes, lets one stop it, and shows
// what came as a table, a chart or raw. Without a script the server draws the answer itself.
import { taken } from "../elements/clipboard"
import { make, spoken } from "../elements/dom"
import { type Answer, ask, figures, isDate, isNumber, Refused } from "./asking"
import type { Choice } from "./chart"
import { explained } from "./explaining"
import { Grid } from "./grid"
import { joins } from "./joining"
import { placed } from "./places"
import { filled, notes } from "./saying"
import { remember } from "./tabs"

const LONGEST_ADDRESS = 6000 // characters; a longer query stays out of the address
const TOLD = 1_000_000 // bytes, in which it is told how much came
const RAW_SHOWN = 200_000 // characters
const RAW_LAID_OUT = 2_000_000 // characters of JSON that are broken into lines
const FORMATS: Record<Answer["kind"], string[]> = { rows: ["csv", "tsv", "json", "xml", "ttl", "xlsx", "parquet"], truth: ["json", "xml", "ttl"], triples: ["ttl", "nt", "nq", "trig", "rdf", "jsonld", "csv", "tsv", "xlsx", "parquet"] }
const number = new Intl.NumberFormat(spoken)

class AnswerView extends HTMLElement {
  private under?: AbortController
  private leave?: () => void
  /** How the answer is looked at, as the address says it: a name, and for a chart what it draws. */
  private look = new URLSearchParams(location.search).get("look") ?? ""
  private asked = ""

  connectedCallback(): void {
    const form = document.querySelector<HTMLFormElement>("#query-form")
    form?.addEventListener("submit", (event) => {
      if (event.submitter?.hasAttribute("formaction")) return // it leads elsewhere: to the form that saves
      event.preventDefault()
      const text = form.querySelector("textarea")?.value ?? ""
      if (text.trim() && this.asked && text !== this.asked) this.look = ""
      if (text.trim()) void (event.submitter?.getAttribute("name") === "explain" ? this.explain(text) : this.ask(text))
    })
    this.arrive(form)
  }

  /** A link that says how to look is followed at once. */
  private arrive(form: HTMLFormElement | null): void {
    const text = new URLSearchParams(location.search).get("query")
    if (this.look && text?.trim() && form) void this.ask(text)
  }

  private say(name: string, values: Record<string, string> = {}): string {
    return Object.entries(values).reduce((words, [key, value]) => words.replace(`{${key}}`, value), this.dataset[name] ?? "")
  }

  private async ask(text: string): Promise<void> {
    await this.wait(async (under, came) => {
      const answer = await ask(text, under, this.dataset.merge, (bytes) => came(bytes))
      this.keep(text)
      this.tell(answer, text)
    })
  }

  private async explain(text: string): Promise<void> {
    await this.wait(async (under) => this.show(...(await explained(text, this.dataset, under))))
  }

  /** Show that something is under way, how long, and let it be stopped. */
  private async wait(done: (under: AbortSignal, came: (bytes: number) => void) => Promise<void>): Promise<void> {
    this.under?.abort()
    const under = (this.under = new AbortController())
    const began = performance.now()
    const spent = make("span", {}, "")
    const stop = make("button", { type: "button", class: "button plain" }, this.say("stop"))
    stop.addEventListener("click", () => under.abort())
    document.querySelector("#result")?.remove()
    document.querySelector("#query-fault")?.remove()
    document.querySelector("#explained")?.remove()
    this.show(make("p", { class: "asking" }, this.say("running"), " ", spent, " ", stop))
    this.announce(this.say("running"))
    let size = 0
    const tick = setInterval(() => (spent.textContent = `${((performance.now() - began) / 1000).toFixed(1)} s${size > TOLD ? ` · ${number.format(Math.round(size / TOLD))} MB` : ""}`), 100)
    try {
      await done(under.signal, (bytes) => (size = bytes))
    } catch (error) {
      this.failed(error, under.signal.aborted)
    } finally {
      clearInterval(tick)
    }
  }

  private keep(text: string): void {
    remember(text)
    this.asked = text
    this.tellAddress()
  }

  /** Say in the address what was asked and how it is looked at. */
  private tellAddress(): void {
    const address = `/query?${new URLSearchParams({ query: this.asked, ...(this.look ? { look: this.look } : {}) })}`
    if (address.length < LONGEST_ADDRESS) history.replaceState(null, "", address)
  }

  private failed(error: unknown, stopped: boolean): void {
    const words = stopped ? this.say("stopped") : error instanceof Refused ? error.message : this.say("unreached")
    const title = make("p", { class: "title" }, stopped ? this.say("nothing") : this.say("fault"))
    const lead = make("button", { type: "button", class: "button quiet" }, this.say("tofault"))
    lead.addEventListener("click", () => document.dispatchEvent(new CustomEvent("gov-fault")))
    const malformed = error instanceof Refused && error.status === 400
    this.show(make("div", { class: "notice fault", role: "alert" }, make("div", {}, title, make("p", {}, words, ...(malformed ? [" ", lead] : [])))))
  }

  /** Say it to those who listen: what is drawn anew is not read out by itself. */
  private announce(words: string): void {
    const said = document.querySelector("gov-editor [role=status]")
    if (said) said.textContent = words
  }

  private show(...parts: Node[]): void {
    this.leave?.()
    this.leave = undefined
    this.replaceChildren(...parts)
  }

  private tell(answer: Answer, text: string): void {
    const rows = number.format(answer.rows.length)
    const counted = answer.kind === "truth" ? "1" : rows
    const facts = `${this.say(counted === "1" ? "fact" : "facts", { rows: counted, ms: number.format(Math.round(answer.milliseconds)), seq: answer.snapshot })} · ${this.say("view")} · ${this.say(answer.engine === "columns" ? "bycolumns" : "bystore")}`
    const parts: Node[] = [make("h2", {}, this.say("answer")), make("p", { class: "note" }, facts)]
    this.announce([facts, answer.cut ? this.say("cut", { rows }) : ""].filter(Boolean).join(" "))
    if (answer.cut) parts.push(make("p", { class: "notice partial" }, this.say("cut", { rows })))
    if (answer.kind === "truth") parts.push(make("p", { class: "large" }, make("strong", {}, this.say(answer.truth ? "yes" : "no"))))
    else if (!answer.rows.length) parts.push(make("p", { class: "empty" }, this.say("empty")))
    else parts.push(...this.views(answer))
    parts.push(this.downloads(answer, text))
    this.show(...parts)
  }

  private downloads(answer: Answer, text: string): HTMLElement {
    const links = (FORMATS[answer.kind] ?? []).map((name) => make("a", { href: `/sparql?${new URLSearchParams({ query: text, format: name, ...(this.dataset.merge ? { "default-graph-uri": this.dataset.merge } : {}) })}`, download: `govgraph.${name}` }, name.toUpperCase()))
    const drawn = answer.kind === "triples" && this.dataset.explore ? [" · ", make("a", { href: `/explore?${new URLSearchParams({ query: text })}` }, this.dataset.explore)] : []
    return make("p", { class: "downloads" }, `${this.say("download")} `, ...links.flatMap((link, at) => (at ? [" · ", link] : [link])), ...drawn)
  }

  /** The ways to look at rows: buttons, and the place they draw in. */
  private views(answer: Answer): Node[] {
    const place = make("div", { class: "answer-place" })
    const bar = make("div", { class: "answer-bar", role: "group", "aria-label": this.say("views") })
    const draws: [string, () => void | Promise<void>][] = [
      ["table", () => this.table(answer, place)],
      ["chart", () => this.chart(answer, place)],
      ...(placed(answer) ? [["map", () => this.map(answer, place)] as [string, () => Promise<void>]] : []),
      ...(answer.rows.some((row) => row.some(isDate)) ? [["timeline", () => this.timeline(answer, place)] as [string, () => Promise<void>]] : []),
      ["pivot", () => this.pivot(answer, place)],
      ...(joins(answer) ? [["network", () => this.network(answer, place)] as [string, () => Promise<void>]] : []),
      ["raw", () => this.raw(answer, place)],
    ]
    const buttons = draws.map(([name, drawn]) => {
      const button = make("button", { type: "button", "aria-pressed": "false" }, this.say(name))
      button.addEventListener("click", () => {
        if (this.look.split(":")[0] !== name) this.look = name === "table" ? "" : name
        this.tellAddress()
        for (const each of buttons) each.setAttribute("aria-pressed", String(each === button))
        this.leave?.()
        this.leave = undefined
        void drawn()
      })
      return button
    })
    bar.append(...buttons)
    const wanted = draws.findIndex(([name]) => name === this.look.split(":")[0])
    queueMicrotask(() => buttons[Math.max(wanted, 0)]?.click())
    return [bar, place]
  }

  private table(answer: Answer, place: HTMLElement): void {
    const grid = new Grid(answer, this.dataset)
    const filter = make("input", { type: "search", "aria-label": this.say("filter"), placeholder: this.say("filter") })
    const [told, picked] = [make("output", {}), make("span", { class: "picked-told" })]
    const every = make("button", { type: "button", class: "button quiet", hidden: "" }, this.say("every"))
    const copy = make("button", { type: "button", class: "button quiet", hidden: "" }, this.say("copy"))
    filter.addEventListener("input", () => grid.narrow(filter.value))
    every.addEventListener("click", () => {
      filter.value = ""
      grid.clear()
      filter.focus()
    })
    copy.addEventListener("click", async () => {
      if (await taken(grid.text())) told.textContent = this.say("copied")
    })
    let found = ""
    grid.narrowed = (rows, unnamed) => {
      every.hidden = rows === answer.rows.length
      const left = rows < answer.rows.length ? this.say("found", { n: number.format(rows), all: number.format(answer.rows.length) }) : ""
      found = [left, ...unnamed.map((name) => this.say("unnamed", { name }))].filter(Boolean).join(" · ")
      told.textContent = found
    }
    grid.busy = (words) => (told.textContent = words || found)
    grid.picked = (words) => {
      copy.hidden = !words
      picked.textContent = words.trim()
    }
    const raw = make("input", { type: "checkbox" })
    raw.addEventListener("change", () => grid.write(raw.checked))
    place.replaceChildren(make("div", { class: "grid-tools" }, filter, every, told, make("label", {}, raw, ` ${this.say("iris")}`), make("span", { class: "picked-tools" }, picked, copy)), grid.element, grid.whole)
  }

  private async chart(answer: Answer, place: HTMLElement): Promise<void> {
    const { draw, guessed, KINDS, told } = await import("./chart")
    const choice = guessed(answer)
    if (!choice) {
      place.replaceChildren(make("p", { class: "empty" }, this.say("nochart")))
      return
    }
    told(choice, this.look, answer.variables.length)
    const canvas = make("div", {})
    const again = this.again(() => {
      this.look = `chart:${choice.kind},${choice.x},${choice.y},${choice.by}`
      this.tellAddress()
      return draw(canvas, answer, choice, this.dataset)
    })
    const kinds = this.choose("charttype", KINDS.map((each) => [each, this.say(`chart${each}`)]), choice.kind, (value) => this.turned(answer, choice, value as Choice["kind"], place), again)
    const columns = this.columns(answer)
    const x = this.choose("chartx", columns, String(choice.x), (value) => (choice.x = Number(value)), again)
    const y = this.choose("charty", columns, String(choice.y), (value) => (choice.y = Number(value)), again)
    const by = this.choose("chartby", [["-1", this.say("chartnone")], ...columns], String(choice.by), (value) => (choice.by = Number(value)), again)
    place.replaceChildren(make("div", { class: "grid-tools" }, kinds, x, y, by), canvas)
    await again()
  }

  /** Take another kind of chart, with the columns that it takes: two of names for a field, two of numbers for a cloud. */
  private turned(answer: Answer, choice: Choice, kind: Choice["kind"], place: HTMLElement): void {
    choice.kind = kind
    // A field of squares has two sides: the other column of names, where there is one.
    const other = answer.variables.findIndex((_, at) => at !== choice.x && at !== choice.y && !isNumber(answer.rows[0]?.[at]))
    const parted = place.querySelectorAll("select")[3]
    if (kind === "heat" && choice.by < 0 && other >= 0 && parted) {
      choice.by = other
      parted.value = String(other)
    }
    const numbers = answer.variables.map((_, at) => at).filter((at) => at !== choice.y && figures(answer.rows, at))
    if (kind !== "scatter" || isNumber(answer.rows[0]?.[choice.x]) || numbers[0] === undefined) return
    choice.x = numbers[0]
    const along = place.querySelectorAll("select")[1]
    if (along) along.value = String(choice.x)
  }

  private async map(answer: Answer, place: HTMLElement): Promise<void> {
    const where = placed(answer)
    if (!where) return
    const { drawn } = await import("./map")
    const counted = this.columns(answer).filter(([at]) => answer.rows.slice(0, 50).some((row) => isNumber(row[Number(at)])))
    let measure = Number(counted[0]?.[0] ?? -1)
    const canvas = make("div", {})
    const again = this.again(() => drawn(canvas, answer, where, measure, this.dataset))
    const shade = this.choose("shadedby", [["-1", this.say("howmany")], ...counted], String(measure), (value) => (measure = Number(value)), again)
    place.replaceChildren(...(where.kind === "district" ? [make("div", { class: "grid-tools" }, shade)] : []), canvas)
    await again()
  }

  private async timeline(answer: Answer, place: HTMLElement): Promise<void> {
    const { drawn, guessed } = await import("./timeline")
    const when = guessed(answer)
    const canvas = make("div", {})
    const again = this.again(() => drawn(canvas, answer, when, this.dataset))
    const columns = this.columns(answer)
    const dates = columns.filter(([at]) => answer.rows.some((row) => isDate(row[Number(at)])))
    place.replaceChildren(
      make(
        "div",
        { class: "grid-tools" },
        this.choose("timeat", dates, String(when.at), (value) => (when.at = Number(value)), again),
        this.choose("timelane", [["-1", this.say("chartnone")], ...columns], String(when.lane), (value) => (when.lane = Number(value)), again),
        this.choose("timename", columns, String(when.name), (value) => (when.name = Number(value)), again),
      ),
      canvas,
    )
    await again()
  }

  private async pivot(answer: Answer, place: HTMLElement): Promise<void> {
    const { drawn, guessed, MEASURES } = await import("./pivot")
    const turn = guessed(answer)
    const canvas = make("div", {})
    const again = (): Promise<void> => drawn(canvas, answer, turn, this.dataset)
    const columns = this.columns(answer)
    const none: [string, string] = ["-1", this.say("chartnone")]
    place.replaceChildren(
      make(
        "div",
        { class: "grid-tools" },
        this.choose("pivotrows", columns, String(turn.rows), (value) => (turn.rows = Number(value)), again),
        this.choose("pivotcolumns", [none, ...columns], String(turn.columns), (value) => (turn.columns = Number(value)), again),
        this.choose("measure", MEASURES.map((each) => [each, this.say(`measure${each}`)]), turn.measure, (value) => (turn.measure = value as typeof turn.measure), again),
        this.choose("pivotof", [["-1", this.say("wholerows")], ...columns], String(turn.of), (value) => (turn.of = Number(value)), again),
      ),
      canvas,
    )
    await again()
  }

  private columns(answer: Answer): [string, string][] {
    return answer.variables.map((name, at) => [String(at), name])
  }

  /** Draw anew, and take away what was drawn before. */
  private again(drawn: () => Promise<() => void>): () => Promise<void> {
    return async () => {
      this.leave?.()
      this.leave = undefined
      this.leave = await drawn()
    }
  }

  private async network(answer: Answer, place: HTMLElement): Promise<void> {
    const { picture } = await import("./picture")
    this.leave = await picture(place, answer, this.dataset)
  }

  private choose(name: string, options: [string, string][], now: string, set: (value: string) => void, then: () => Promise<void>): HTMLElement {
    const select = make("select", {}, ...options.map(([value, words]) => make("option", { value, ...(value === now ? { selected: "" } : {}) }, words)))
    select.addEventListener("change", () => {
      set(select.value)
      void then()
    })
    return make("label", {}, `${this.say(name)} `, select)
  }

  private raw(answer: Answer, place: HTMLElement): void {
    const raw = answer.kind !== "triples" && answer.raw.length <= RAW_LAID_OUT ? JSON.stringify(JSON.parse(answer.raw), null, 2) : answer.raw
    const text = raw.length > RAW_SHOWN ? `${raw.slice(0, RAW_SHOWN)}\n…` : raw
    const cut = notes([raw.length > RAW_SHOWN && filled(this.dataset.rawcut, { n: RAW_SHOWN, all: raw.length })])
    place.replaceChildren(...cut, make("pre", { class: "code raw", tabindex: "0", translate: "no" }, text))
  }
}

customElements.define("gov-answer", AnswerView)
