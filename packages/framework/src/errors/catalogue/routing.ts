import type { Catalogue } from './entry.ts'

/** Patterns, hosts, converters, and URLs built from them. */
export const routing: Catalogue = {
  ERR_PHIAL_PATTERN_FOREIGN: {
    means: 'A pattern uses the syntax of Flask, or of Express 4 and earlier.',
    example: `app.get('/posts/<int:id>', () => 'Hello')`,
    remedy:
      'Write the pattern as shown in the message. `:name` matches one segment, and `*name` matches several. Pass converters in `params`.',
  },
  ERR_PHIAL_PATTERN_SYNTAX: {
    means:
      'The syntax of a pattern is invalid: a group is not closed, a name is missing, or a special character is not escaped.',
    example: `app.get('/posts/{', () => 'Hello')`,
    remedy:
      'Close each `{group}`. Escape a special character with a backslash, which is `\\\\` in a string literal.',
  },
  ERR_PHIAL_PATTERN_GROUPS: {
    means:
      'A pattern has too many optional groups. Each group doubles the number of variants of the pattern.',
    example: `app.get('{/:a}{/:b}{/:c}{/:d}{/:e}{/:f}{/:g}{/:h}{/:i}{/:j}{/:k}', () => 'Hello')`,
    remedy: 'Split the pattern into several routes, or nest the groups: `{/:a{/:b}}`.',
  },
  ERR_PHIAL_PATTERN_SLASH: {
    means:
      'A pattern does not start with a slash. Every path does, so the pattern could never match.',
    example: `app.get('posts', () => 'Hello')`,
    remedy: 'Start the pattern with a slash, outside of any group: `/posts`.',
  },
  ERR_PHIAL_PARAMS_TOUCH: {
    means:
      'Two params follow each other without text in between, so the boundary between them is ambiguous.',
    example: `app.get('/:year:month', () => 'Hello')`,
    remedy: 'Put text between them: `/:year-:month`.',
  },
  ERR_PHIAL_PARAM_NAME: {
    means: 'A pattern uses the same param name twice, or the reserved name `__proto__`.',
    example: `app.get('/:id/copies/:id', () => 'Hello')`,
    remedy: 'Give each param a different name.',
  },
  ERR_PHIAL_PARAM_SEGMENTS: {
    means:
      'A converter for one segment is used for a param that matches several segments, or vice versa.',
    example: `app.get('/*rest', { params: { rest: int } }, () => 'Hello')`,
    remedy:
      'Write `:name` to match one segment, or `*name` to match several. At most one `*name` in a pattern may have a custom converter.',
  },
  ERR_PHIAL_HOST_PATTERN: {
    means:
      'The host pattern of a route is invalid. A host pattern consists of labels separated by dots. Each label consists of text, a `:param`, or both.',
    example: `const site = new Phial(import.meta.url, { hostMatching: true })
site.get('/', { host: 'example.com:8000' }, () => 'Hello')`,
    remedy: 'Write the host without a port, slashes or wildcards: `:user.example.com`.',
  },
  ERR_PHIAL_HOST_OPTION: {
    means: 'A route has a `host` or a `subdomain`, but host matching is off in this app.',
    example: `app.get('/', { host: 'example.com' }, () => 'Hello')`,
    remedy:
      'Create the app with `{ hostMatching: true }`, or with `{ subdomainMatching: true }` for subdomains.',
  },
  ERR_PHIAL_HOST_MODES: {
    means:
      'An app was created with both `hostMatching` and `subdomainMatching`. They exclude each other, because with `hostMatching` each rule names its complete host.',
    example: `new Phial(import.meta.url, { hostMatching: true, subdomainMatching: true })`,
    remedy: 'Pass only one of them.',
  },
  ERR_PHIAL_SERVER_NAME_MISSING: {
    means:
      'The host of the app is unknown. It is required to build an external URL outside of a request, and to match subdomains.',
    example: `app.get('/', () => 'Hello')
app.appContext().run(() => urlFor('index', {}, { external: true }))`,
    remedy:
      'Set `app.config.SERVER_NAME`, such as `example.com`. If a path is enough, pass `{ external: false }`.',
  },
  ERR_PHIAL_CONVERTER_INVALID: {
    means:
      'A converter is invalid: it lacks `parse` or `format`, or it was created with values that no segment can match.',
    example: `app.get('/:id', { params: { id: Number } }, () => 'Hello')`,
    remedy:
      'Use `string`, `int`, `bigint`, `float`, `path`, `any(…)` or `uuid`, or an object with `parse(text)` and `format(value)`.',
  },
  ERR_PHIAL_CONVERTER_UNUSED: {
    means:
      '`params` has a converter for a param that the pattern does not have. Usually the name is misspelt.',
    example: `app.get('/posts/:id', { params: { ID: int } }, () => 'Hello')`,
    remedy: 'Use the name of the param as in the pattern, or remove the converter.',
  },
  ERR_PHIAL_CONVERTER_VALUE: {
    means:
      'A converter cannot format a value, because it could not parse the resulting text back to the same value.',
    example: `int.format('seven')`,
    remedy: "Pass a value of the converter's type and within its bounds.",
  },
  ERR_PHIAL_ROUTE_TAKEN: {
    means: 'Two routes match the same paths and methods, so one of them would never run.',
    example: `app.get('/posts/:id', function post() { return 'one' })
app.get('/posts/:name', function named() { return 'two' })`,
    remedy:
      'Change one of the patterns, use different methods or converters, or remove one of the routes.',
  },
  ERR_PHIAL_REDIRECT_PARAMS: {
    means: "The pattern of `redirectTo` has a param that the route's own pattern does not provide.",
    example: `app.get('/old/:id', { redirectTo: '/new/:name' })`,
    remedy: 'Use the same param names in both patterns, or pass `defaults`.',
  },
  ERR_PHIAL_ENDPOINT_UNKNOWN: {
    means:
      '`urlFor` received an endpoint that no route has. The message names the most similar ones.',
    example: `app.get('/', () => 'Hello')
app.testRequestContext('/').run(() => urlFor('indx'))`,
    remedy:
      'Correct the name. The endpoints of a blueprint begin with its name: `shop.index`, or `.index` within the blueprint. `phial routes` lists all endpoints.',
  },
  ERR_PHIAL_URL_VALUES: {
    means:
      '`urlFor` could not build the URL: a value is missing, or the converter of its param does not accept it.',
    example: `app.get('/posts/:id', { params: { id: int } }, function post() { return 'Hello' })
app.testRequestContext('/').run(() => urlFor('post', { id: 'first' }))`,
    remedy: 'For each param of the pattern, pass a value that its converter accepts.',
  },
  ERR_PHIAL_URL_SCHEME: {
    means:
      '`urlFor` received a scheme together with `external: false`. A URL with a scheme also has a host, so it is external.',
    example: `app.get('/', () => 'Hello')
app.testRequestContext('/').run(() => urlFor('index', {}, { scheme: 'https', external: false }))`,
    remedy: 'Pass only one of them.',
  },
}
