"""How requests come in and answers go out: connections, the workers that share them, and the application's threads."""
