// Whether an answer joins things, which is asked before anything large is fetched to draw it.
import type { Answer, Cell, Row } from "./asking"

export const things = (row: Row): Cell[] => row.filter((cell): cell is Cell => cell?.type === "uri" || cell?.type === "bnode")

/** Whether there is anything to join: statements, or two things in a row. */
export const joins = ({ kind, rows }: Answer): boolean => kind === "triples" || rows.slice(0, 50).some((row) => things(row).length > 1)
