"""Writing over HTTP: who may, what an update asks, and the one process that does it.

In the server: `tokens` and `access` (who may), `uploads` (bodies, bounded, to disk), `writer` (the writing process, from the
server's side), `service` (all of it together, with `audit`). In the writing process: `process` (its loop), `updates` and
`graphs` (what is done to the store), `operations` (an update, cut into its operations).
"""
