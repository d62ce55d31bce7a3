// <gov-suggest>: the search field offers what it may mean, by kind, while one types.
// With `data-act` a choice is not followed: its form does the act to it ("add dataset/jtw-0001").
import { Asker } from "./ask"
import { make } from "./dom"
import { type Choice, type Group, Listbox } from "./listbox"

class Suggest extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector("input")
    if (!input) return
    const list = new Listbox(input, input.labels?.[0]?.textContent ?? "")
    const spokenCount = make("span", { class: "unseen", role: "status" })
    this.append(list.element, spokenCount)
    const asker = new Asker(this.dataset.src ?? "", (groups, words) => {
      if (input.value.trim() !== words || document.activeElement !== input) return
      const { act } = this.dataset
      const acting = ({ label, items }: Group): Group => ({ label, items: items.map((each) => ({ ...each, act: () => doing(`${act} ${named(each)}`) })) })
      list.show(act ? groups.map(acting) : groups, this.dataset.none)
      spokenCount.textContent = (this.dataset.count ?? "").replace("{n}", String(list.size))
    })
    const doing = (what: string): void => {
      asker.stop()
      list.hide()
      input.value = ""
      const button = make("button", { type: "submit", name: "do", value: what, hidden: "" })
      input.form?.append(button)
      input.form?.requestSubmit(button)
      button.remove()
    }
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

/** The name of what was suggested, as it stands in an address of the explorer. */
const named = ({ href }: Choice): string => decodeURIComponent(new URL(href, location.href).pathname.slice(1))

customElements.define("gov-suggest", Suggest)
