// The workbench: the editor, and the answer under it.
import "./answer"
import "./editor"
