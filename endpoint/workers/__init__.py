"""Queries in processes of their own: what runs away is killed with its process, and another one stands ready.

Only a process can be stopped in the middle of a query, and only a process can run out of memory or stack on its own. From
the outside in: `executor` (what the protocol calls: a place, a worker, the answer, the deadline), `places` (who may run,
fairly), `pool` (the workers that live, and how many should), `nursery` (the process that forks them, and its remote
control), `handles` (by which they are ended), `worker` (what runs in each), `wire` (what is said between them).
"""
