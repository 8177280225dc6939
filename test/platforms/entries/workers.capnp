using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "cases", worker = .cases)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "cases")],
);

const cases :Workerd.Worker = (
  modules = [(name = "workers.js", esModule = embed "build/workers.js")],
  compatibilityDate = "2026-10-01",
);
