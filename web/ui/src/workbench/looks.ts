// How the editor looks: the page's own colours, so that light, dark and print follow the page.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language"
import type { Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { tags } from "@lezer/highlight"

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--raised)", border: "1px solid var(--edge)", borderRadius: "var(--round)", fontSize: "var(--t1)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65", minBlockSize: "18rem", maxBlockSize: "60vh", overflow: "auto" },
  ".cm-content": { caretColor: "var(--accent)", paddingBlock: "0.75rem" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--ink-3)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in oklch, var(--tint) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "color-mix(in oklch, var(--accent) 24%, transparent) !important" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--tint)", outline: "1px solid var(--edge)" },
  "&.cm-focused .cm-nonmatchingBracket": { color: "var(--overdue)", backgroundColor: "transparent" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--rule-2)", borderRadius: "var(--round)", boxShadow: "0 6px 24px rgb(0 0 0 / 0.14)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--sans)", maxBlockSize: "19rem", minInlineSize: "min(20rem, 80vw)", maxInlineSize: "min(36rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.35rem 0.75rem", display: "flex", gap: "0.75rem", alignItems: "baseline" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionLabel": { overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionDetail": { marginInlineStart: "auto", color: "var(--ink-3)", fontStyle: "normal", fontSize: "var(--t0)", overflow: "hidden", textOverflow: "ellipsis", maxInlineSize: "16rem" },
  ".cm-diagnostic": { padding: "0.4rem 0.75rem", fontFamily: "var(--sans)" },
  ".cm-diagnostic-error": { borderInlineStart: "3px solid var(--overdue)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--overdue)", textUnderlineOffset: "3px" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--rule)" },
  ".cm-panel input, .cm-panel button": { font: "inherit", color: "inherit", background: "var(--raised)", border: "1px solid var(--edge)", borderRadius: "var(--round)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--tint)", border: "0", color: "var(--ink-2)" },
})

const words = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "light-dark(oklch(0.45 0.12 300), oklch(0.8 0.1 302))" },
  { tag: [tags.string, tags.regexp], color: "light-dark(oklch(0.46 0.1 55), oklch(0.83 0.1 75))" },
  { tag: [tags.number, tags.bool], color: "light-dark(oklch(0.46 0.1 55), oklch(0.83 0.1 75))" },
  { tag: tags.comment, color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.namespace, tags.tagName, tags.propertyName], color: "light-dark(oklch(0.42 0.09 155), oklch(0.82 0.1 158))" },
  { tag: tags.url, color: "light-dark(oklch(0.42 0.09 155), oklch(0.82 0.1 158))" },
  { tag: tags.invalid, color: "var(--overdue)" },
])

export const looks: Extension = [look, syntaxHighlighting(words)]
