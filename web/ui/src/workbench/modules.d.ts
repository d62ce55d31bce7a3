declare module "sparql-formatter/src/sparql-parser.js" {
  export function parse(text: string): unknown
}
declare module "sparql-formatter/src/formatter.js" {
  export function formatAst(tree: unknown, indent: number): string
}
declare module "cytoscape-fcose" {
  import type { Ext } from "cytoscape"
  const extension: Ext
  export default extension
}
