"""Store the Apizee accounts: their credentials, and what Apizee says once and is needed again."""
