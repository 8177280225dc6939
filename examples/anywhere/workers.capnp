# For workerd, the runtime of Cloudflare Workers: workerd serve workers.capnp
# Cloudflare reads wrangler.json instead.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "site", worker = .site)],
  sockets = [(name = "http", address = "127.0.0.1:8000", http = (), service = "site")],
);

const site :Workerd.Worker = (
  modules = [(name = "workers.js", esModule = embed "build/workers.js")],
  compatibilityDate = "2026-10-01",
  bindings = [(name = "PHIAL_SECRET_KEY", fromEnvironment = "PHIAL_SECRET_KEY")],
);
