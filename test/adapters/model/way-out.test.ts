/** What is asked is what was looked at (R10): no other place, no other address behind its name. */
import { lookup } from 'node:dns/promises'
import { type AddressInfo, createServer } from 'node:net'
import { hostname } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isPrivateAddress } from '../../../adapters/egress/address.ts'
import { says } from '../../model-server.ts'
import { CANARY, modelAt, PATIENT, question, secretsOf, serverWith } from './given.ts'

/** The name of this machine, where it is known, is a name like any other that leads here. */
const leadsHere = await lookup(hostname()).then(
  ({ address }) => isPrivateAddress(address),
  () => false,
)

/** Counts who connects, whatever they want. */
const listener = async () => {
  let connections = 0
  const server = createServer(socket => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

describe('a model is not asked', () => {
  test.each([
    ['http://api.example/v1', 'it is not https'],
    ['https://10.0.0.9/v1', 'it is an address of this machine or network; ALLOW_LOCAL_LLM can name it'],
    ['https://api.example:8443/v1', 'its port is not 443'],
    ['https://u:hunter22@api.example/v1', 'it has a user or a password in it'],
  ])('at %s', async (baseUrl, why) => {
    const server = await serverWith(says('x'))
    const reply = await modelAt(server, { baseUrl }, secretsOf(CANARY)).ask(question(), PATIENT)
    expect(reply).toMatchObject({ ok: false, failure: 'unreachable', status: null })
    expect(reply.ok ? '' : reply.message).toBe(`not asked there: ${why}; check model.base_url`)
  })

  test.skipIf(!leadsHere)('behind a name that leads here, although somebody listens', async () => {
    const { port, connections } = await listener()
    const asked = await modelAt(await serverWith(says('x')), { baseUrl: `https://${hostname()}/v1` }).ask(
      question(),
      PATIENT,
    )
    const why = 'its name leads to this machine or network'
    expect(asked.ok ? '' : asked.message).toBe(`not asked there: ${why}; check model.base_url`)
    const server = await serverWith(says('x'))
    const at = (mayBeLocal?: true) =>
      modelAt(server, {
        baseUrl: `http://${hostname()}:${port}/v1`,
        ...(mayBeLocal === undefined ? {} : { mayBeLocal }),
      }).ask(question(), PATIENT)
    expect(await at()).toMatchObject({ ok: false, failure: 'unreachable' })
    expect(connections()).toBe(0)
    expect(await at(true)).toMatchObject({ ok: false, failure: 'unreachable' })
    expect(connections()).toBe(1)
  })
})

test('headers are those it is given, and what carries them', async () => {
  const server = await serverWith(says('x'))
  await modelAt(server, {}, secretsOf(CANARY, { 'x-gateway': 'open-gateway' })).ask(question(), PATIENT)
  expect(Object.keys(server.requests[0]?.headers ?? {}).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'authorization',
    'connection',
    'content-length',
    'content-type',
    'host',
    'user-agent',
    'x-gateway',
  ])
})
