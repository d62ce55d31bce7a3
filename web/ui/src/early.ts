// Runs before the first paint: the chosen colours are on the page before anything is drawn.
const root = document.documentElement
root.classList.add("scripted")
try {
  const scheme = localStorage.getItem("scheme")
  if (scheme === "light" || scheme === "dark") root.dataset.scheme = scheme
} catch {
  // Storage may be forbidden: then the device's own choice stands.
}
