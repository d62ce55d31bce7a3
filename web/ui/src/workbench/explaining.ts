// What the engine would do with a query, in words, without running it.
import { make, spoken } from "../elements/dom"
import { Refused, sentence } from "./asking"

type Words = { zh: string; en: string }
interface Explained {
  counted: number | null
  steps: { part: string; sentence: Words }[]
  findings: { sentence: Words; hint: Words }[]
}

const words = (both: Words): string => (spoken.startsWith("zh") ? both.zh : both.en)

/** Ask what the engine would do, and write it down as the page does without a script. */
export async function explained(text: string, said: DOMStringMap, signal: AbortSignal): Promise<Node[]> {
  const answer = await fetch("/api/query/explain", { method: "POST", body: text, headers: { "Content-Type": "text/plain", Accept: "application/json", "Accept-Language": spoken }, signal })
  if (!answer.ok) throw new Refused(sentence(await answer.text()))
  const told = (await answer.json()) as Explained
  const steps = told.steps.map((each) => make("li", {}, make("code", { translate: "no" }, each.part), " ", words(each.sentence)))
  const findings = told.findings.map((each) => make("li", {}, words(each.sentence), " ", make("strong", {}, words(each.hint))))
  return [
    make("h2", {}, said.explained ?? ""),
    make("ol", { class: "explained" }, ...steps),
    ...(findings.length ? [make("h3", {}, said.mended ?? ""), make("ul", { class: "explained" }, ...findings)] : [make("p", {}, said.nothingtomend ?? "")]),
    make("p", { class: "note" }, (told.counted === null ? said.uncounted : said.estimated) ?? ""),
  ]
}
