// An answer as a network: what its statements join, or what stands side by side in its rows.
import { make } from "../elements/dom"
import { draw, type Drawn, type Edge, type Layout, type Node } from "../network/network"
import type { Answer } from "./asking"
import { things } from "./joining"
import { known, learn } from "./names"
import { filled, notes } from "./saying"

const MOST = 1000 // nodes; more is no picture

const named = (iri: string): string => known(iri)?.text ?? iri.replace(/.*[/#](?=.)/, "")
const kind = (iri: string): string => /\/([\w-]+)\/[^/]*$/.exec(iri)?.[1] ?? ""

interface Network {
  nodes: Node[]
  edges: Edge[]
  /** How many things there are, and how many rows join no two of them. */
  all: number
  lost: number
}

async function networkOf(answer: Answer): Promise<Network> {
  const pairs = answer.rows.flatMap((row): [string, string, string][] => {
    if (answer.kind === "triples") return things([row[0], row[2]]).length === 2 ? [[row[0]?.value ?? "", row[1]?.value ?? "", row[2]?.value ?? ""]] : []
    const found = things(row)
    return found.slice(1).map((cell, at) => [found[at]?.value ?? "", "", cell.value])
  })
  const ids = new Set<string>()
  const kept = pairs.filter(([from, , to]) => {
    if (ids.size >= MOST && !(ids.has(from) && ids.has(to))) return false
    ids.add(from).add(to)
    return true
  })
  const all = new Set(pairs.flatMap(([from, , to]) => [from, to])).size
  const joined = answer.kind === "triples" ? pairs.length : answer.rows.filter((row) => things(row).length > 1).length
  await learn([...ids, ...kept.map(([, name]) => name).filter(Boolean)])
  const nodes = [...ids].map((id) => ({ id, label: named(id), kind: kind(id), url: known(id)?.url ?? "" }))
  const apart = new Map(kept.map(([from, name, to]) => [`${from} ${name} ${to}`, { from, to, label: name ? named(name) : "" }]))
  return { nodes, edges: [...apart.values()], all, lost: answer.rows.length - joined }
}

/** Draw into `place`; gives what takes it away. */
export async function picture(place: HTMLElement, answer: Answer, words: DOMStringMap): Promise<() => void> {
  const { nodes, edges, all, lost } = await networkOf(answer)
  const frame = make("div", { class: "network-frame", role: "img", "aria-label": (words.networklabel ?? "").replace("{nodes}", String(nodes.length)).replace("{edges}", String(edges.length)) })
  const told = make("p", { class: "network-told", role: "status" })
  let drawn: Drawn | undefined
  const layouts = make("div", { class: "grid-tools", role: "group", "aria-label": words.layout ?? "" })
  for (const name of ["force", "layered", "concentric"] as Layout[]) {
    const button = make("button", { type: "button", class: "button quiet" }, words[`layout${name}`] ?? name)
    button.addEventListener("click", () => drawn?.layout(name))
    layouts.append(button)
  }
  for (const [sign, name, act] of [
    ["+", "larger", () => drawn?.zoom(1.3)],
    ["−", "smaller", () => drawn?.zoom(1 / 1.3)],
    ["⤢", "whole", () => drawn?.fit()],
  ] as [string, string, () => void][]) {
    const button = make("button", { type: "button", class: "button quiet", "aria-label": words[name] ?? name, title: words[name] ?? name }, sign)
    button.addEventListener("click", act)
    layouts.append(button)
  }
  place.replaceChildren(layouts, frame, told, ...notes([all > nodes.length && filled(words.networkcut, { n: nodes.length, all }), lost > 0 && filled(words.networklost, { n: lost })]))
  drawn = draw(frame, nodes, edges, "force", (id) => tell(told, id))
  return () => drawn?.end()
}

/** Say which thing was chosen, and lead to its page. */
function tell(told: HTMLElement, id: string): void {
  const url = known(id)?.url || (/^https?:/.test(id) ? id : "")
  told.replaceChildren(url ? make("a", { href: url }, named(id)) : named(id), " ", make("span", { class: "faint" }, id))
}
