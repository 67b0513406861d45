/** Newline-delimited JSON over a socket. */
import type { Socket } from 'node:net'

export type Request = { id: number; method: string; args: unknown[] }
export type Reply =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; code: string; message: string }
export type Message = Reply | { event: unknown }

export const readLines = (socket: Socket, take: (line: unknown) => void): void => {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (part: string) => {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(JSON.parse(line))
  })
}

export const writeLine = (socket: Socket, line: Request | Message, written?: () => void): void => {
  if (socket.writable) socket.write(`${JSON.stringify(line)}\n`, () => written?.())
}
