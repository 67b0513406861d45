/**
 * Encryption of one credential: AES-256-GCM under a key of its own account.
 *
 * The key is HKDF-SHA-256 of the master key and the account, so that one account's key opens no other's credentials. What
 * the credential is for is bound to it as additional data: a box that is moved to another account, field, host or key
 * version does not open. Every box has a new random 96-bit nonce.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { SecretError } from './secret-error.ts'

/** What a box belongs to. */
export type Label = { accountId: string; field: string; keyVersion: number; host: string }
/** Both in base64; the box ends with its 16-byte tag. */
export type Box = { nonce: string; box: string }

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

const keyFor = (master: Buffer, accountId: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, 'latch credentials', accountId, 32))

const boundTo = ({ accountId, field, keyVersion, host }: Label): Buffer =>
  Buffer.from(`${accountId}|${field}|${keyVersion}|${host}`)

export const seal = (master: Buffer, label: Label, text: string): Box => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, keyFor(master, label.accountId), nonce, {
    authTagLength: TAG_BYTES,
  })
  cipher.setAAD(boundTo(label))
  const box = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { nonce: nonce.toString('base64'), box: box.toString('base64') }
}

/** @throws SecretError when the key is another, or anything of the box or its label was changed. */
export const unseal = (master: Buffer, label: Label, { nonce, box }: Box): string => {
  const bytes = Buffer.from(box, 'base64')
  try {
    const decipher = createDecipheriv(
      ALGORITHM,
      keyFor(master, label.accountId),
      Buffer.from(nonce, 'base64'),
      {
        authTagLength: TAG_BYTES,
      },
    )
    decipher.setAAD(boundTo(label))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch (error) {
    throw new SecretError(
      `The ${label.field} of account ${label.accountId} cannot be decrypted: the master key is not the one it was ` +
        `encrypted with (version ${label.keyVersion}), or the file was changed. Give that key, or set the credential anew.`,
      { cause: error },
    )
  }
}
