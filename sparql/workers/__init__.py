"""Strangers' queries run in killable children: no network, little memory, a clock that kills.

pyoxigraph can neither be timed out nor cancelled, and some texts end the process that reads them.
So each stranger's query runs in a child of its own, on a published snapshot, read-only:

    web process ── Pool ──(control)── nursery ── fork ── child, child, …
                     └───────────(one pipe each)─────────┘

- `nursery`: one clean process that has pyoxigraph loaded and forks children from itself.
- `child`: reads a job, asks the store, writes the answer in frames (`wire`), cut at the limits
  (`cutting`); it has confined itself first (`graph.confine`).
- `pool`: hands out children, moves long queries to a lane of their own (`lanes`), kills.
"""
