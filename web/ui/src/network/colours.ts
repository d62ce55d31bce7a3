// The page's colours for parts that draw on a canvas and know no light-dark() and no oklch.

const NAMES = ["--ink", "--ink-2", "--ink-3", "--paper", "--raised", "--rule", "--rule-2", "--edge", "--accent", "--on-accent", "--tint"] as const
export type Colours = Record<(typeof NAMES)[number], string> & { series: string[] }

/** The colours as they are on the page now, each as rgb(). */
export function colours(): Colours {
  const probe = document.createElement("span")
  document.body.append(probe)
  const style = getComputedStyle(document.documentElement)
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const of = (name: string): string => {
    // A pair for light and dark is one colour only where it is used.
    probe.style.color = style.getPropertyValue(name)
    if (!pen) return "#555"
    pen.clearRect(0, 0, 1, 1)
    pen.fillStyle = getComputedStyle(probe).color
    pen.fillRect(0, 0, 1, 1)
    const [r, g, b] = pen.getImageData(0, 0, 1, 1).data
    return `rgb(${r}, ${g}, ${b})`
  }
  const found = Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Record<(typeof NAMES)[number], string>
  const series = [1, 2, 3, 4, 5, 6].map((each) => of(`--series-${each}`))
  probe.remove()
  return { ...found, series }
}

/** Call when the page turns dark or light. */
export function onScheme(changed: () => void): () => void {
  const media = matchMedia("(prefers-color-scheme: dark)")
  const watch = new MutationObserver(changed)
  media.addEventListener("change", changed)
  watch.observe(document.documentElement, { attributeFilter: ["data-scheme"] })
  return () => {
    media.removeEventListener("change", changed)
    watch.disconnect()
  }
}
