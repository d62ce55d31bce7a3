// <gov-editor>: the query's text area becomes an editor. The text area stays, and is what is sent.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete"
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands"
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language"
import { forceLinting, lintKeymap } from "@codemirror/lint"
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search"
import { Compartment, EditorState, type Extension } from "@codemirror/state"
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view"
import { sparql } from "codemirror-lang-sparql"
import { broken, checking } from "./checking"
import { offered } from "./completing"
import { formatted } from "./formatting"
import { looks } from "./looks"
import { declaring } from "./prefixes"
import { Before, Tabs } from "./tabs"
import { vocabulary } from "./vocabulary"

class Editor extends HTMLElement {
  private view?: EditorView
  private area?: HTMLTextAreaElement
  private said?: HTMLElement

  connectedCallback(): void {
    const area = this.querySelector("textarea")
    if (!area || this.view) return
    this.area = area
    const root = this.attachShadow({ mode: "open" })
    const mount = document.createElement("div")
    root.append(mount, document.createElement("slot"))
    this.view = new EditorView({ parent: mount, root, state: EditorState.create({ doc: area.value, extensions: this.extensions() }) })
    area.hidden = true
    area.labels?.forEach((label) => label.addEventListener("click", () => this.view?.focus()))
    this.said = this.querySelector<HTMLElement>("[role=status]") ?? undefined
    this.wire()
    const bar = document.querySelector<HTMLElement>("gov-tabs")
    if (bar) new Tabs(bar, () => this.text, (text) => this.write(text))
    const words = document.querySelector<HTMLElement>("gov-answer")?.dataset.before ?? ""
    this.closest("form")?.after(new Before(words, (text) => this.write(text)).element)
  }

  get text(): string {
    return this.view?.state.doc.toString() ?? this.area?.value ?? ""
  }

  write(text: string): void {
    if (!this.view || text === this.text) return
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } })
  }

  private extensions(): Extension {
    const words = this.dataset
    const prefixes = new Compartment()
    void vocabulary().then((known) => this.view?.dispatch({ effects: prefixes.reconfigure(declaring(known.prefixes)) }))
    return [
      lineNumbers(),
      foldGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      EditorView.lineWrapping,
      sparql(),
      looks,
      checking(),
      prefixes.of([]),
      placeholder(words.placeholder ?? ""),
      EditorState.phrases.of(JSON.parse(words.phrases ?? "{}") as Record<string, string>),
      autocompletion({ override: [offered], icons: false, maxRenderedOptions: 60 }),
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": words.label ?? "", lang: "en", translate: "no", spellcheck: "false" }),
      EditorView.updateListener.of(({ docChanged }) => docChanged && this.changed()),
      keymap.of([
        { key: "Mod-Enter", run: () => this.run() },
        { key: "Mod-Shift-Enter", run: () => this.run("[name=explain]") },
        { key: "Shift-Alt-f", run: () => this.format() },
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...foldKeymap,
        ...completionKeymap,
        ...lintKeymap,
        // Tab is left alone: it leads out of the editor, as from any field.
      ]),
    ]
  }

  private changed(): void {
    if (this.area) this.area.value = this.text
    this.dispatchEvent(new CustomEvent("gov-edited", { bubbles: true }))
  }

  private wire(): void {
    this.closest("form")
      ?.querySelector("[data-format]")
      ?.addEventListener("click", () => this.format())
    document.addEventListener("gov-fault", () => this.show())
  }

  /** Lead to where the text is broken; its beginning where that is not known. */
  private show(): void {
    if (!this.view) return
    const at = broken(this.view) ?? { from: 0, to: 0 }
    this.view.dispatch({ selection: { anchor: at.from, head: at.to }, scrollIntoView: true })
    forceLinting(this.view)
    this.view.focus()
  }

  private run(by = "[type=submit]:not([name])"): boolean {
    const form = this.closest("form")
    form?.requestSubmit(form.querySelector<HTMLButtonElement>(by))
    return true
  }

  private format(): boolean {
    formatted(this.text).then(
      (text) => this.tell((this.write(text), "")),
      () => this.tell(this.dataset.unformatted ?? ""),
    )
    return true
  }

  private tell(words: string): void {
    if (this.said) this.said.textContent = words
  }
}

customElements.define("gov-editor", Editor)
