/**
 * The protocol room: MCP on the wire, revisions 2026-07-28 (stateless) and 2025-11-25 (handshake), over HTTP, unix and stdio.
 * It exists in two halves: the endpoint (gateway thread: lists, discovery, routing, sessions) and the tool host
 * (server thread: validate, run, serialise); between them travels a CallRequest, the client's own bytes.
 * Invariant: schemas, lists and fixed answers are built once at start; a request rebuilds nothing.
 */

export type {
  Askable,
  Asking,
  ElicitAnswer,
  ElicitForm,
  LogLevel,
  Root,
  SampleAnswer,
  SampleRequest,
} from './asking.js';
export {
  type CallContext,
  type CallRequest,
  type CallSink,
  type Forward,
  type Revision,
  revisions,
} from './call.js';
export type { Catalogue, PromptListing, ResourceListing, TemplateListing, ToolListing } from './catalogue.js';
export type { Content, Icon, ResourceContents } from './content.js';
export {
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineServer,
  defineTool,
  type Server,
} from './define.js';
export {
  createEndpoint,
  type Endpoint,
  type EndpointOptions,
  type ServerInfo,
  type View,
} from './endpoint.js';
export type { JsonSchema } from './json-schema.js';
export type { Prompt, PromptDefinition, PromptMessage } from './prompt.js';
export { refuseCall } from './refuse-call.js';
export type { RequestContext } from './request-context.js';
export type { CompletionArgument, Resource, ResourceBody, ResourceTemplate } from './resource.js';
export type { ServerDefinition } from './server-definition.js';
export type { Change } from './subscriptions.js';
export type {
  TaskSupport,
  Tool,
  ToolAnnotations,
  ToolContext,
  ToolDefinition,
  ToolResult,
} from './tool.js';
export {
  createToolHost,
  type HostedCall,
  type Outcome,
  type ToolHost,
  type ToolHostOptions,
} from './tool-host.js';
export { type BridgeEnd, type BridgeOptions, bridge } from './transports/bridge.js';
export {
  createHttpHandler,
  type HttpHandler,
  type HttpOptions,
  hardenHttpServer,
} from './transports/http.js';
export { type Front, type FrontOptions, frontHttpServer } from './transports/http-front.js';
export { createGuard, type Guard, type GuardOptions } from './transports/http-guard.js';
export { type LinesOptions, serveLines } from './transports/lines.js';
export type { Preface, PrefaceReply } from './transports/preface.js';
export { type Opened, serveUnix, type UnixListener, type UnixOptions } from './transports/unix.js';
