/** Listens on a port for as long as the engine lives, and lets go of it quickly. */
import type { IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import type { App } from './context.ts'
import { createUpgrader, isUpgrade } from './ws/upgrade.ts'

/** Time open requests get to end by themselves once the server closes. */
const GRACE_MS = 800
const SWEEP_MS = 20

export type RunningServer = {
  /** Where a browser on this machine finds it. */
  url: string
  /** Ends event streams, lets short requests finish, then cuts what is left. Returns within a second. */
  close: () => Promise<void>
}

/** Any other upgrade (HTTP/2 in the clear) is passed over, and the request answered as it is. */
const isWanted = (request: IncomingMessage): boolean => isUpgrade(request.headers)

/** @throws Error that names the address and the setting to change when it cannot listen there. */
export const startServer = async (options: {
  app: App
  host: string
  port: number
  /** PEM texts; with them it speaks HTTPS and nothing else. */
  tls?: { cert: string; key: string } | null
}): Promise<RunningServer> => {
  const { app, host, port, tls = null } = options
  const stopping = new AbortController()
  const server = createAdaptorServer({
    fetch: (request, bindings) =>
      app.fetch(request, { ...(bindings as HttpBindings), stopping: stopping.signal }),
    ...(tls === null
      ? { serverOptions: { shouldUpgradeCallback: isWanted } }
      : {
          createServer: createTlsServer,
          serverOptions: { ...tls, minVersion: 'TLSv1.2' as const, shouldUpgradeCallback: isWanted },
        }),
  })

  server.on(
    'upgrade',
    createUpgrader((request, bindings) =>
      app.fetch(request, {
        ...(bindings as Partial<HttpBindings>),
        stopping: stopping.signal,
        upgrade: bindings.upgrade,
      }),
    ),
  )

  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(cannotListen(error, host, port)))
    server.listen(port, host, () => resolve())
  })

  let closed: Promise<void> | null = null
  const close = () =>
    new Promise<void>(resolve => {
      stopping.abort()
      const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), GRACE_MS)
      // A connection whose answer ends now would wait for its next request: looked at again until none is left.
      const sweep = setInterval(
        () => 'closeIdleConnections' in server && server.closeIdleConnections(),
        SWEEP_MS,
      )
      server.close(() => {
        clearTimeout(cut)
        clearInterval(sweep)
        resolve()
      })
    })

  return {
    url: urlOf(server.address(), host, tls === null ? 'http' : 'https'),
    close: () => (closed ??= close()),
  }
}

const cannotListen = (error: Error, host: string, port: number): Error => {
  const where = `${host}:${port}`
  const { code } = error as NodeJS.ErrnoException
  const [what, remedy] =
    code === 'EADDRINUSE'
      ? ['another program listens there', 'Stop it, or set API_PORT to a free port.']
      : code === 'EACCES'
        ? ['this user may not use that port', 'Set API_PORT to a port above 1023.']
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? [
              'this machine does not have that address',
              'Set API_HOST to one it has, e.g. 127.0.0.1 or 0.0.0.0.',
            ]
          : [error.message, 'Check API_HOST and API_PORT.']
  return new Error(`The API cannot listen on ${where}: ${what}. ${remedy}`, { cause: error })
}

const urlOf = (
  address: ReturnType<ReturnType<typeof createAdaptorServer>['address']>,
  host: string,
  scheme: string,
): string => {
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const everywhere = host === '0.0.0.0' || host === '::' || host === ''
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `${scheme}://${name}:${port}`
}
