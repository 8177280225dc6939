import type { Limits } from '../transport.ts'
import type { Settings } from './types.ts'

/** The limits of a transport, as the settings want them. */
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
