import { expect, test } from 'vitest'
import { Counters } from '../../../packages/server/src/metrics/counters.ts'
import { metricsText } from '../../../packages/server/src/metrics/text.ts'
import { record } from '../support/record.ts'

test('metricsText formats all metrics for Prometheus', () => {
  const counters = new Counters()
  counters.answered(record([], { duration: 20 }))
  counters.answered(record([], { duration: 30_000 }))
  expect(metricsText(counters.counted(1), { running: 4, exits: 2 })).toBe(`\
# HELP phial_requests_total Responses by status class; none if the client disconnected before a response.
# TYPE phial_requests_total counter
phial_requests_total{status="none"} 0
phial_requests_total{status="1xx"} 0
phial_requests_total{status="2xx"} 2
phial_requests_total{status="3xx"} 0
phial_requests_total{status="4xx"} 0
phial_requests_total{status="5xx"} 0
# HELP phial_request_duration_seconds Time from the request head to the end of the response.
# TYPE phial_request_duration_seconds histogram
phial_request_duration_seconds_bucket{le="0.005"} 0
phial_request_duration_seconds_bucket{le="0.01"} 0
phial_request_duration_seconds_bucket{le="0.025"} 1
phial_request_duration_seconds_bucket{le="0.05"} 1
phial_request_duration_seconds_bucket{le="0.1"} 1
phial_request_duration_seconds_bucket{le="0.25"} 1
phial_request_duration_seconds_bucket{le="0.5"} 1
phial_request_duration_seconds_bucket{le="1"} 1
phial_request_duration_seconds_bucket{le="2.5"} 1
phial_request_duration_seconds_bucket{le="5"} 1
phial_request_duration_seconds_bucket{le="10"} 1
phial_request_duration_seconds_bucket{le="+Inf"} 2
phial_request_duration_seconds_sum 30.02
phial_request_duration_seconds_count 2
# HELP phial_response_bytes_total Body bytes sent.
# TYPE phial_response_bytes_total counter
phial_response_bytes_total 24
# HELP phial_requests_in_flight In-flight requests.
# TYPE phial_requests_in_flight gauge
phial_requests_in_flight 1
# HELP phial_workers Running workers.
# TYPE phial_workers gauge
phial_workers 4
# HELP phial_worker_exits_total Workers that have exited.
# TYPE phial_worker_exits_total counter
phial_worker_exits_total 2
`)
})
