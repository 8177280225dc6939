/**
 * Phial: a small web framework on the WSGI gateway. This module is its public API.
 *
 * @module phial
 */
export { currentApp, Phial } from './app.ts'
export type { PhialOptions } from './config/options.ts'
export { Blueprint, type BlueprintOptions } from './blueprint/blueprint.ts'
export {
  BlueprintSetupState,
  type Placement,
  type RegisterOptions,
} from './blueprint/blueprint-state.ts'
export { type ClassView, MethodView, View, type ViewDecorator } from './answer/class-views.ts'
export {
  afterThisRequest,
  copyCurrentRequestContext,
  streamWithContext,
} from './answer/request-helpers.ts'
export { BuildError, type UrlValues } from './routing/url.ts'
export {
  any,
  bigint,
  type BigintOptions,
  type ConfigurableConverter,
  type Converter,
  float,
  int,
  type IntOptions,
  type NumberOptions,
  path,
  string,
  type StringOptions,
  uuid,
} from './routing/converters.ts'
export {
  DuplicateRuleError,
  type Match,
  type RedirectTarget,
  Router,
  type RouterOptions,
  type Rule,
  type RuleOptions,
} from './routing/router.ts'
export type { Address } from './routing/endpoint-rules.ts'
export type { HostMatching, HostOptions } from './routing/hosts.ts'
export type { ConvertersFor, PathParams, PathValues, ValuesWithDefaults } from './routing/params.ts'
export { type UrlDefaults, UrlHooks, type UrlValuePreprocessor } from './urls/url-hooks.ts'
export { PatternError } from './routing/pattern.ts'
export type { AddMethod, AddRoute, RouteOptions, WithoutView } from './blueprint/scaffold.ts'
export type {
  Config,
  ConfigSources,
  Environment,
  FromFileOptions,
  Settings,
} from './config/config.ts'
export type { Level, LogFields, LogRecord } from './logging/formats.ts'
export { Logger, type LogHandler } from './logging/logger.ts'
export {
  type AfterRequest,
  type App,
  AppContext,
  ContextError,
  g,
  type Globals,
  hasAppContext,
  hasRequestContext,
  request,
  RequestContext,
  session,
} from './context/context.ts'
export { SessionError } from './sessions/session.ts'
export { checkPasswordHash, generatePasswordHash } from './safety/passwords.ts'
export type {
  Flash,
  OpenSession,
  Session,
  SessionInterface,
  SessionStore,
} from './context/session-types.ts'
export { checkSecret, keptSecret } from './sessions/secret.ts'
export { CookieSessions } from './sessions/cookie.ts'
export { StoredSessions } from './sessions/stored.ts'
export { MemoryStore } from './sessions/memory.ts'
export { readSession, saveSession } from './sessions/lifecycle.ts'
export { flash, type FlashedOptions, getFlashedMessages } from './sessions/flash.ts'
export { JsonProvider } from './response/json-provider.ts'
export { Request } from './request/request.ts'
export type { FormSchemaOptions } from './request/request-body.ts'
export type { JsonOptions, JsonReader } from './body/reader.ts'
export type { Limits } from './body/limits.ts'
export type { Args, Reader } from './body/args.ts'
export type { Form } from './body/form.ts'
export { type SaveOptions, saveFile } from './body/files.ts'
export type { Attributes } from './forms/attributes.ts'
export type { FieldValue } from './forms/controls.ts'
export { type FieldValues, HtmlForm } from './forms/html-form.ts'
export type { FormOf, FormOptions } from './forms/submit.ts'
export { ValidationError } from './body/validate.ts'
export type { ValidationIssue } from './config/schema.ts'
export type { Accept } from './fields/accept.ts'
export type { Authorization, Challenge } from './fields/authorization.ts'
export type { CacheControl, ContentSecurityPolicy } from './fields/directives.ts'
export type { ETags, IfRange } from './fields/etags.ts'
export type { NameSet } from './fields/names.ts'
export type { AskedRange, RequestRange, Span } from './fields/ranges.ts'
export type { ServerSentEvent } from './live/event.ts'
export {
  type EventSource,
  eventStream,
  type EventStreamOptions,
  type EventStreamStart,
} from './live/event-stream.ts'
export type { WebSocketClosure, WebSocketConnection, WebSocketMessage } from './live/connection.ts'
export type { WebSocketHandler, WebSocketOptions } from './live/websocket.ts'
export { jsonify, makeResponse } from './answer/answers.ts'
export type { Chunks, ResponseBody } from './response/chunks.ts'
export { escapeHtml } from './helpers/markup.ts'
export type { ConditionalOptions } from './response/conditional.ts'
export {
  type CookieOptions,
  type HeadersLike,
  redirect,
  Response,
  type ResponseOptions,
} from './response/response.ts'
export type {
  Answer,
  BeforeRequest,
  TeardownRequest,
  ContextProcessor,
  TeardownAppContext,
  ViewFunction,
} from './answer/views.ts'
export { abort, type ErrorClass, type ErrorHandler } from './answer/errors.ts'
export {
  HTTPException,
  type HTTPExceptionOptions,
  BadRequest,
  Unauthorized,
  Forbidden,
  NotFound,
  MethodNotAllowed,
  NotAcceptable,
  RequestTimeout,
  Conflict,
  Gone,
  LengthRequired,
  PreconditionFailed,
  RequestEntityTooLarge,
  RequestURITooLarge,
  UnsupportedMediaType,
  RequestedRangeNotSatisfiable,
  ExpectationFailed,
  ImATeapot,
  MisdirectedRequest,
  UnprocessableEntity,
  Locked,
  FailedDependency,
  PreconditionRequired,
  TooManyRequests,
  RequestHeaderFieldsTooLarge,
  UnavailableForLegalReasons,
  InternalServerError,
  NotImplemented,
  BadGateway,
  ServiceUnavailable,
  GatewayTimeout,
  HTTPVersionNotSupported,
} from './errors/http-errors.ts'
export {
  appcontextPopped,
  appcontextPushed,
  appcontextTearingDown,
  beforeRenderTemplate,
  gotRequestException,
  messageFlashed,
  type Receiver,
  requestFinished,
  requestStarted,
  requestTearingDown,
  Signal,
  type TemplateData,
  templateRendered,
} from './observers/signals.ts'
export type { RequestTrace, TemplateTrace, TraceEnd, ViewTrace } from './observers/tracing.ts'
export { type UrlBuildErrorHandler, urlFor, type UrlForOptions } from './urls/url-for.ts'
export {
  renderTemplate,
  renderTemplateString,
  streamTemplate,
  streamTemplateString,
  type TemplateName,
} from './templating/templates.ts'
export type { AppBuild, TemplateModule } from './templating/module.ts'
export { TemplateError, TemplateNotFound } from './templating/errors.ts'
export { Markup } from './helpers/printing.ts'
export {
  type AddCommand,
  type Command,
  type CommandAction,
  CommandGroup,
} from './commands/commands.ts'
export { CommandContext, CommandError, type EchoOptions } from './commands/context.ts'
export type { CommandOptions, CommandValues } from './commands/signature.ts'
export type { SendFileOptions } from './files/answer.ts'
export type { BuiltFile, BuiltFiles } from './files/built-files.ts'
export type { StaticFolder } from './files/static-folder.ts'
export { sendFile, sendFromDirectory } from './files/send-file.ts'
export { safeJoin, secureFilename } from './safety/paths.ts'
export { type TestCliResult, TestCliRunner } from './testing/cli-runner.ts'
export {
  TestClient,
  type TestClientOptions,
  type TestCookieOptions,
  type TestSessionOptions,
  type TestWebSocketOptions,
} from './testing/client.ts'
export type { TestResponse } from './testing/response.ts'
export type { TestAddressOptions } from './testing/address.ts'
export type { TestFiles, TestRequestOptions, TestValues } from './testing/message.ts'
