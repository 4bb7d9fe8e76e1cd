"""Between the network and the app: connections, kept answers, and the threads that the app runs in.

The app is a WSGI application, since a query waits for a worker and a thread may wait; connections are an event loop's, since
thousands of them may be open. From the outside in: `running` (the server), `door` (its end), `connection` (one client's
connection and its limits), `front` (answers that are kept leave here, before the app is entered), `bridge` (the app in its
threads, whole answers and streams). `asked` says which requests ask for the same thing, `cache` keeps the answers.
"""
