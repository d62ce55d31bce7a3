// <gov-reveal>: a button beside a password that shows what was typed, until it is sent or hidden again.
import { make } from "./dom"

class Reveal extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector("input")
    if (!field || this.querySelector("button")) return
    const button = make("button", { type: "button", class: "button quiet", "aria-pressed": "false" }, this.dataset.show ?? "")
    const show = (shown: boolean): void => {
      field.type = shown ? "text" : "password"
      button.textContent = (shown ? this.dataset.hide : this.dataset.show) ?? ""
      button.ariaPressed = String(shown)
    }
    button.setAttribute("aria-controls", field.id)
    button.addEventListener("click", () => show(field.type === "password"))
    field.form?.addEventListener("submit", () => show(false))
    this.append(button)
  }
}

customElements.define("gov-reveal", Reveal)
