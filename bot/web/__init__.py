"""HTTP: routes, pages, limits of requests, and the server itself."""
