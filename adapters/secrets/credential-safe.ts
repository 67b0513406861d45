/**
 * The credentials of a data folder, encrypted, in a file of their own that no read path touches: `credentials.json`.
 *
 * Telling what there is opens no box. A value leaves by `reveal` alone, to the one host it was given for.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import {
  CREDENTIAL_FIELDS,
  type CredentialField,
  type CredentialInfo,
  type CredentialStore,
} from '../../domain/credential.ts'
import { watchSecret } from '../../domain/scrub.ts'
import { Secret } from '../../domain/secret.ts'
import { type Label, seal, unseal } from './cipher.ts'
import type { MasterKeys } from './master-key.ts'
import { SecretError } from './secret-error.ts'

const Entry = z.strictObject({
  accountId: z.string().min(1),
  field: z.enum(CREDENTIAL_FIELDS),
  host: z.string(),
  keyVersion: z.int().min(1),
  nonce: z.string().min(1),
  box: z.string().min(1),
  last4: z.string().nullable(),
  updatedAt: z.number(),
})
type Entry = z.infer<typeof Entry>

/** A shorter value would be half told by its end. */
const TOLD_LENGTH_MIN = 16

export const credentialFile = (dataDir: string): string => join(dataDir, 'credentials.json')

const readEntries = (file: string): Entry[] => {
  if (!existsSync(file)) return []
  try {
    chmodSync(file, 0o600)
    return z.array(Entry).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new SecretError(
      `The credentials in ${file} cannot be read. Restore the file from a backup, or delete it and set them anew.`,
      { cause: error },
    )
  }
}

const writeEntries = (file: string, entries: readonly Entry[]): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.next`, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.next`, file)
}

export class CredentialSafe implements CredentialStore {
  readonly #file: string
  readonly #keys: () => MasterKeys
  readonly #now: () => number
  #entries: Entry[]

  /** `keys` is asked when something is to be encrypted or decrypted, and not before. */
  constructor(dataDir: string, keys: () => MasterKeys, now: () => number) {
    this.#file = credentialFile(dataDir)
    this.#keys = keys
    this.#now = now
    this.#entries = readEntries(this.#file)
  }

  describe(accountId: string): CredentialInfo[] {
    return CREDENTIAL_FIELDS.map(field => infoOf(field, this.#find(accountId, field)))
  }

  /** Whether there is one for this host. */
  has(accountId: string, field: CredentialField, host: string): boolean {
    return this.#find(accountId, field)?.host === host
  }

  put(accountId: string, field: CredentialField, value: Secret, host: string | null): CredentialInfo {
    const plain = value.reveal()
    watchSecret(plain)
    const keys = this.#keys()
    const label: Label = { accountId, field, keyVersion: keys.current, host: host ?? '' }
    const entry: Entry = {
      ...label,
      field,
      ...seal(masterOf(keys, keys.current), label, plain),
      last4: plain.length < TOLD_LENGTH_MIN ? null : plain.slice(-4),
      updatedAt: this.#now(),
    }
    this.#save([...this.#without(accountId, field), entry])
    return infoOf(field, entry)
  }

  remove(accountId: string, field: CredentialField): boolean {
    const rest = this.#without(accountId, field)
    if (rest.length === this.#entries.length) return false
    this.#save(rest)
    return true
  }

  /** `null` when there is none for this host: a key is not sent to an address it was not given for. */
  reveal(accountId: string, field: CredentialField, host: string): Secret | null {
    const entry = this.#find(accountId, field)
    if (entry === undefined || entry.host !== host) return null
    const plain = unseal(masterOf(this.#keys(), entry.keyVersion), entry, entry)
    watchSecret(plain)
    return new Secret(plain)
  }

  /** Encrypts everything anew with the current key, all of it or nothing. Returns how many there were. */
  reseal(keys: MasterKeys): number {
    const master = masterOf(keys, keys.current)
    const next = this.#entries.map(entry => {
      const plain = unseal(masterOf(keys, entry.keyVersion), entry, entry)
      const label = { ...entry, keyVersion: keys.current }
      return { ...label, ...seal(master, label, plain) }
    })
    this.#save(next)
    return next.length
  }

  #find(accountId: string, field: CredentialField): Entry | undefined {
    return this.#entries.find(each => each.accountId === accountId && each.field === field)
  }

  #without(accountId: string, field: CredentialField): Entry[] {
    return this.#entries.filter(each => each.accountId !== accountId || each.field !== field)
  }

  #save(entries: Entry[]): void {
    writeEntries(this.#file, entries)
    this.#entries = entries
  }
}

const masterOf = ({ byVersion }: MasterKeys, version: number): Buffer => {
  const master = byVersion.get(version)
  if (master !== undefined) return master
  throw new SecretError(
    `A credential is encrypted with master key version ${version}, which is not given; there is ${[...byVersion.keys()].join(', ')}. ` +
      'Give that key beside the others, as <version>:<key>.',
  )
}

const infoOf = (field: CredentialField, entry: Entry | undefined): CredentialInfo => ({
  field,
  hasKey: entry !== undefined,
  last4: entry?.last4 ?? null,
  host: entry?.host ?? null,
  updatedAt: entry?.updatedAt ?? null,
  keyVersion: entry?.keyVersion ?? null,
})
