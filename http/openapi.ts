/** The description of the API, made from the routes themselves. */
import type { App } from './context.ts'
import { finishDescription } from './finish-description.ts'

const DESCRIPTION = [
  'Watch what the engine does (accounts, positions, orders, decisions, actors) and steer it.',
  'What changes something is never a GET; the same command twice is the same once.',
  'Decimal text is what is owned, ordered and paid: money, prices and quantities of accounts, positions, orders, fills and',
  'decisions, and the percentages an account stands at, which its limits are held against; quotients have 12 digits.',
  'Numbers are what is looked at and what is measured: prices of the feed, candles, indicators and bots, to 12 digits, and',
  'ratios, scores and percentages of performance, signals and predictions.',
  'Times are UTC ISO-8601; what is absent is null.',
  'Lists answer {items, total, next}: give next as cursor for the following page.',
  'Errors are problem+json with a code, a request id and a remedy.',
  'Every path is served under /api/v1 as well.',
].join(' ')

export const describeApi = (app: App): Record<string, unknown> => {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Latch API', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }, { url: '/api/v1', description: 'The same, under a prefix.' }],
    tags: [
      'Engine',
      'Accounts',
      'Control',
      'Market',
      'Bots',
      'Trading',
      'Decisions',
      'Performance',
      'Actors',
      'Events',
      'Operations',
      'Access',
      'Documentation',
    ].map(name => ({ name })),
  })
  return finishDescription({ ...document })
}

/** Registered before the routes refer to them by name. */
export const registerSecurity = (app: App): void => {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token printed at the first start.',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'latch_session',
    description:
      'The cookie of POST /session (`__Host-latch_session` over TLS). Commands need X-Requested-With, too.',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
    description: 'For pages opened in a browser: any user name, the token as password.',
  })
}
