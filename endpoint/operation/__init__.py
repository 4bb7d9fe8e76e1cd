"""How the server is run: what it logs and counts, whom it believes, what it gives up, and how it is checked.

`records` has the notes of one request, `observing` takes them around the whole app, `logs` and `metrics` are where they go.
`proxies` finds the client behind a proxy, `confinement` takes from the process what it doesn't need, `reloading` gives a running
server other settings, `checking` is ``zonekg serve --check``.
"""
