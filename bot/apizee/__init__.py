"""Apizee's REST API: one client for the whole bot, within the requests that Apizee allows.

`client` says what can be asked, `schemas` what comes back and `errors` what to do when it does not. Below them,
`transport` makes one exchange over HTTP, `token` keeps the sign-in and `budget` counts the requests, the last two in
Redis for all processes together; `claims` holds the names under which turns are kept, and for whom.

https://developers.apirtc.com/apirtc-developer-portal/rest-apis-and-integration
"""
