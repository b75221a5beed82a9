"""killing - what the scripts that kill tools at random points share"""

import sys

import psycopg2

problems = []


def wrong(what):
    problems.append(what)
    print("WRONG:", what, file=sys.stderr)


def sql(database, *statements):
    """Run them; the rows of the last one."""
    c = psycopg2.connect(dbname=database)
    c.autocommit = True
    try:
        for s in statements:
            cursor = c.cursor()
            cursor.execute(s)
        return cursor.fetchall() if cursor.description else None
    finally:
        c.close()
