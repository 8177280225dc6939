import { isCompressible } from '@phial/core'
import { expect, test } from 'vitest'

test.each([
  'text/html; charset=utf-8',
  'TEXT/CSS',
  'application/json',
  'application/problem+json',
  'application/manifest+json',
  'application/rss+xml; charset=utf-8',
  'application/javascript',
  'application/wasm',
  'image/svg+xml',
  'image/x-icon',
  'font/ttf',
])('%s is compressible', (type) => {
  expect(isCompressible(type)).toBe(true)
})

test.each([
  '',
  'image/png',
  'image/jpeg',
  'video/mp4',
  'font/woff2',
  'application/zip',
  'application/gzip',
  'application/pdf',
  'application/octet-stream',
  'multipart/byteranges; boundary=text/html',
  'nottext/html',
])('%j is not', (type) => {
  expect(isCompressible(type)).toBe(false)
})
