// <gov-explore>: draws what the page has in view. Every act is one of the page's own buttons: it
// leads to another address, which is fetched, and what differs is put in place.
import cytoscape, { type Core, type ElementDefinition, type EventObject, type NodeSingular, type Position } from "cytoscape"
import dagre from "cytoscape-dagre"
import fcose from "cytoscape-fcose"
import { drawing, make } from "../elements/dom"
import { colours, onScheme } from "../network/colours"
import { lay, moved, settle } from "./layouts"
import { declutter, look, OUTLINES, retell, short, size, style } from "./looks"
import { movable } from "./moving"
import { svgOf } from "./paper"

cytoscape.use(fcose)
cytoscape.use(dagre)

interface Thing {
  id: string
  label: string
  kind: string
  kindName: string
  group?: string
  of?: boolean
  note?: string
  pin?: true | [number, number]
  url?: string
  count?: number
}
interface Line {
  from: string
  to: string
  label: string
  terms: string[]
  way?: boolean
}
interface Told {
  nodes: Thing[]
  edges: Line[]
  groups: { id: string; label: string; count: number }[]
  folded: string[]
  layout: string
  by: string
}

const PARTS = ["explore-state", "explore-told", "explore-side", "explore-below"]
const MANY = 250 // things from which lines are drawn plainly, and what is moved by hand on a sheet above
const PINS = 200 // that one address holds

class Explore extends HTMLElement {
  private core: Core | undefined
  private told: Told = { nodes: [], edges: [], groups: [], folded: [], layout: "", by: "" }
  private readonly frame = make("div", { class: "network-frame", tabindex: "0", role: "application" })
  private readonly status = make("p", { class: "network-told", role: "status" })
  private readonly legend = make("ul", { class: "explore-legend" })
  private at = ""
  private partly = false // whether only a part of the picture is in sight
  private asked = 0
  private unwatch = (): void => undefined
  private readonly buttons: Record<string, HTMLButtonElement> = {}

  connectedCallback(): void {
    const text = this.querySelector("script")?.textContent
    if (!text || this.core) return
    const keys = make("details", { class: "explore-keys" }, make("summary", {}, this.word("keyname")), make("p", {}, this.word("keys")))
    this.append(this.tools(), this.frame, this.legend, this.status, keys)
    cytoscape.warnings(false)
    this.core = cytoscape({ container: this.frame, style: [], minZoom: 0.05, maxZoom: 3, autounselectify: true, boxSelectionEnabled: false })
    this.listen(this.core)
    this.draw(JSON.parse(text) as Told, true)
    this.form?.addEventListener("submit", (event) => this.submitted(event))
    this.form?.querySelectorAll("select").forEach((each) => each.addEventListener("change", () => this.form?.requestSubmit()))
    addEventListener("popstate", this.back)
    this.turned()
  }

  disconnectedCallback(): void {
    removeEventListener("popstate", this.back)
    this.unwatch()
    this.core?.destroy()
    this.core = undefined
  }

  private get form(): HTMLFormElement | null {
    return document.querySelector<HTMLFormElement>("form#explore")
  }

  private word(name: string): string {
    return this.dataset[name] ?? ""
  }

  // The picture ------------------------------------------------------------------------------

  private listen(core: Core): void {
    core.on("tap", "node", (event: EventObject) => this.chosen(event.target as NodeSingular))
    core.on("dbltap", "node", () => document.querySelector<HTMLButtonElement>("#explore-side .explore-relations .do button")?.click())
    core.on("mouseover", "node", (event: EventObject) => this.near(event.target as NodeSingular))
    core.on("mouseout", "node", () => this.near(core.getElementById(this.at)))
    core.on("dragfree", "node", (event: EventObject) => this.dropped(event.target as NodeSingular))
    let waiting = 0
    core.on("viewport", () => {
      clearTimeout(waiting)
      waiting = window.setTimeout(() => declutter(core), 90)
    })
    this.frame.addEventListener("keydown", (event) => this.key(event))
    this.frame.addEventListener("focus", () => {
      if (!this.at) this.stand(this.told.nodes.find((each) => each.of)?.id ?? this.told.nodes[0]?.id ?? "")
    })
    const recolour = (): void => void core.style(style(colours(), this.told.nodes.length > MANY))
    const unscheme = onScheme(recolour)
    const sized = new ResizeObserver(() => {
      core.resize()
      declutter(core)
    })
    sized.observe(this.frame)
    const unmoved = movable(core, this.frame, (node) => this.dropped(node))
    this.unwatch = () => {
      unmoved()
      unscheme()
      sized.disconnect()
    }
  }

  /** Put what is told in place of what was drawn; only what differs moves. */
  private draw(told: Told, first = false): void {
    const core = this.core
    if (!core) return
    const before = new Map<string, Position>(core.nodes().map((each) => [each.id(), { ...each.position() }]))
    const was = this.told
    this.told = told
    const wanted = new Map(this.elements(told).map((each) => [String(each.data.id), each]))
    let changed = first || was.layout !== told.layout || was.by !== told.by
    core.style(style(colours(), told.nodes.length > MANY))
    core.batch(() => {
      core.elements().filter((each) => !wanted.has(each.id())).forEach((each) => void (changed = Boolean(each.remove()) || changed))
      const fresh: ElementDefinition[] = []
      for (const [id, each] of wanted) {
        const held = core.getElementById(id)
        if (held.nonempty() && (held.data("parent") ?? undefined) === each.data.parent) {
          held.data(each.data)
          held.classes(each.classes as unknown as string[])
        } else {
          held.remove()
          fresh.push(this.placed(each, before, fresh.length))
          changed = changed || each.group === "nodes"
        }
      }
      core.add(fresh)
    })
    textured(core, told.nodes.length > MANY)
    core.autoungrabify(told.nodes.length > MANY)
    if (changed) {
      lay(core, told.layout, first || was.layout !== told.layout || was.by !== told.by || before.size === 0)
      this.partly = !settle(core)
      if (!first) moved(core, before)
    }
    this.stand(core.nodes(".of").first().id() ?? (core.getElementById(this.at).nonempty() ? this.at : ""))
    declutter(core)
    setTimeout(() => core.destroyed() || declutter(core), 300)
    this.describe()
    const said = this.status.textContent ?? ""
    if (this.partly && !said.includes(this.word("part"))) this.status.textContent = `${said} ${this.word("part")}`.trim()
  }

  /** A new thing begins beside what it is linked to. */
  private placed(each: ElementDefinition, before: Map<string, Position>, place: number): ElementDefinition {
    if (each.group !== "nodes" || each.classes === "group") return each
    const id = String(each.data.id)
    const beside = this.told.edges.find((line) => (line.from === id && before.has(line.to)) || (line.to === id && before.has(line.from)))
    const from = beside && before.get(beside.from === id ? beside.to : beside.from)
    const turn = before.size + ((this.core?.nodes().length ?? 0) + place) * 2.4
    return from ? { ...each, position: { x: from.x + 70 * Math.cos(turn), y: from.y + 70 * Math.sin(turn) } } : each
  }

  private elements(told: Told): ElementDefinition[] {
    const links = new Map<string, Set<string>>()
    for (const { from, to } of told.edges) {
      links.set(from, (links.get(from) ?? new Set()).add(to))
      links.set(to, (links.get(to) ?? new Set()).add(from))
    }
    const folded = new Set(told.folded)
    const boxed = Boolean(told.by)
    const stands = new Map(told.nodes.map((each) => [each.id, each.group && folded.has(each.group) && !each.of ? `group ${each.group}` : each.id]))
    const groups = told.groups.map((each): ElementDefinition => {
      const label = `${each.label} (${each.count})`
      const data = { id: `group ${each.id}`, set: 12, room: 300, shown: folded.has(each.id) ? short(label) : label, label, font: 12.5, links: each.count, fold: each.id, size: folded.has(each.id) ? 40 + 12 * Math.min(24, label.length) : 10 }
      return { group: "nodes", data, classes: folded.has(each.id) ? "folded" : "group" }
    })
    const nodes = told.nodes.filter((each) => stands.get(each.id) === each.id).map((each): ElementDefinition => {
      const count = links.get(each.id)?.size ?? 0
      const shown = each.count ? `${each.label} ${each.count.toLocaleString()}` : short(each.label)
      const at = Array.isArray(each.pin) ? { x: each.pin[0], y: each.pin[1] } : undefined
      const weight = each.count ? Math.log2(1 + each.count) * 2 : count
      const data = { id: each.id, label: each.label, shown, set: 12, room: 130, kind: each.kind, links: weight, group: each.group ?? "", size: size(weight, each.kind), font: each.kind === "item" ? 11 : 12.5, at, parent: boxed && each.group && !folded.has(each.group) ? `group ${each.group}` : undefined }
      const classes = ["quiet", each.of ? "of" : "", each.pin ? "pinned" : "", each.note ? "noted" : ""].filter(Boolean).join(" ")
      return { group: "nodes", data, classes, ...(at ? { position: at } : {}) }
    })
    const lines = new Map<string, ElementDefinition>()
    for (const each of told.edges) {
      const [source, target] = [stands.get(each.from), stands.get(each.to)]
      if (!source || !target || source === target) continue
      const id = `${source} → ${target}`
      const held = lines.get(id)
      const label = held && source + target !== each.from + each.to ? String(Number(held.data.many ?? 1) + 1) : each.label
      lines.set(id, { group: "edges", data: { id, source, target, label, set: 10.5, many: Number(held?.data.many ?? 0) + 1 }, classes: each.way ? "way" : "" })
    }
    return [...(boxed ? groups : []), ...nodes, ...lines.values()]
  }

  /** Say how much is drawn, and what each look means. */
  private describe(): void {
    const { nodes, edges } = this.told
    const label = this.word("network").replace("{nodes}", String(nodes.length)).replace("{edges}", String(edges.length))
    this.frame.setAttribute("aria-label", `${label}. ${this.word("keys")}`)
    const kinds = new Map(nodes.map((each) => [each.kind, each.kindName]))
    this.legend.replaceChildren(...[...kinds].map(([kind, name]) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
      const { shape, series } = look(kind)
      for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", width: "12", height: "12", "aria-hidden": "true", class: `series-${series}` })) svg.setAttribute(key, value)
      path.setAttribute("d", OUTLINES[shape] ?? OUTLINES.ellipse ?? "")
      svg.append(path)
      return make("li", {}, svg, name)
    }))
  }

  /** Leave a thing and its neighbours in full ink; say its links. */
  private near(node: NodeSingular): void {
    const core = this.core
    if (!core) return
    core.batch(() => {
      core.elements(".far, .near").removeClass("far near")
      if (!node.nonempty() || node.hasClass("group")) return
      node.connectedEdges().addClass("near")
      // What is stood on does not put the rest in the shade; nor does anything among very many.
      if (node.same(core.getElementById(this.at)) || this.told.nodes.length > MANY) return
      const here = node.closedNeighborhood()
      core.elements().not(here.union(here.parents())).addClass("far")
    })
    if (this.told.nodes.length > MANY) retell(core)
    else declutter(core)
  }

  /** Stand on a thing: where the keys go on from. */
  private stand(id: string): void {
    const core = this.core
    if (!core) return
    this.at = id
    core.nodes().removeClass("at")
    const node = core.getElementById(id)
    if (node.empty()) return
    node.addClass("at")
    this.near(node)
    const thing = this.told.nodes.find((each) => each.id === id)
    const pinned = thing?.pin ? `, ${this.word("pinned")}` : ""
    this.status.textContent = `${String(node.data("label"))}${thing ? ` · ${thing.kindName}${pinned}` : ""}${thing?.note ? ` · ${thing.note}` : ""}`
  }

  private chosen(node: NodeSingular): void {
    const fold = node.data("fold") as string | undefined
    if (fold) return this.act(`${node.hasClass("folded") ? "unfold" : "fold"} ${fold}`)
    this.stand(node.id())
    const thing = this.told.nodes.find((each) => each.id === node.id())
    if (thing?.url) location.assign(thing.url)
    else this.act(`look ${node.id()}`)
  }

  /** What was moved by hand stays there: the address says so, and nothing of the page is asked for anew. */
  private dropped(node: NodeSingular): void {
    const thing = this.told.nodes.find((each) => each.id === node.id())
    const state = document.getElementById("explore-state")
    if (node.data("fold") || !thing || !state) return
    const [x, y] = [Math.round(node.position().x), Math.round(node.position().y)]
    const pins = [...state.querySelectorAll<HTMLInputElement>('[name="pin"]')]
    const held = pins.find((each) => each.value === thing.id || each.value.startsWith(`${thing.id}~`))
    if (!held && pins.length >= PINS) return this.act(`pin ${thing.id}~${x}~${y}`) // refused, with the reason
    const field = held ?? make("input", { type: "hidden", name: "pin" })
    field.value = `${thing.id}~${x}~${y}`
    state.append(field)
    thing.pin = [x, y]
    node.data("at", { x, y }).addClass("pinned")
    const where = this.where()
    history.pushState({ explore: step() + 1 }, "", kept(where, location.href))
    this.readdressed(where)
    for (const each of document.querySelectorAll<HTMLButtonElement>('.do button, .explore-acts button')) {
      if (each.value !== `pin ${thing.id}`) continue
      each.value = `loose ${thing.id}`
      if (each.firstChild) each.firstChild.textContent = this.word(each.closest(".explore-acts") ? "loosen" : "loose")
    }
    this.stand(thing.id)
    this.turned()
    if (this.core) declutter(this.core)
  }

  /** The address of what is in view, as the fields of the page say it. */
  private where(): string {
    const asked = new URLSearchParams()
    for (const [name, value] of new FormData(this.form ?? undefined)) if (value && name !== "text" && name !== "to" && name !== "q") asked.append(name, String(value))
    return `/explore?${asked}`
  }

  /** Have what shares, keeps and hands out the picture lead to this address. */
  private readdressed(where: string): void {
    const was = this.dataset.url ?? ""
    const [before, after] = [was.slice(was.indexOf("?")), where.slice(where.indexOf("?"))]
    if (!was.includes("?")) return
    this.dataset.url = where
    for (const each of document.querySelectorAll("#keep *, #explore-below .downloads a")) {
      for (const { name, value } of [...each.attributes]) if (value.includes(before)) each.setAttribute(name, value.replace(before, after))
      if (each.childElementCount === 0 && each.textContent?.includes(before)) each.textContent = each.textContent.replace(before, after)
      if (each.localName.startsWith("gov-")) each.replaceWith(each.cloneNode()) // begins anew with its new address
    }
  }

  // Keys -------------------------------------------------------------------------------------

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key.toLowerCase() === "z" && !event.altKey) {
        event.preventDefault()
        if (event.shiftKey) history.forward()
        else this.undo()
      }
      return
    }
    const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    const way = arrows[event.key]
    const node = this.core?.getElementById(this.at)
    const fold = (node?.data("fold") as string | undefined) ?? (node?.data("group") as string | undefined)
    const acts: Record<string, () => void> = {
      Enter: () => node?.nonempty() && this.chosen(node as NodeSingular),
      "+": () => this.zoom(1.3), "=": () => this.zoom(1.3), "-": () => this.zoom(1 / 1.3), "0": () => this.core && settle(this.core),
      p: () => this.act(`${node?.hasClass("pinned") ? "loose" : "pin"} ${this.at}`), h: () => this.act(`hide ${this.at}`), Delete: () => this.act(`hide ${this.at}`),
      f: () => fold && this.told.by && this.act(`${node?.hasClass("folded") ? "unfold" : "fold"} ${fold}`), u: () => this.undo(), r: () => history.forward(),
      l: () => document.getElementById("explore-side")?.focus(),
    }
    const act = way ? () => this.step(way) : acts[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  /** Go to the nearest thing in a direction. */
  private step([dx, dy]: [number, number]): void {
    const core = this.core
    const here = core?.getElementById(this.at)
    if (!core || !here?.nonempty()) return
    const from = here.position()
    let best: { id: string; far: number } | undefined
    core.nodes().not(".group").forEach((each) => {
      const along = (each.position().x - from.x) * dx + (each.position().y - from.y) * dy
      const beside = Math.abs((each.position().x - from.x) * dy) + Math.abs((each.position().y - from.y) * dx)
      const far = along + 2.2 * beside
      if (along > 1 && beside < 1.8 * along && (!best || far < best.far)) best = { id: each.id(), far }
    })
    if (!best) return
    this.stand(best.id)
    const node = core.getElementById(best.id)
    const { x, y } = node.renderedPosition()
    if (x < 40 || y < 40 || x > core.width() - 40 || y > core.height() - 40) core.center(node)
  }

  private zoom(by: number): void {
    const core = this.core
    core?.zoom({ level: core.zoom() * by, renderedPosition: { x: core.width() / 2, y: core.height() / 2 } })
  }

  // Tools ------------------------------------------------------------------------------------

  private tools(): HTMLElement {
    const bar = make("div", { class: "explore-tools", role: "toolbar", "aria-label": this.word("tools") })
    const acts: [string, string, string, () => void][] = [
      ["undo", "↶", this.word("undo"), () => this.undo()],
      ["redo", "↷", this.word("redo"), () => history.forward()],
      ["larger", "+", this.word("larger"), () => this.zoom(1.3)],
      ["smaller", "−", this.word("smaller"), () => this.zoom(1 / 1.3)],
      ["whole", "⤢", this.word("whole"), () => this.core?.fit(undefined, 36)],
      ["again", "⟳", this.word("again"), () => this.again()],
      ["full", "", this.word("full"), () => void (document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen())],
      ["png", "PNG", "PNG", () => this.png()],
      ["svg", "SVG", "SVG", () => this.svg()],
    ]
    for (const [name, sign, label, act] of acts) {
      if (!this.form?.querySelector("#explore-state") && (name === "undo" || name === "redo")) continue
      const drawn = name === "full" ? drawing(["M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"]) : sign
      const button = make("button", { type: "button", class: "button quiet", "aria-label": label, title: label }, drawn)
      button.addEventListener("click", act)
      this.buttons[name] = button
      bar.append(button)
    }
    return bar
  }

  private again(): void {
    if (!this.core) return
    lay(this.core, this.told.layout, true)
    settle(this.core)
    declutter(this.core)
  }

  private png(): void {
    const picture = this.core?.png({ full: true, scale: 2, output: "blob", bg: colours()["--paper"], maxWidth: 8000, maxHeight: 8000 })
    if (picture) save(picture as unknown as Blob, "explore.png")
  }

  private svg(): void {
    if (this.core) save(new Blob([svgOf(this.core, colours())], { type: "image/svg+xml" }), "explore.svg")
  }

  // Acts -------------------------------------------------------------------------------------

  private submitted(event: SubmitEvent): void {
    if (!this.form?.querySelector("#explore-state")) return
    event.preventDefault()
    const button = event.submitter as HTMLButtonElement | null
    this.go(button?.name === "do" ? button.value : "")
  }

  private act(what: string): void {
    if (this.form?.querySelector("#explore-state")) this.go(what)
  }

  private go(what: string): void {
    const form = this.form
    if (!form) return
    if (what.startsWith("look ")) return void this.look(what.slice(5))
    const asked = new URLSearchParams()
    for (const [name, value] of new FormData(form)) if (value && (what || name !== "text")) asked.append(name, String(value))
    if (what) asked.append("do", what)
    if (what) asked.delete("q")
    void this.load(`${form.getAttribute("action") ?? ""}?${asked}`, "push")
  }

  /** Look at a thing: nothing else of the page changes. */
  private async look(id: string): Promise<void> {
    const field = this.form?.querySelector<HTMLInputElement>('#explore-state [name="of"]') ?? make("input", { type: "hidden", name: "of" })
    if (!field.isConnected) document.getElementById("explore-state")?.append(field)
    field.value = id
    const where = this.where()
    const asked = kept(where, location.href)
    const mine = ++this.asked
    try {
      const answer = await fetch(`${asked}&part=side`)
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("explore-side")
      if (mine !== this.asked || !fresh || !answer.ok) return
      const inside = document.activeElement?.closest("#explore-below, #explore-side")
      document.getElementById("explore-side")?.replaceWith(document.adoptNode(fresh))
      history.replaceState(history.state, "", asked)
      this.readdressed(where)
      this.told.nodes.forEach((each) => (each.of = each.id === id))
      this.core?.nodes().forEach((each) => void each.toggleClass("of", each.id() === id))
      this.stand(id)
      if (inside?.id === "explore-side") refocus(`look ${id}`, "explore-side")
    } catch {
      this.failed(this.word("failed"))
    }
  }

  private undo(): void {
    if (step() > 0) history.back()
  }

  private readonly back = (): void => void this.load(location.href, "stay")

  /** Fetch another state of the page and put it in place. */
  private async load(url: string, how: "push" | "stay"): Promise<void> {
    const mine = ++this.asked
    this.setAttribute("aria-busy", "true")
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" } })
      const page = new DOMParser().parseFromString(await answer.text(), "text/html")
      if (mine !== this.asked) return
      if (!answer.ok) return this.failed(page.querySelector(".state.failure dd")?.textContent ?? this.word("failed"))
      if (!page.getElementById("explore-state")) return location.assign(answer.url)
      const where = shown(page, answer.url)
      if (how === "push") history.pushState({ explore: step() + 1 }, "", where)
      this.swapped(page)
    } catch {
      if (mine === this.asked) this.failed(this.word("failed"))
    } finally {
      if (mine === this.asked) this.removeAttribute("aria-busy")
    }
  }

  private failed(words: string): void {
    this.status.textContent = words
  }

  private swapped(page: Document): void {
    const focused = document.activeElement
    const value = focused instanceof HTMLButtonElement ? focused.value : ""
    const inside = focused !== null && PARTS.some((id) => document.getElementById(id)?.contains(focused))
    const place = PARTS.find((id) => document.getElementById(id)?.contains(focused))
    for (const id of PARTS) {
      const fresh = page.getElementById(id)
      if (fresh) document.getElementById(id)?.replaceWith(document.adoptNode(fresh))
    }
    for (const each of this.form?.querySelectorAll("select") ?? []) {
      const other = page.querySelector<HTMLSelectElement>(`form#explore select[name="${each.name}"]`)
      if (other) each.value = other.value
    }
    const words = this.form?.querySelector<HTMLInputElement>('[name="q"]')
    if (words) words.value = page.querySelector<HTMLInputElement>('form#explore [name="q"]')?.value ?? ""
    const text = page.querySelector("gov-explore script")?.textContent
    if (text) this.draw(JSON.parse(text) as Told)
    this.status.textContent ||= this.word("shown").replace("{n}", String(this.told.nodes.length))
    if (inside) refocus(value, place)
    this.turned()
    document.dispatchEvent(new CustomEvent("explore-moved"))
  }

  private turned(): void {
    const undo = this.buttons.undo
    if (undo) undo.disabled = step() === 0
  }
}

/** While a large picture moves, its image moves, and is drawn anew when it stands. */
function textured(core: Core, on: boolean): void {
  const renderer = (core as unknown as { renderer: () => { textureOnViewport?: boolean } }).renderer()
  if (renderer) renderer.textureOnViewport = on
}

/** How many acts this page is away from where it was opened. */
const step = (): number => Number((history.state as { explore?: number } | null)?.explore ?? 0)

/** The address that says what is in view and nothing else, on the day and in the language that were asked for. */
function shown(page: Document, asked: string): string {
  const told = page.querySelector<HTMLElement>("gov-explore")?.dataset.url
  return told ? kept(told, asked) : asked
}

/** An address on the day and in the language of another. */
function kept(address: string, other: string): string {
  const where = new URL(address, location.href)
  for (const name of ["at", "lang"]) {
    const value = new URL(other, location.href).searchParams.get(name)
    if (value) where.searchParams.set(name, value)
  }
  return where.pathname + where.search
}

/** What a button is about: its thing and relation, without how far that is open. */
const about = (value: string): string => value.replace(/^\w+ /, "").replace(/~\d+(?=~|$)/, "")

/** Stay with the keyboard where one was: at the same button or its neighbour, else in the same part. */
function refocus(value: string, place: string | undefined): void {
  const part = place ? document.getElementById(place) : null
  const same = [...(part?.querySelectorAll("button") ?? [])].find((each) => value && about(each.value) === about(value))
  const target = same ?? part?.querySelector<HTMLElement>(".do button, button") ?? document.getElementById("explore-side")
  target?.focus({ preventScroll: true })
}

function save(data: Blob, name: string): void {
  const url = URL.createObjectURL(data)
  make("a", { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

customElements.define("gov-explore", Explore)
