/** A new master key, and every credential encrypted with it. */
import type { CredentialSafe } from './credential-safe.ts'
import { type MasterKeys, withNewKey, writeKeys } from './master-key.ts'

/**
 * Cut off anywhere, everything can still be decrypted: the file holds old and new keys until nothing needs the old ones.
 * Keys of the environment cannot be made here: the highest version given there is the new one.
 */
export const rotateKeys = (
  safe: CredentialSafe,
  keys: MasterKeys,
): { version: number; credentials: number } => {
  const next = keys.file === null ? keys : withNewKey(keys)
  if (next.file !== null) writeKeys(next.file, next.byVersion)
  const credentials = safe.reseal(next)
  const newest = [...next.byVersion].filter(([version]) => version === next.current)
  if (next.file !== null) writeKeys(next.file, new Map(newest))
  return { version: next.current, credentials }
}
