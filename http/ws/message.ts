/**
 * One message of a stream before it has a number: written out once, whoever receives it.
 *
 * Only the number differs between channels, so the text is kept in two parts, before and after it.
 */
import { iso } from '../present/shape.ts'

export const STREAMS = ['trading-events', 'market-data', 'positions', 'actors'] as const
export type StreamName = (typeof STREAMS)[number]

export type MessageHead = {
  type: string
  /** Epoch ms, by the clock of the engine. */
  at: number
  /** `null`: it is of no single account. */
  accountId: string | null
  /** Those who may see it. */
  accounts: readonly string[]
  /** `null`: it is of no single asset. */
  asset: string | null
}

export class Message {
  readonly head: MessageHead
  readonly #data: () => unknown
  #tail: string | null = null

  /** `data` is asked for once, when the first client is to be told. */
  constructor(head: MessageHead, data: () => unknown) {
    this.head = head
    this.#data = data
  }

  /** The envelope as JSON. */
  text(seq: number): string {
    this.#tail ??= tailOf(this.head.at, this.head.accountId, this.#data())
    return `{"type":${JSON.stringify(this.head.type)},"seq":${seq}${this.#tail}`
  }
}

const tailOf = (at: number, accountId: string | null, data: unknown): string =>
  `,"ts":"${iso(at)}","account_id":${JSON.stringify(accountId)},"data":${JSON.stringify(data)}}`

/** What is said to one client only; it takes no number. A snapshot has the number of the last event that is in it. */
export const envelopeText = (type: string, seq: number | null, at: number, data: unknown): string =>
  `{"type":${JSON.stringify(type)},"seq":${seq}${tailOf(at, null, data)}`

/**
 * A text as one WebSocket frame of a server (RFC 6455 §5.2: final, text, unmasked), the same bytes for every client.
 */
export const frameOf = (text: string): Buffer => {
  const length = Buffer.byteLength(text)
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(size + length)
  frame[0] = 0x81
  if (size === 2) frame[1] = length
  else if (size === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, size)
  return frame
}
