// The picture of lineage: what the table beside it says, drawn; goes along steps by the keyboard.
import { make } from "../elements/dom"
import { draw, type Drawn, type Edge, type Layout, type Node } from "../network/network"
import { colours } from "../network/colours"
import { svgOf } from "../network/export"

interface Step extends Edge {
  state: string
}
interface Thing extends Node {
  page: string
  note: string
}
interface Told {
  nodes: Thing[]
  edges: Step[]
}

class Lineage extends HTMLElement {
  private drawn: Drawn | undefined
  private told: Told = { nodes: [], edges: [] }
  private chosen = ""
  private readonly status = make("p", { class: "network-told", role: "status" })

  connectedCallback(): void {
    const text = this.querySelector("script")?.textContent
    if (!text || this.drawn) return
    this.told = JSON.parse(text) as Told
    const { nodes, edges } = this.told
    const label = (this.dataset.network ?? "").replace("{nodes}", String(nodes.length)).replace("{edges}", String(edges.length))
    const frame = make("div", { class: "network-frame", tabindex: "0", role: "application", "aria-label": `${label}. ${this.dataset.keys ?? ""}` })
    this.append(this.tools(), frame, this.status)
    const shown = edges.map((each) => ({ ...each, faint: each.state === "ended" || each.state === "derived" }))
    this.drawn = draw(frame, nodes, shown, (this.dataset.layout as Layout | undefined) ?? "layered", (id) => this.choose(id))
    this.chosen = nodes.find((each) => each.centre)?.id ?? ""
    frame.addEventListener("keydown", (event) => this.key(event))
  }

  disconnectedCallback(): void {
    this.drawn?.end()
    this.drawn = undefined
  }

  private tools(): HTMLElement {
    const bar = make("div", { class: "grid-tools", role: "group", "aria-label": this.dataset.tools ?? "" })
    const acts: [string, string, () => void][] = [
      ["+", this.dataset.larger ?? "", () => this.drawn?.zoom(1.3)],
      ["−", this.dataset.smaller ?? "", () => this.drawn?.zoom(1 / 1.3)],
      ["⤢", this.dataset.whole ?? "", () => this.drawn?.fit()],
      ["PNG", "PNG", () => this.png()],
      ["SVG", "SVG", () => this.svg()],
    ]
    for (const [sign, name, act] of acts) {
      const button = make("button", { type: "button", class: "button quiet", "aria-label": name, title: name }, sign)
      button.addEventListener("click", act)
      bar.append(button)
    }
    return bar
  }

  private png(): void {
    const picture = this.drawn?.core.png({ full: true, scale: 2, output: "blob", bg: colours()["--paper"] })
    if (picture) save(picture as unknown as Blob, `${this.dataset.name ?? "lineage"}.png`)
  }

  private svg(): void {
    if (this.drawn) save(new Blob([svgOf(this.drawn.core)], { type: "image/svg+xml" }), `${this.dataset.name ?? "lineage"}.svg`)
  }

  /** Say which thing was chosen, and where it leads. */
  private choose(id: string): void {
    const thing = this.told.nodes.find((each) => each.id === id)
    if (!thing || !this.drawn) return
    this.chosen = id
    this.drawn.core.nodes().removeClass("chosen")
    this.drawn.core.getElementById(id).addClass("chosen")
    if (this.told.edges.some((each) => each.quiet)) this.drawn.near(id)
    const parts: (globalThis.Node | string)[] = [make("b", {}, thing.label), " "]
    if (thing.note) parts.push(make("span", { class: "faint" }, thing.note), " ")
    if (thing.url && this.dataset.begin) parts.push(make("a", { href: thing.url }, this.dataset.begin), " ")
    if (thing.page) parts.push(make("a", { href: thing.page }, this.dataset.page ?? ""))
    this.status.replaceChildren(...parts)
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Enter") {
      const url = this.told.nodes.find((each) => each.id === this.chosen)?.url
      if (url) location.assign(url)
      return
    }
    const next = this.next(event.key)
    if (!next) return
    event.preventDefault()
    this.choose(next)
    const node = this.drawn?.core.getElementById(next)
    if (node) this.drawn?.core.center(node)
  }

  /** Left and right go along the steps; up and down among those that share a neighbour. */
  private next(key: string): string | undefined {
    const { edges, nodes } = this.told
    if (!this.chosen) return key.startsWith("Arrow") ? nodes[0]?.id : undefined
    if (key === "ArrowRight") return edges.find((each) => each.from === this.chosen)?.to
    if (key === "ArrowLeft") return edges.find((each) => each.to === this.chosen)?.from
    if (key !== "ArrowDown" && key !== "ArrowUp") return undefined
    const beside = edges.flatMap((each) => {
      if (edges.some((mine) => mine.from === each.from && mine.to === this.chosen)) return [each.to]
      if (edges.some((mine) => mine.to === each.to && mine.from === this.chosen)) return [each.from]
      return []
    })
    const ring = [...new Set(beside)]
    const at = ring.indexOf(this.chosen)
    return ring[(at + (key === "ArrowDown" ? 1 : ring.length - 1)) % ring.length]
  }
}

function save(data: Blob, name: string): void {
  const url = URL.createObjectURL(data)
  make("a", { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

customElements.define("gov-lineage", Lineage)
