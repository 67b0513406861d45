/** A disk that takes a part of what it is given, or nothing more. */
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { appendWhole, archive } from '../../../adapters/store/archive.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'latch-archive-'))

/** Takes `most` bytes at once and `room` bytes altogether. */
const shortOf = (file: FileHandle, most: number, room = Number.POSITIVE_INFINITY) => {
  let left = room
  const write = async (bytes: Uint8Array, from: number) => {
    const length = Math.min(most, left, bytes.length - from)
    left -= length
    return length === 0 ? { bytesWritten: 0, buffer: bytes } : file.write(bytes, from, length)
  }
  return {
    stat: () => file.stat(),
    sync: () => file.sync(),
    truncate: (length: number) => file.truncate(length),
    write: write as FileHandle['write'],
  } as Parameters<typeof appendWhole>[0]
}

test('what the disk takes in parts arrives whole', async () => {
  const path = join(folder(), 'parts')
  await using file = await open(path, 'a')
  await appendWhole(shortOf(file, 3), Buffer.from('0123456789'))
  expect(readFileSync(path, 'utf8')).toBe('0123456789')
})

test('a disk that becomes full rejects, and leaves the file as it was', async () => {
  const path = join(folder(), 'full.gz')
  await archive(path, ['{"nth":1}'])
  const before = readFileSync(path)
  await using file = await open(path, 'a')
  await expect(appendWhole(shortOf(file, 3, 5), Buffer.from('0123456789'))).rejects.toThrow(
    'the disk took 5 of 10 bytes',
  )
  expect(readFileSync(path)).toEqual(before)
  await archive(path, ['{"nth":2}'])
  expect(gunzipSync(readFileSync(path)).toString('utf8')).toBe('{"nth":1}\n{"nth":2}\n')
})

test('the file and its folder are for nobody else, and what cannot be written says where and what stays', async () => {
  const path = join(folder(), 'archive', 'rows.jsonl.gz')
  await archive(path, ['{}'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  await expect(archive(join(path, 'below'), ['{}', '{}'])).rejects.toThrow(
    /^2 old rows cannot be archived in .*rows\.jsonl\.gz.*They stay in the store/,
  )
})
