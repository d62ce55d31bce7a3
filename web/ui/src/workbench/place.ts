// Where in a query one is writing: what kind of word comes next, of which subject and property.
import { type Token, said } from "./tokens"

export interface Place {
  /** What may stand here. */
  wanted: "subject" | "property" | "value" | "class" | "graph" | "prefix" | "word"
  /** The classes that the query gives the subject at hand. */
  classes: string[]
  /** The property whose value is wanted. */
  property: string
}

const OPENING = new Set(["{", ".", "UNION", "OPTIONAL"])
const TYPE = new Set(["a", "rdf:type"])
const NOWHERE: Place = { wanted: "word", classes: [], property: "" }

/** Read the tokens before the cursor; what is being typed is no longer among them. */
export function placeAfter(before: string, whole: string): Place {
  const all = said(before)
  const last = all.at(-1)
  const word = last?.text.toUpperCase() ?? ""
  if (word === "PREFIX") return { ...NOWHERE, wanted: "prefix" }
  if (word === "GRAPH" || word === "FROM" || word === "NAMED") return { ...NOWHERE, wanted: "graph" }
  const statement = atHand(all)
  if (!statement) return NOWHERE
  const classes = classesOf(statement.subject, whole)
  if (!statement.subject) return { wanted: "subject", classes: [], property: "" }
  if (!statement.property) return { wanted: "property", classes, property: "" }
  const wanted = TYPE.has(statement.property) ? "class" : "value"
  return { wanted, classes, property: statement.property }
}

interface Statement {
  subject: string
  property: string
}

/** The unfinished statement before the cursor; null outside of any group. */
function atHand(all: Token[]): Statement | null {
  let depth = 0
  let subject = ""
  let property = ""
  let parentheses = 0
  for (const { kind, text } of all) {
    const upper = text.toUpperCase()
    if (text === "(") parentheses += 1
    else if (text === ")") parentheses = Math.max(0, parentheses - 1)
    if (parentheses) continue
    if (text === "{") depth += 1
    if (text === "}") depth -= 1
    if (OPENING.has(upper) || text === "}" || text === ")") [subject, property] = ["", ""]
    else if (text === ";") property = ""
    else if (text === ",") continue
    else if (kind === "word" && !TYPE.has(text) && !subject) continue
    else if (!subject) subject = text
    else if (!property) property = text
  }
  return depth > 0 && !parentheses ? { subject, property } : null
}

/** The classes that a query says a subject has. */
function classesOf(subject: string, whole: string): string[] {
  if (!subject) return []
  const found: string[] = []
  const all = said(whole)
  let [of, property] = ["", ""]
  for (const { text } of all) {
    if (OPENING.has(text.toUpperCase()) || text === "}") [of, property] = ["", ""]
    else if (text === ";") property = ""
    else if (!of) of = text
    else if (!property) property = text
    else if (of === subject && TYPE.has(property) && text !== ",") found.push(text)
  }
  return found
}
