// Everything here adds to pages that can already be read. Each part is an element of its own.
import "./elements/ago"
import "./elements/cataloguing"
import "./elements/copy"
import "./elements/keys"
import "./elements/palette"
import "./elements/passkey"
import "./elements/reveal"
import "./elements/scheme"
import "./elements/suggest"
import "./elements/table"
import "./elements/tabs"

// Large parts come only where they are used.
if (document.querySelector("gov-explore")) void Promise.all([import("./explore/explore"), import("./explore/kept")])
if (document.querySelector("gov-lineage")) void import("./lineage/lineage")
if (document.querySelector("gov-editor")) void import("./workbench/workbench")
