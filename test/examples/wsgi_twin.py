"""The Python twin of the examples: the same three programs, as WSGI applications under wsgiref.

    python3 wsgi_twin.py hello|environ|dispatch|middleware

It prints the port on which it listens, and ends when its standard input does, so that it never
outlives the test that started it.
"""

import os
import re
import sys
import threading
import traceback
from html import escape
from urllib.parse import parse_qs, quote
from wsgiref.simple_server import WSGIRequestHandler, make_server


def text_of(wsgi_string):
    """Decodes a string of bytes, as in environ, as UTF-8."""
    return wsgi_string.encode("latin-1").decode("utf-8", "replace")


def subject_of(environ):
    query = text_of(environ.get("QUERY_STRING", ""))
    return parse_qs(query).get("subject", ["world"])[0]


# 01-hello-gateway


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [f"Hello {escape(subject_of(environ))}".encode()]


def show_environ(environ, start_response):
    """Returns the names of the keys from the server. wsgiref adds the environment variables of its process to them."""
    keys = sorted(set(environ) - set(os.environ))
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return ["".join(f"{key}\n" for key in keys).encode()]


# 02-url-dispatch


def index(environ, start_response):
    link = quote(environ["SCRIPT_NAME"], encoding="latin-1") + "/hello/"
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [f'<title>Index</title>\n<p>Go on to <a href="{link}">the greeting</a>.</p>\n'.encode()]


def hello_by_url(environ, start_response):
    groups = environ["url_dispatch.groups"]
    subject = text_of(groups[0]) if groups else "World"
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [f"Hello {escape(subject)}".encode()]


def not_found(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"Not Found"]


PAGES = [
    (re.compile(r""), index),
    (re.compile(r"hello/?"), hello_by_url),
    (re.compile(r"hello/(.+)", re.DOTALL), hello_by_url),
]


def dispatch(environ, start_response):
    path = environ["PATH_INFO"].lstrip("/")
    for pattern, page in PAGES:
        match = pattern.fullmatch(path)
        if match is not None:
            environ["url_dispatch.groups"] = match.groups()
            return page(environ, start_response)
    return not_found(environ, start_response)


# 03-middleware


def greeting(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    subject = subject_of(environ)
    if subject == "john":
        raise Exception("Cannot be john")
    return [f"Hello {subject}".encode()]


def error_page(app):
    def answer(environ, start_response):
        body = None
        try:
            body = app(environ, start_response)
            yield from body
        except Exception:
            page = traceback.format_exc()
            try:
                start_response(
                    "500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")]
                )
            except Exception:
                pass
            yield page.encode()
        finally:
            if hasattr(body, "close"):
                body.close()

    return answer


def corrected_error_page(app):
    def answer(environ, start_response):
        body = None
        try:
            body = app(environ, start_response)
            yield from body
        except Exception:
            start_response(
                "500 Internal Server Error",
                [("Content-Type", "text/plain; charset=utf-8")],
                sys.exc_info(),
            )
            yield traceback.format_exc().encode()
        finally:
            if hasattr(body, "close"):
                body.close()

    return answer


# Applications that fail at other moments, for the middleware to stand around.


def fails_at_once(environ, start_response):
    raise Exception("at once")


def fails_late(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    yield b"first bytes\n"
    raise Exception("late")


APPLICATIONS = {
    "hello": hello,
    "environ": show_environ,
    "dispatch": dispatch,
    "middleware": error_page(greeting),
    "corrected": corrected_error_page(greeting),
    "at-once": error_page(fails_at_once),
    "late": error_page(fails_late),
    "corrected-at-once": corrected_error_page(fails_at_once),
    "corrected-late": corrected_error_page(fails_late),
}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
server = make_server("127.0.0.1", 0, APPLICATIONS[sys.argv[1]], handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
