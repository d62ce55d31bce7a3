// Where the rows of an answer lie: in a district, at a shape written as WKT, or at two numbers.
import { type Answer, type Cell, isNumber } from "./asking"

export type Placed = { kind: "district"; column: number } | { kind: "shape"; column: number } | { kind: "point"; latitude: number; longitude: number }

const DIVISION = /(?:^|\/division\/)(3101\d\d)$/
const WKT = /^\s*(?:<[^>]+>\s*)?(?:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON)\s*(?:Z\s*)?\(/i
const LATITUDE = /^(lat|latitude|y|wd|weidu|纬度)$/i
const LONGITUDE = /^(lon|lng|long|longitude|x|jd|jingdu|经度)$/i
const LOOKED_AT = 200 // rows

/** The code of the district that a cell names; "" for none. */
export const districtOf = (cell: Cell | undefined): string => DIVISION.exec(cell?.value ?? "")?.[1] ?? ""

/** How the rows can be laid on a map; null where nothing in them has a place. */
export function placed({ kind, rows, variables }: Answer): Placed | null {
  if (kind !== "rows") return null
  const seen = rows.slice(0, LOOKED_AT)
  const column = (fits: (cell: Cell) => boolean): number => variables.findIndex((_, at) => seen.some((row) => row[at] && fits(row[at])))
  const shape = column((cell) => cell.type === "literal" && WKT.test(cell.value))
  if (shape >= 0) return { kind: "shape", column: shape }
  const [latitude, longitude] = [LATITUDE, LONGITUDE].map((name) => variables.findIndex((each, at) => name.test(each) && seen.some((row) => isNumber(row[at]))))
  if (latitude !== undefined && longitude !== undefined && latitude >= 0 && longitude >= 0 && seen.some((row) => inChina(Number(row[latitude]?.value), Number(row[longitude]?.value)))) return { kind: "point", latitude, longitude }
  const district = column((cell) => districtOf(cell) !== "")
  return district >= 0 ? { kind: "district", column: district } : null
}

/** Two columns called x and y may be anything: they are a place where they lie in the country. */
const inChina = (latitude: number, longitude: number): boolean => latitude > 3 && latitude < 54 && longitude > 73 && longitude < 136

const LATITUDE_FIRST = /EPSG\/[\d.]*\/4326>/
const EMPTY = /EMPTY\s*$/i

/** Read well-known text; null where it is none that can be drawn. */
export function shapeOf(text: string): GeoJSON.Geometry | null {
  const [, name, body] = /^\s*(?:<[^>]+>\s*)?([A-Z]+)\s*Z?\s*(\(.*\))\s*$/is.exec(text) ?? []
  if (!name || !body || EMPTY.test(text)) return null
  const [x, y] = LATITUDE_FIRST.test(text) ? [1, 0] : [0, 1]
  const pair = (words: string): string => {
    const numbers = words.trim().split(/\s+/).map(Number)
    return JSON.stringify([numbers[x], numbers[y]])
  }
  const written = body.replace(/[^(),]+/g, (words) => (words.trim() ? pair(words) : "")).replaceAll("(", "[").replaceAll(")", "]")
  try {
    const all = JSON.parse(written) as never[]
    const type = { POINT: "Point", LINESTRING: "LineString", POLYGON: "Polygon", MULTIPOINT: "MultiPoint", MULTILINESTRING: "MultiLineString", MULTIPOLYGON: "MultiPolygon" }[name.toUpperCase()]
    if (!type || written.includes("null")) return null
    const coordinates: unknown = type === "Point" ? all[0] : type === "MultiPoint" ? (all as unknown[][]).map((each) => (Array.isArray(each[0]) ? each[0] : each)) : all
    return { type, coordinates } as GeoJSON.Geometry
  } catch {
    return null
  }
}
