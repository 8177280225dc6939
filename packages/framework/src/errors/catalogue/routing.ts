import type { Catalogue } from './entry.ts'

/** Patterns, hosts, converters, and the URLs that are built of them. */
export const routing: Catalogue = {
  ERR_PHIAL_PATTERN_FOREIGN: {
    means: 'A pattern is written as for Flask, or as for Express before its version 5.',
    example: `app.get('/posts/<int:id>', () => 'Hello')`,
    remedy:
      'Write it as the message says. `:name` takes one segment, `*name` several; converters stand in `params`.',
  },
  ERR_PHIAL_PATTERN_SYNTAX: {
    means:
      'A pattern cannot be read: a group is not closed, a name is missing, or a character has a meaning of its own.',
    example: `app.get('/posts/{', () => 'Hello')`,
    remedy:
      'Close each `{group}`; put a backslash before a character that is meant as it stands, `\\\\` in a string.',
  },
  ERR_PHIAL_PATTERN_GROUPS: {
    means:
      'The optional groups of a pattern make too many patterns: each one doubles their number.',
    example: `app.get('{/:a}{/:b}{/:c}{/:d}{/:e}{/:f}{/:g}{/:h}{/:i}{/:j}{/:k}', () => 'Hello')`,
    remedy: 'Split it into several routes, or nest the groups: `{/:a{/:b}}`.',
  },
  ERR_PHIAL_PATTERN_SLASH: {
    means: 'A pattern does not start with a slash, as every path does.',
    example: `app.get('posts', () => 'Hello')`,
    remedy: 'Begin with the slash, outside of any group: `/posts`.',
  },
  ERR_PHIAL_PARAMS_TOUCH: {
    means:
      'Two params stand next to each other, so nobody could tell where one ends and the other begins.',
    example: `app.get('/:year:month', () => 'Hello')`,
    remedy: 'Put text between them: `/:year-:month`.',
  },
  ERR_PHIAL_PARAM_NAME: {
    means: 'A param’s name is used twice in one pattern, or can be no key of an object.',
    example: `app.get('/:id/copies/:id', () => 'Hello')`,
    remedy: 'Give each param a name of its own.',
  },
  ERR_PHIAL_PARAM_SEGMENTS: {
    means:
      'A param that takes several segments is where only one is allowed, or the other way round.',
    example: `app.get('/*rest', { params: { rest: int } }, () => 'Hello')`,
    remedy:
      'Write `:name` for one segment and `*name` for several, with at most one of the latter whose converter is its own.',
  },
  ERR_PHIAL_HOST_PATTERN: {
    means:
      'The host of a route cannot be read. It consists of labels, texts and `:params`, with dots between them.',
    example: `const site = new Phial(import.meta.url, { hostMatching: true })
site.get('/', { host: 'example.com:8000' }, () => 'Hello')`,
    remedy: 'Leave out the port, slashes and wildcards: `:user.example.com`.',
  },
  ERR_PHIAL_HOST_OPTION: {
    means: 'A route names its `host` or `subdomain`, but the app does not look at hosts.',
    example: `app.get('/', { host: 'example.com' }, () => 'Hello')`,
    remedy:
      'Make the app with `{ hostMatching: true }`, or with `{ subdomainMatching: true }` for subdomains.',
  },
  ERR_PHIAL_HOST_MODES: {
    means:
      'An app was made with `hostMatching` and `subdomainMatching`. With the first a rule names its whole host.',
    example: `new Phial(import.meta.url, { hostMatching: true, subdomainMatching: true })`,
    remedy: 'Leave one of them out.',
  },
  ERR_PHIAL_SERVER_NAME_MISSING: {
    means:
      'The app’s host has to be known, and there is no request to tell it, or a subdomain is to be found in it.',
    example: `app.get('/', () => 'Hello')
app.appContext().run(() => urlFor('index', {}, { external: true }))`,
    remedy:
      'Set `app.config.SERVER_NAME`, such as `example.com`, or ask for the path alone with `{ external: false }`.',
  },
  ERR_PHIAL_CONVERTER_INVALID: {
    means:
      'A converter is none: it lacks `parse` or `format`, or was made with values that fit no segment.',
    example: `app.get('/:id', { params: { id: Number } }, () => 'Hello')`,
    remedy:
      'Use `string`, `int`, `bigint`, `float`, `path`, `any(…)` or `uuid`, or an object with `parse(text)` and `format(value)`.',
  },
  ERR_PHIAL_CONVERTER_UNUSED: {
    means:
      'There is a converter for a param that the pattern does not have. Often its name is misspelt.',
    example: `app.get('/posts/:id', { params: { ID: int } }, () => 'Hello')`,
    remedy: 'Give it the name of the param, or leave it out.',
  },
  ERR_PHIAL_CONVERTER_VALUE: {
    means:
      'A value does not fit a param: a converter cannot write it so that it would read it again.',
    example: `int.format('seven')`,
    remedy: 'Give a value of the converter’s kind and within its bounds.',
  },
  ERR_PHIAL_ROUTE_TAKEN: {
    means: 'Two routes take the same paths and methods, so one of them would never be asked.',
    example: `app.get('/posts/:id', function post() { return 'one' })
app.get('/posts/:name', function named() { return 'two' })`,
    remedy: 'Change one of the patterns, give them different methods or converters, or remove one.',
  },
  ERR_PHIAL_REDIRECT_PARAMS: {
    means: 'The pattern of `redirectTo` has a param that the route cannot give a value for.',
    example: `app.get('/old/:id', { redirectTo: '/new/:name' })`,
    remedy: 'Use params of the same names, or give `defaults`.',
  },
  ERR_PHIAL_ENDPOINT_UNKNOWN: {
    means:
      '`urlFor` was asked for an endpoint that no route has. The message names the nearest ones.',
    example: `app.get('/', () => 'Hello')
app.testRequestContext('/').run(() => urlFor('indx'))`,
    remedy:
      'Correct the name. A blueprint’s endpoints begin with its name: `shop.index`, or `.index` from within. `phial routes` lists all.',
  },
  ERR_PHIAL_URL_VALUES: {
    means: 'A URL could not be built: a value is missing, or does not fit its param.',
    example: `app.get('/posts/:id', { params: { id: int } }, function post() { return 'Hello' })
app.testRequestContext('/').run(() => urlFor('post', { id: 'first' }))`,
    remedy: 'Give each param of the pattern a value that its converter takes.',
  },
  ERR_PHIAL_URL_SCHEME: {
    means: '`urlFor` was given a scheme and `external: false`. A URL with a scheme has a host too.',
    example: `app.get('/', () => 'Hello')
app.testRequestContext('/').run(() => urlFor('index', {}, { scheme: 'https', external: false }))`,
    remedy: 'Leave one of them out.',
  },
}
