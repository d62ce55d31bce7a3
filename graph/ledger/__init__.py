"""What happened: the numbered changes that are the only way in, what they hold, and the audit."""
