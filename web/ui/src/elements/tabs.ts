// The anchors of a long page follow the reading: the part on the screen is the current one.

const links = [...document.querySelectorAll<HTMLAnchorElement>('.tabs a[href^="#"]')]
const parts = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))))

function follow(): void {
  const line = innerHeight / 3
  const passed = parts.findLastIndex((part) => part !== null && part.getBoundingClientRect().top <= line)
  const current = passed < 0 ? 0 : passed
  links.forEach((link, index) => {
    if (index === current) link.setAttribute("aria-current", "true")
    else link.removeAttribute("aria-current")
  })
}

if (links.length) {
  addEventListener("scroll", follow, { passive: true })
  follow()
}

export {}
