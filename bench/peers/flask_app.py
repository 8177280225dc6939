"""The same work in Flask, for gunicorn: `gunicorn flask_app:app`."""
import os

from flask import Flask, Response, jsonify, render_template, request, session

HELLO = "Hello world\n"
ROWS = [
    {"name": f"Ann & Bob {at}", "mail": f"<ann{at}@example.com>", "city": f"City > {at}"}
    for at in range(50)
]
CHUNK = b"x" * 1024
TEXT = "text/plain; charset=utf-8"

app = Flask(__name__, static_folder=os.environ["BENCH_STATIC"], static_url_path="/static")
app.secret_key = os.environ["BENCH_SECRET"]
app.json.sort_keys = False

if os.environ["BENCH_WORKLOAD"] == "hooks":
    for _ in range(10):
        app.before_request(lambda: None)


@app.get("/")
def hello():
    return Response(HELLO, content_type=TEXT)


@app.get("/users/<id>")
def user(id):
    return {
        "id": id,
        "verbose": request.args.get("verbose") == "1",
        "name": f"User {id}",
        "mail": f"user{id}@example.com",
        "roles": ["reader", "writer", "editor"],
        "address": {"street": "1 Elm St", "city": "Vienna", "country": "US"},
        "active": True,
    }


@app.get("/table")
def table():
    return render_template("table.html", rows=ROWS)


@app.post("/json")
def echo():
    return jsonify(request.get_json())


@app.post("/form")
def form():
    return request.form.to_dict()


@app.get("/stream")
def stream():
    return Response((CHUNK for _ in range(100)), content_type=TEXT)


@app.get("/session")
def count():
    session["count"] = session.get("count", 0) + 1
    return Response(str(session["count"]), content_type=TEXT)
