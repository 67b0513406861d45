/**
 * The thread of the embedded database. A statement there runs without a pause until it is done, and a batch of the journal is
 * dozens of them: beside the engine they cost its accounts, clients and timers nothing but the time to hand them over.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, type Results, type Transaction } from '@electric-sql/pglite'
import { type Answered, type Asked, type Failure, OPENED } from './message.ts'

/** Dates and times stay text, which is how the object mapper takes them from every PostgreSQL: `date` to `interval`. */
const AS_TEXT = Object.fromEntries([1082, 1114, 1184, 1186].map(oid => [oid, (text: string) => text]))

type Open = { work: Transaction; settle: (isGood: boolean) => void; ended: Promise<void> }

const ROLLED_BACK = new Error('rolled back')

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, fields: {} }
  // What cannot be copied to another thread is of no use there.
  const fields = Object.entries(error).filter(
    ([, value]) => typeof value !== 'object' && typeof value !== 'function',
  )
  return { message: error.message, stack: error.stack, fields: Object.fromEntries(fields) }
}

const serve = (database: PGlite, say: (answer: Answered) => void): ((asked: Asked) => Promise<void>) => {
  let open: Open | null = null

  const begin = (): Promise<void> =>
    new Promise((begun, failed) => {
      const ended = database.transaction(async work => {
        await new Promise<void>((resolve, reject) => {
          open = { work, ended, settle: isGood => (isGood ? resolve() : reject(ROLLED_BACK)) }
          begun()
        })
      })
      ended.catch(failed)
    })

  const end = async (isGood: boolean): Promise<void> => {
    const ending = open
    open = null
    if (ending === null) return
    ending.settle(isGood)
    await ending.ended.catch((error: unknown) => {
      if (error !== ROLLED_BACK) throw error
    })
  }

  const answer = async (asked: Asked): Promise<unknown> => {
    switch (asked.kind) {
      case 'query': {
        const { sql, parameters, rowMode } = asked
        const done: Results = await (open?.work ?? database).query(sql, parameters, { rowMode })
        return { rows: done.rows, fields: done.fields, affectedRows: done.affectedRows }
      }
      case 'begin':
        return begin()
      case 'commit':
        return end(true)
      case 'rollback':
        return end(false)
      case 'close':
        return database.close()
    }
  }

  return async asked => {
    const { id } = asked
    try {
      say({ id, value: await answer(asked) })
    } catch (error) {
      say({ id, failure: failureOf(error) })
    }
  }
}

const port = parentPort
const say = (answer: Answered): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
  port?.postMessage(answer)
}

try {
  const { folder } = workerData as { folder: string }
  const database = await PGlite.create({ dataDir: folder, parsers: AS_TEXT })
  const take = serve(database, say)
  port?.on('message', (asked: Asked) => void take(asked))
  say({ id: OPENED, value: null })
} catch (error) {
  say({ id: OPENED, failure: failureOf(error) })
}
