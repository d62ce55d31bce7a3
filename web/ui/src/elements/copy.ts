// <gov-copy data-text="…">: a button that takes the words along; without data-text, those of the
// <pre> of its figure.
import { taken } from "./clipboard"
import { make } from "./dom"

const SHOWN = 1600 // ms that "copied" stays

class Copy extends HTMLElement {
  connectedCallback(): void {
    const label = this.dataset.label ?? ""
    const button = make("button", { type: "button" }, label)
    const said = make("span", { class: "unseen", role: "status" })
    button.addEventListener("click", async () => {
      if (!(await taken(this.words))) return
      button.textContent = said.textContent = this.dataset.done ?? ""
      setTimeout(() => {
        button.textContent = label
        said.textContent = ""
      }, SHOWN)
    })
    this.replaceChildren(button, said)
  }

  private get words(): string {
    return this.dataset.text ?? this.closest("figure")?.querySelector("pre")?.textContent ?? ""
  }
}

customElements.define("gov-copy", Copy)
