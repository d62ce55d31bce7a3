// Outlines of Shanghai's sixteen districts, drawn by hand: a sketch that shows where each lies, and
// no survey. Neighbours share their points, so that no gap opens between them.
type Point = [longitude: number, latitude: number]

const POINTS: Record<string, Point> = {
  ja: [121.14, 31.31], jb: [121.1, 31.37], jc: [121.16, 31.42], jd: [121.13, 31.45], je: [121.24, 31.49], jf: [121.33, 31.5], jg: [121.34, 31.4], jh: [121.37, 31.33],
  ji: [121.36, 31.29], jj: [121.33, 31.26], jk: [121.32, 31.235], jl: [121.28, 31.24], jm: [121.18, 31.25], jn: [121.13, 31.29],
  ba: [121.4, 31.505], bb: [121.5, 31.41], bc: [121.51, 31.385], bd: [121.545, 31.36], be: [121.49, 31.325], bf: [121.475, 31.32], bg: [121.45, 31.33], bh: [121.42, 31.29],
  pa: [121.445, 31.265], pb: [121.435, 31.235], pc: [121.39, 31.225], ca: [121.445, 31.215], cb: [121.425, 31.19], cc: [121.395, 31.175], cd: [121.335, 31.18],
  ka: [121.48, 31.265], kb: [121.483, 31.247], kc: [121.465, 31.228], kd: [121.46, 31.21], ha: [121.505, 31.29], hb: [121.525, 31.255], hc: [121.495, 31.243],
  ya: [121.565, 31.315], yb: [121.555, 31.275], ua: [121.512, 31.22], ub: [121.472, 31.185], uc: [121.462, 31.198],
  xa: [121.46, 31.15], xb: [121.465, 31.122], xc: [121.43, 31.108], xd: [121.4, 31.14],
  ma: [121.52, 31.12], mb: [121.56, 31.07], mc: [121.55, 30.995], md: [121.47, 30.99], me: [121.375, 30.97], mf: [121.34, 31.04], mg: [121.36, 31.1], mh: [121.27, 31.15], mi: [121.25, 31.17], mj: [121.29, 31.2],
  da: [121.53, 31.395], db: [121.64, 31.355], dc: [121.73, 31.295], dd: [121.8, 31.21], de: [121.87, 31.12], df: [121.95, 31.0], dg: [121.98, 30.9], dh: [121.88, 30.862], di: [121.79, 30.86], dj: [121.72, 30.95], dk: [121.62, 30.99],
  fa: [121.6, 30.83], fb: [121.5, 30.82], fc: [121.42, 30.785], fd: [121.37, 30.84], fe: [121.34, 30.92],
  ia: [121.33, 30.725], ib: [121.27, 30.69], ic: [121.13, 30.78], id: [121.0, 30.82], ie: [121.01, 30.89], if: [121.03, 30.955], ig: [121.1, 30.93], ih: [121.22, 30.94],
  sa: [121.06, 31.02], sb: [121.15, 31.07], sc: [121.19, 31.14],
  qa: [120.93, 30.99], qb: [120.89, 31.01], qc: [120.86, 31.09], qd: [120.91, 31.14], qe: [121.03, 31.14], qf: [121.06, 31.21],
  ea: [121.17, 31.79], eb: [121.26, 31.87], ec: [121.36, 31.83], ed: [121.46, 31.77], ee: [121.7, 31.7], ef: [121.85, 31.65], eg: [121.98, 31.55], eh: [121.93, 31.47], ei: [121.75, 31.52], ej: [121.58, 31.58], ek: [121.45, 31.67], el: [121.3, 31.74],
  la: [121.6, 31.46], lb: [121.67, 31.45], lc: [121.78, 31.37], ld: [121.76, 31.35], le: [121.65, 31.41],
  na: [121.8, 31.37], nb: [121.86, 31.36], nc: [121.88, 31.31], nd: [121.82, 31.32],
}

// By division code; an island more is an outline more.
const OUTLINES: Record<string, string[]> = {
  310101: ["kb hc ua ub uc kd kc"],
  310104: ["ca kd uc ub xa xb xc xd cc cb"],
  310105: ["jk pc pb ca cb cc cd"],
  310106: ["bh bg bf ka kb kc kd ca pb pa"],
  310107: ["ji bh pa pb pc jk jj"],
  310109: ["bf be ha hb hc kb ka"],
  310110: ["be bd ya yb hb ha"],
  310112: ["jl jk cd cc xd xc xb ma mb mc md me mf mg mh mi mj"],
  310113: ["jf ba bb bc bd be bf bg bh ji jh jg"],
  310114: ["ja jb jc jd je jf jg jh ji jj jk jl jm jn"],
  310115: ["da db dc dd de df dg dh di dj dk mc mb ma xb xa ub ua hc hb yb ya bd"],
  310116: ["fc ia ib ic id ie if ig ih fe fd"],
  310117: ["if sa sb sc mi mh mg mf me fe ih ig"],
  310118: ["jn jm jl mj mi sc sb sa if qa qb qc qd qe qf"],
  310120: ["di fa fb fc fd fe me md mc dk dj"],
  310151: ["ea eb ec ed ee ef eg eh ei ej ek el", "la lb lc ld le", "na nb nc nd"],
}

const PREFIX = "https://w3id.org/govgraph/division/"
const ring = (names: string): Point[] => [...names.split(" "), names.split(" ")[0] ?? ""].map((name) => POINTS[name] ?? [0, 0])

export const iriOf = (code: string): string => PREFIX + code

/** Every district as GeoJSON, its code as its id. */
export function districts(): GeoJSON.FeatureCollection<GeoJSON.MultiPolygon, { code: string }> {
  return {
    type: "FeatureCollection",
    features: Object.entries(OUTLINES).map(([code, outlines]) => ({
      type: "Feature",
      properties: { code },
      geometry: { type: "MultiPolygon", coordinates: outlines.map((names) => [ring(names)]) },
    })),
  }
}
