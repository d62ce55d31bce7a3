// What a picture of an answer tells of itself: what it left out, so that no cut is silent.
import { make, spoken } from "../elements/dom"

const number = new Intl.NumberFormat(spoken)

/** Words with their figures and names in place. */
export function filled(words: string | undefined, values: Record<string, string | number>): string {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, typeof value === "number" ? number.format(value) : value), words ?? "")
}

/** A note for each sentence that there is. */
export const notes = (sentences: (string | false)[]): HTMLElement[] => sentences.filter((each) => each !== false && each !== "").map((each) => make("p", { class: "note" }, each as string))
