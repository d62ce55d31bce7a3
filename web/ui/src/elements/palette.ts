// <gov-palette>: Ctrl-K goes anywhere: a place, a thing of the catalogue, another language.
import { Asker } from "./ask"
import { make } from "./dom"
import { Listbox, type Choice, type Group } from "./listbox"

class Palette extends HTMLElement {
  private dialog?: HTMLDialogElement

  connectedCallback(): void {
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
      event.preventDefault()
      this.toggle()
    })
  }

  private toggle(): void {
    this.dialog ??= this.built()
    if (this.dialog.open) this.dialog.close()
    else this.dialog.showModal()
  }

  private built(): HTMLDialogElement {
    const name = this.dataset.name ?? ""
    const input = make("input", { type: "text", "aria-label": name, placeholder: name, autocomplete: "off", spellcheck: "false" })
    const list = new Listbox(input, name, true)
    const dialog = make("dialog", { class: "palette", "aria-label": name }, input, list.element)
    const near = (words: string): Group => ({ label: this.dataset.places ?? "", items: places(words) })
    const asker = new Asker(this.dataset.src ?? "", (groups, words) => list.show([near(words), ...groups], this.dataset.none))
    input.addEventListener("input", () => {
      const words = input.value.trim()
      list.show([near(words)])
      if (words && this.dataset.src) asker.ask(words)
      else asker.stop()
    })
    input.addEventListener("keydown", (event) => {
      if (list.key(event)) event.preventDefault()
    })
    dialog.addEventListener("toggle", () => {
      input.value = ""
      if (dialog.open) list.show([near("")])
    })
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close()
    })
    document.body.append(dialog)
    return dialog
  }
}

/** The links of the frame whose names hold the words. */
function places(words: string): Choice[] {
  const links = document.querySelectorAll<HTMLAnchorElement>(".house, .places a, .foot nav a, .tabs a")
  return [...links]
    .map((link) => ({ href: link.href, name: (link.textContent ?? "").replace(/\s+/g, " ").trim(), lang: link.lang }))
    .filter(({ name }) => name.toLowerCase().includes(words.toLowerCase()))
    .map(({ href, name, lang }) => ({ href, runs: [[name, false]], lang }))
}

customElements.define("gov-palette", Palette)
