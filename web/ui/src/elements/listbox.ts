// A list of choices under a text field: arrows move, Enter follows, Escape leaves.
// After the ARIA combobox pattern with a listbox popup.
import { make } from "./dom"

export type Run = [words: string, hit: boolean]
export interface Choice {
  href: string
  runs: Run[]
  lang?: string
  note?: string
  act?: () => void
}
export interface Group {
  label: string
  items: Choice[]
}

let lists = 0

export class Listbox {
  readonly element: HTMLElement
  private choices: { choice: Choice; option: HTMLElement }[] = []
  private at = -1

  constructor(
    private readonly input: HTMLInputElement,
    name: string,
    private readonly eager = false, // Enter takes the first choice when none was marked
  ) {
    this.element = make("div", { class: "suggestions", role: "listbox", id: `list-${++lists}`, "aria-label": name })
    this.element.hidden = true
    for (const [key, value] of Object.entries({
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": this.element.id,
    }))
      input.setAttribute(key, value)
    // Keep the caret in the field: choosing by mouse must not count as leaving it.
    this.element.addEventListener("mousedown", (event) => event.preventDefault())
    this.element.addEventListener("click", (event) => this.clicked(event))
  }

  get size(): number {
    return this.choices.length
  }

  show(groups: Group[], nothing = ""): void {
    const before = this.choices[this.at]?.choice.href
    this.choices = []
    this.element.replaceChildren(...groups.filter((group) => group.items.length).map((group) => this.group(group)))
    if (!this.choices.length && nothing) this.element.append(make("div", { class: "nothing" }, nothing))
    this.at = this.choices.findIndex(({ choice }) => choice.href === before)
    this.open(this.element.childElementCount > 0)
    this.mark()
  }

  hide(): void {
    this.open(false)
    this.at = -1
    this.mark()
  }

  /** Answer a key; true if it was for the list. */
  key(event: KeyboardEvent): boolean {
    if (this.element.hidden || event.isComposing) return false
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (step !== undefined) this.move(step)
    else if (event.key === "Enter" && (this.at >= 0 || this.eager)) this.follow(event.ctrlKey || event.metaKey)
    else return false
    return true
  }

  private group({ label, items }: Group): HTMLElement {
    const id = `${this.element.id}-g${this.choices.length}`
    const options = items.map((choice) => this.option(choice))
    return make("div", { role: "group", "aria-labelledby": id }, make("div", { class: "kind-name", id }, label), ...options)
  }

  private option(choice: Choice): HTMLElement {
    const words = choice.runs.map(([text, hit]) => (hit ? make("mark", {}, text) : text))
    const name = make("span", choice.lang ? { lang: choice.lang } : {}, ...words)
    const id = `${this.element.id}-o${this.choices.length}`
    const option = make("div", { role: "option", id, "aria-selected": "false" }, name)
    if (choice.note) option.append(make("span", { class: "aside" }, choice.note))
    this.choices.push({ choice, option })
    return option
  }

  private move(step: number): void {
    const places = this.choices.length + 1 // one more: back in the field
    this.at = ((this.at + 1 + step + places) % places) - 1
    this.mark()
  }

  private mark(): void {
    this.choices.forEach(({ option }, index) => option.setAttribute("aria-selected", String(index === this.at)))
    const chosen = this.choices[this.at]?.option
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id)
    else this.input.removeAttribute("aria-activedescendant")
    chosen?.scrollIntoView({ block: "nearest" })
  }

  private follow(apart: boolean): void {
    const chosen = this.choices[Math.max(this.at, 0)]?.choice
    if (!chosen) return
    if (chosen.act) chosen.act()
    else if (apart) window.open(chosen.href, "_blank", "noopener")
    else location.assign(chosen.href)
  }

  private clicked(event: MouseEvent): void {
    const option = (event.target as Element).closest("[role=option]")
    this.at = this.choices.findIndex((each) => each.option === option)
    if (this.at >= 0) this.follow(event.ctrlKey || event.metaKey)
  }

  private open(yes: boolean): void {
    this.element.hidden = !yes
    this.input.setAttribute("aria-expanded", String(yes))
  }
}
