import { isSecretName } from '@phial/core'
import { expect, test } from 'vitest'

test.each([
  // Django's API, AUTH, TOKEN, KEY, SECRET, PASS, SIGNATURE and HTTP_COOKIE
  'API', 'STRIPE_API', 'apiUrl', 'AUTH', 'HTTP_AUTHORIZATION', 'oauthState', 'GITHUB_TOKEN', 'KEY', 'key', 'SECRET_KEY',
  'SECRET_KEY_FALLBACKS', 'clientSecret', 'PASS', 'DB_PASSWORD', 'signature', 'HTTP_COOKIE', 'SESSION_COOKIE',
  // and names that Django does not hide
  'pass', 'pwd', 'DB_PWD', 'DB_PASS', 'dbPass', 'passwd', 'passcode', 'PASSPHRASE', 'SSH_KEY', 'apiKey', 'APIKey', 'api-key',
  'AWS_PRIVATE_KEY', 'JWT', 'jwt', 'X-Auth', 'X-Auth-Token', 'auth_user', 'SALT', 'salt', 'code', 'pin', 'PIN', 'otp', 'csrf', 'X-CSRF',
  '_csrf', 'XSRF-TOKEN', 'credentials', 'session', 'session_id', 'sessionId', 'PHPSESSID', 'JSESSIONID', 'connect.sid', 'refresh_tokens',
  'BEARER', 'bearer_value', 'credit_card', 'creditCardNumber', 'card-number', 'cardNumber', 'iban', 'SSN',
  'user[password]', 'user.password', 'X-Amz-Signature', 'new-password2',
])('%s is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true)
}) // prettier-ignore

test.each([
  '', '-', 'name', 'page', 'HOME', 'author', 'Authors', 'authorId', 'author_name', 'HTTP_AUTHORITY', 'WWW-Authenticate', 'keyboard', 'keywords',
  'monkey', 'monkeyPatch', 'capital', 'rapid', 'therapist', 'compass', 'bypass', 'passenger', 'passage', 'passive', 'passed', 'status_code',
  'zipCode', 'country_code', 'Content-Encoding', 'Keep-Alive', 'SESSION_COOKIE_NAME', 'SESSION_COOKIE_SECURE', 'session_count', 'id', 'post_id',
  'opinion', 'spinner', 'card', 'cardType', 'postcard', 'Accept', 'X-Request-ID', 'Cookies-Policy',
])('%s is not the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(false)
}) // prettier-ignore
