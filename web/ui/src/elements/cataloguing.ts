// What cataloguing adds to its pages.
import "./draft"
import "./queue"
import "./rows"
