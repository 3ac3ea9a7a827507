"""What the laws run over: operators, pages, claims and certificates, by name or drawn."""
