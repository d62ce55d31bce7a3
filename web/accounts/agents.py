"""What a browser calls itself, in words that its owner knows again: “Firefox · Windows”."""

from __future__ import annotations

# In the order in which they are looked for: most browsers also call themselves an older one.
BROWSERS = (
    ("MicroMessenger/", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"),
    ("QQBrowser/", "QQ Browser"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 60  # characters of one that is not known


def agent_in_words(agent: str) -> str:
    """Give the browser and the system of a User-Agent; one that is not known as it stands, cut."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) if browser else agent[:LONGEST]
