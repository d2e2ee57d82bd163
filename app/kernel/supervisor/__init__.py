"""`make run`: the database, the web server and the worker as children of one process that keeps them up.

`refusals` says in one line why a start is not possible, `children` holds one process, `supervise` the whole.
"""
