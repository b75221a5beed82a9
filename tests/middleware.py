"""What a web application does with sessions, as audit-session(1) shows it: its
users share one connection of a pool.

It reads requests, one a line, and answers each with a status as HTTP has it:
    login USER ADDRESS AGENT    the user's browser keeps the cookie
    as USER SQL                 in the user's session; what it selects is printed
    anonymous SQL               in none
    logout USER"""

import contextlib
import sys

import psycopg2
import psycopg2.pool

pool = psycopg2.pool.SimpleConnectionPool(1, 1, "")
cookies = {}
ENDED = ("UA010", "UA011", "UA012", "UA013", "UA014")


@contextlib.contextmanager
def transaction():
    connection = pool.getconn()
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        pool.putconn(connection)


def login(user, addr, agent):
    with transaction() as cursor:
        cursor.execute("SELECT token, refused FROM audit.open_session(%s, %s, %s)", [user, addr, agent])
        token, refused = cursor.fetchone()
    if refused:
        return 403, refused
    cookies[user] = token
    return 200, "welcome"


def logout(user):
    with transaction() as cursor:
        cursor.execute("SELECT audit.close_session(%s)", [cookies[user]])
        return 200, "bye" if cursor.fetchone()[0] else "gone before"


def run(user, sql):
    try:
        with transaction() as cursor:
            if user is not None:
                cursor.execute("SELECT audit.use_session(%s)", [cookies.get(user, "")])
            cursor.execute(sql)
            return 200, cursor.fetchall() if cursor.description else cursor.rowcount
    except psycopg2.Error as error:
        if error.pgcode in ENDED:
            cookies.pop(user, None)
            return 401, error.pgcode
        return 500, error.pgcode


for line in sys.stdin:
    what, *rest = line.split(maxsplit=1)
    if what == "login":
        answer = login(*rest[0].split(maxsplit=2))
    elif what == "logout":
        answer = logout(*rest[0].split())
    elif what == "as":
        answer = run(*rest[0].split(maxsplit=1))
    else:
        answer = run(None, *rest)
    print(*answer, flush=True)
