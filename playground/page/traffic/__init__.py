"""What went over the wire, as the page shows it, without secrets."""
