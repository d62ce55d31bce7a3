// What IRIs are called, asked for in groups as they come into sight, each once.

export interface Name {
  text: string
  lang: string
  url: string
}

const AT_ONCE = 200
const names = new Map<string, Name>()
let wanted = new Set<string>()
let soon: Promise<void> | undefined

/** How many names are known. */
export const held = (): number => names.size

export const known = (iri: string): Name | undefined => names.get(iri)

/** See to it that these are known; resolves when they are. */
export function learn(iris: Iterable<string>): Promise<void> {
  for (const each of iris) if (!names.has(each)) wanted.add(each)
  if (!wanted.size) return Promise.resolve()
  soon ??= new Promise<void>((done) => setTimeout(done, 30)).then(fetched)
  return soon
}

async function fetched(): Promise<void> {
  const iris = [...wanted]
  wanted = new Set()
  soon = undefined
  for (let at = 0; at < iris.length; at += AT_ONCE) {
    const part = iris.slice(at, at + AT_ONCE)
    const answer = await fetch("/api/query/names", { method: "POST", body: JSON.stringify({ iris: part }), headers: { "Content-Type": "application/json" } }).catch(() => null)
    const told = answer?.ok ? ((await answer.json()) as { names: Record<string, Name> }) : { names: {} as Record<string, Name> }
    for (const iri of part) names.set(iri, told.names[iri] ?? { text: iri, lang: "", url: "" })
  }
}
