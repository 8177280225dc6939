import type { Limits } from '../transport.ts'
import type { Settings } from './types.ts'

/** Returns the limits of a transport according to the settings. */
export function limitsOf(settings: Settings): Limits {
  return {
    requestLine: settings.limitRequestLine,
    fields: settings.limitRequestFields,
    fieldSize: settings.limitRequestFieldSize,
    head: settings.limitRequestHead,
    body: settings.limitRequestBody,
    headTimeout: settings.headTimeout,
    bodyTimeout: settings.bodyTimeout,
    writeTimeout: settings.writeTimeout,
    keepAlive: settings.keepAlive,
  }
}
