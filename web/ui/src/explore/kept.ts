// <gov-kept>: pictures kept in this browser, for who has not signed in: names and addresses.
import { kept, make } from "../elements/dom"

const KEY = "explored"
const MOST = 50

interface Picture {
  name: string
  url: string
}

function pictures(): Picture[] {
  try {
    const found = JSON.parse(kept.read(KEY) ?? "[]") as Picture[]
    return found.filter((each) => each.url.startsWith("/explore?"))
  } catch {
    return []
  }
}

class Kept extends HTMLElement {
  connectedCallback(): void {
    this.show()
  }

  private show(): void {
    const { url, keep, name, suggested, away, title } = this.dataset
    const parts: Node[] = []
    if (url) {
      const field = make("input", { maxlength: "120", value: suggested ?? "" })
      const button = make("button", { type: "button", class: "button quiet" }, keep ?? "")
      button.addEventListener("click", () => {
        const named = field.value.trim() || new Date().toLocaleString(document.documentElement.lang)
        this.write([{ name: named, url }, ...pictures().filter((each) => each.url !== url)])
      })
      parts.push(make("p", {}, make("label", {}, `${name ?? ""} `, field), " ", button))
    }
    const held = pictures()
    if (held.length) {
      const rows = held.map((each) => {
        const drop = make("button", { type: "button", class: "act" }, away ?? "", make("span", { class: "unseen" }, ` ${each.name}`))
        drop.addEventListener("click", () => this.write(pictures().filter((other) => other.url !== each.url)))
        return make("li", {}, make("a", { href: each.url }, each.name), " ", drop)
      })
      parts.push(make("p", { class: "note" }, title ?? ""), make("ul", {}, ...rows))
    }
    this.replaceChildren(...parts)
  }

  private write(all: Picture[]): void {
    kept.write(KEY, JSON.stringify(all.slice(0, MOST)))
    this.show()
  }
}

customElements.define("gov-kept", Kept)
