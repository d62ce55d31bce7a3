// <gov-scheme>: the colours of the device, light, or dark; kept on this device.
import { drawing, kept, make } from "./dom"

const SCHEMES = ["system", "light", "dark"] as const
const SUN = "M8 4.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9 4 4M12 12l1.1 1.1M2.9 13.1 4 12M12 4l1.1-1.1"
const DRAWN: Record<(typeof SCHEMES)[number], [string, boolean?][]> = {
  system: [["M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"], ["M8 2a6 6 0 0 1 0 12z", true]],
  light: [[SUN]],
  dark: [["M13.5 9.8A6 6 0 1 1 6.2 2.5a5 5 0 0 0 7.3 7.3z"]],
}

class Scheme extends HTMLElement {
  private readonly button = make("button", { type: "button" })

  connectedCallback(): void {
    this.button.addEventListener("click", () => this.turn())
    this.replaceChildren(this.button)
    this.draw()
  }

  private get scheme(): (typeof SCHEMES)[number] {
    const chosen = document.documentElement.dataset.scheme
    return chosen === "light" || chosen === "dark" ? chosen : "system"
  }

  private turn(): void {
    const next = SCHEMES[(SCHEMES.indexOf(this.scheme) + 1) % SCHEMES.length] ?? "system"
    if (next === "system") delete document.documentElement.dataset.scheme
    else document.documentElement.dataset.scheme = next
    kept.write("scheme", next === "system" ? null : next)
    this.draw()
  }

  private draw(): void {
    const name = `${this.dataset.name}: ${this.dataset[this.scheme]}`
    this.button.replaceChildren(drawing(...DRAWN[this.scheme]))
    this.button.setAttribute("aria-label", name)
    this.button.title = name
  }
}

customElements.define("gov-scheme", Scheme)
