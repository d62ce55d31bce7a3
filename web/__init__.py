"""The shell: Flask, pages, feeds over HTTP, commands."""
