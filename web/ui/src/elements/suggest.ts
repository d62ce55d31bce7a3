// <gov-suggest>: the search field offers what it may mean, by kind, while one types.
import { Asker } from "./ask"
import { make } from "./dom"
import { Listbox } from "./listbox"

class Suggest extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector("input")
    if (!input) return
    const list = new Listbox(input, input.labels?.[0]?.textContent ?? "")
    const spokenCount = make("span", { class: "unseen", role: "status" })
    this.append(list.element, spokenCount)
    const asker = new Asker(this.dataset.src ?? "", (groups, words) => {
      if (input.value.trim() !== words || document.activeElement !== input) return
      list.show(groups, this.dataset.none)
      spokenCount.textContent = (this.dataset.count ?? "").replace("{n}", String(list.size))
    })
    const ask = () => {
      const words = input.value.trim()
      if (words) asker.ask(words)
      else {
        asker.stop()
        list.hide()
      }
    }
    input.addEventListener("input", (event) => {
      if (!(event as InputEvent).isComposing) ask()
    })
    input.addEventListener("compositionend", ask)
    input.addEventListener("focus", () => {
      if (input.value.trim() && input.value !== input.defaultValue) ask()
    })
    input.addEventListener("blur", () => {
      asker.stop()
      list.hide()
    })
    input.addEventListener("keydown", (event) => {
      if (list.key(event)) event.preventDefault()
      else if (event.key === "Escape" && !list.element.hidden) {
        event.preventDefault()
        list.hide()
      }
    })
  }
}

customElements.define("gov-suggest", Suggest)
