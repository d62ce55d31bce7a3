// <gov-draft>: a form that saves itself while one types. What could not be sent stays in this browser
// and is offered back; where somebody else saved meanwhile, nothing is overwritten.
import { kept, make } from "./dom"

const PAUSE = 1200 // ms without a key before it is sent
const AGAIN = 10_000 // ms until what could not be sent is tried again

interface Told {
  field: string
  words: string
  advice: boolean
  owed: boolean
}
interface Answer {
  revision: number
  told: Told[]
}
interface Left {
  at: string
  body: string
  sent?: boolean // as a page: what was kept of it is old once the draft moved on
}

class Draft extends HTMLElement {
  private timer = 0
  private touched = new Set<string>()
  private sending = false
  private again = false
  private stopped = false
  private form!: HTMLFormElement

  connectedCallback(): void {
    const form = this.querySelector("form")
    if (!form) return
    this.form = form
    this.offer()
    form.addEventListener("input", (event) => {
      if (event.target instanceof HTMLElement) this.touched.add(event.target.getAttribute("name") ?? "")
      this.later()
    })
    form.addEventListener("change", () => this.later())
    form.addEventListener("submit", (event) => this.leave(event))
    addEventListener("online", () => this.retry())
    addEventListener("pagehide", () => {
      if (this.timer || this.again) this.keep()
    })
  }

  private get key(): string {
    return this.dataset.key ?? ""
  }

  private get body(): string {
    return new URLSearchParams([...new FormData(this.form)].map(([name, value]) => [name, String(value)])).toString()
  }

  private keep(sent = false): void {
    kept.write(this.key, JSON.stringify({ at: new Date().toISOString(), body: this.body, sent }))
  }

  private later(): void {
    if (this.stopped) return
    clearTimeout(this.timer)
    this.keep() // before it is sent: a browser that ends now has it
    this.timer = window.setTimeout(() => void this.send(), PAUSE)
  }

  private retry(): void {
    if (!this.stopped && kept.read(this.key) && !this.timer) void this.send()
  }

  private async send(): Promise<void> {
    this.timer = 0
    if (this.sending) {
      this.again = true
      return
    }
    this.sending = true
    this.say(this.dataset.saving)
    const body = this.body
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      })
      if (response.ok) this.saved((await response.json()) as Answer, body)
      else await this.refused(response)
    } catch {
      this.say(this.dataset.waiting)
      setTimeout(() => this.retry(), AGAIN)
    }
    this.sending = false
    if (this.again) {
      this.again = false
      this.later()
    }
  }

  private saved(answer: Answer, body: string): void {
    const field = this.form.elements.namedItem("revision")
    if (field instanceof HTMLInputElement) field.value = String(answer.revision)
    const now = new URLSearchParams(this.body)
    const then = new URLSearchParams(body)
    now.delete("revision")
    then.delete("revision")
    if (now.toString() === then.toString()) kept.write(this.key, null)
    const at = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })
    this.say(`${this.dataset.saved} ${at}`)
    this.tell(answer.told)
  }

  /** Where the house says why, its words are shown; else the session may have ended. */
  private async refused(response: Response): Promise<void> {
    this.stopped = response.status !== 400 && response.status !== 413
    const said = response.headers.get("Content-Type")?.includes("json") ? ((await response.json()) as { said?: string }).said : ""
    this.say(response.status === 409 ? this.dataset.moved : said || this.dataset.refused)
  }

  private say(words = ""): void {
    const output = this.form.elements.namedItem("status")
    if (output instanceof HTMLOutputElement) output.textContent = words
  }

  /** Show faults beside their fields; advice is for later: it is not shouted while one types. */
  private tell(told: Told[]): void {
    for (const place of this.querySelectorAll<HTMLElement>(".said[data-field]")) {
      const mine = told.filter((each) => each.field === place.dataset.field && !each.advice && (!each.owed || this.touched.has(each.field)))
      place.querySelectorAll(".wrong").forEach((each) => each.remove())
      place.prepend(...mine.map((each) => make("p", { class: "wrong" }, each.words)))
      const inputs = this.form.querySelectorAll(`[name="${CSS.escape(place.dataset.field ?? "")}"]`)
      inputs.forEach((each) => (mine.length ? each.setAttribute("aria-invalid", "true") : each.removeAttribute("aria-invalid")))
    }
  }

  /** A form that is sent as a page is no longer ours to keep; steps that cannot be undone are asked about. */
  private leave(event: SubmitEvent): void {
    const wish = event.submitter?.dataset.confirm
    if (wish && !confirm(wish)) {
      event.preventDefault()
      return
    }
    clearTimeout(this.timer)
    this.timer = 0
    this.stopped = true
    this.keep(true)
  }

  private offer(): void {
    const text = kept.read(this.key)
    if (!text) return
    const left = JSON.parse(text) as Left
    const fields = new URLSearchParams(left.body)
    const here = this.form.elements.namedItem("revision")
    const moved = here instanceof HTMLInputElement && Number(here.value) > Number(fields.get("revision"))
    if (this.holds(fields) || (left.sent && moved)) {
      kept.write(this.key, null)
      return
    }
    const when = new Date(left.at).toLocaleString(document.documentElement.lang)
    const take = make("button", { type: "button", class: "button first" }, this.dataset.take ?? "")
    const drop = make("button", { type: "button", class: "button" }, this.dataset.drop ?? "")
    const bar = make("div", { class: "draft-found", role: "status" }, (this.dataset.found ?? "").replace("{when}", when), take, drop)
    take.addEventListener("click", () => {
      this.fill(fields)
      bar.remove()
      this.later()
    })
    drop.addEventListener("click", () => {
      kept.write(this.key, null)
      bar.remove()
    })
    this.prepend(bar)
  }

  /** Whether the page says already what was kept. */
  private holds(fields: URLSearchParams): boolean {
    const here = new URLSearchParams(this.body)
    const said = (all: URLSearchParams) =>
      [...all].filter(([name, value]) => value && !["csrf_token", "revision", "class", "subgroup", "do"].includes(name) && !name.endsWith(".@order"))
    return JSON.stringify(said(here).sort()) === JSON.stringify(said(fields).sort())
  }

  private fill(fields: URLSearchParams): void {
    this.dispatchEvent(new CustomEvent("gov-fill", { detail: fields }))
    for (const name of new Set(fields.keys())) {
      if (["csrf_token", "revision", "do"].includes(name)) continue
      const values = fields.getAll(name)
      const inputs = [...this.form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)]
      inputs.forEach((each, place) => {
        if (each.type !== "checkbox") each.value = values[place] ?? ""
      })
    }
    for (const box of this.form.querySelectorAll<HTMLInputElement>("input[type=checkbox]"))
      box.checked = fields.getAll(box.name).includes(box.value)
  }
}

customElements.define("gov-draft", Draft)
