"""`make bench`: the real app beside bare Flask views, under the same gunicorn and PostgreSQL, in alternating rounds."""
