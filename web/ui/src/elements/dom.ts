// Making elements without markup in strings: nothing a stranger wrote can become a tag.

type Parts = (Node | string)[]

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...parts: Parts
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...parts)
  return element
}

const SVG = "http://www.w3.org/2000/svg"

/** A 16 px drawing from path data, taking the colour of the words beside it. */
export function drawing(...paths: [string, filled?: boolean][]): SVGElement {
  const svg = document.createElementNS(SVG, "svg")
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", width: "16", height: "16", "aria-hidden": "true" }))
    svg.setAttribute(key, value)
  for (const [d, filled] of paths) {
    const path = document.createElementNS(SVG, "path")
    path.setAttribute("d", d)
    path.setAttribute("fill", filled ? "currentColor" : "none")
    path.setAttribute("stroke", "currentColor")
    path.setAttribute("stroke-width", "1.4")
    svg.append(path)
  }
  return svg
}

export const spoken = document.documentElement.lang

/** What the reader chose to keep; storage may be forbidden. */
export const kept = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  },
  write(key: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(key)
      else localStorage.setItem(key, value)
    } catch {
      // Then it holds for this page only.
    }
  },
}
