/** Formats metrics in the Prometheus text format 0.0.4. */
import { bounds, type Counted } from './counters.ts'

/** The numbers of workers, as known to the master. */
export interface Workers {
  readonly running: number
  readonly exits: number
}

/** Formats a metric: a line of help, its type and its samples. */
function metric(name: string, type: string, help: string, samples: readonly string[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples, ''].join('\n')
}

/** Formats all metrics. */
export function metricsText(counted: Counted, workers: Workers): string {
  const { statuses, bytes, inFlight } = counted
  const one = (name: string, type: string, help: string, value: number): string =>
    metric(name, type, help, [`${name} ${value}`])
  return [
    metric(
      'phial_requests_total',
      'counter',
      'Responses by status class; none if the client disconnected before a response.',
      statuses.map(
        (count, digit) =>
          `phial_requests_total{status="${digit ? `${digit}xx` : 'none'}"} ${count}`,
      ),
    ),
    durations(counted),
    one('phial_response_bytes_total', 'counter', 'Body bytes sent.', bytes),
    one('phial_requests_in_flight', 'gauge', 'In-flight requests.', inFlight),
    one('phial_workers', 'gauge', 'Running workers.', workers.running),
    one('phial_worker_exits_total', 'counter', 'Workers that have exited.', workers.exits),
  ].join('')
}

function durations(counted: Counted): string {
  const name = 'phial_request_duration_seconds'
  let count = 0
  const buckets = counted.durations.map((more, at) => {
    count += more
    return `${name}_bucket{le="${bounds[at] ?? '+Inf'}"} ${count}`
  })
  return metric(name, 'histogram', 'Time from the request head to the end of the response.', [
    ...buckets,
    `${name}_sum ${counted.seconds}`,
    `${name}_count ${count}`,
  ])
}
