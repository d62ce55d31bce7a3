// Asking for suggestions: one question at a time, the latest one counts.
// The answer of /api/suggest?q=…: {"groups": [{"label", "items": [{"href", "runs", "lang", "note"}]}]}
import { spoken } from "./dom"
import type { Group } from "./listbox"

const PAUSE = 90 // ms without a key before the question is asked

export class Asker {
  private running?: AbortController
  private timer = 0

  constructor(
    private readonly address: string,
    private readonly answer: (groups: Group[], words: string) => void,
  ) {}

  ask(words: string): void {
    this.stop()
    this.timer = window.setTimeout(() => void this.fetch(words), PAUSE)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.running?.abort()
  }

  private async fetch(words: string): Promise<void> {
    this.running = new AbortController()
    const query = new URLSearchParams({ q: words, lang: spoken.slice(0, 2) })
    try {
      const mark = this.address.includes("?") ? "&" : "?" // a page of the past asks for its day
      const response = await fetch(`${this.address}${mark}${query}`, {
        signal: this.running.signal,
        headers: { Accept: "application/json" },
      })
      if (response.ok) this.answer(((await response.json()) as { groups: Group[] }).groups, words)
    } catch {
      // Left for another question, or no answer: the form itself still works.
    }
  }
}
