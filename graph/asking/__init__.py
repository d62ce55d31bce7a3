"""What is kept of questions: saved ones, those offered as services, and what was asked."""
