import { ConfigurationError } from './configuration-error.ts'

/** What the system's errors about a folder mean to the person who chose it. */
const MEANING: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'no space left on its device',
  EDQUOT: 'its disk quota is used up',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'part of its path is not a folder',
  EEXIST: 'it is not a folder',
  ENAMETOOLONG: 'its path is too long',
  ELOOP: 'its path holds too many symbolic links',
}

/** Words in PostgreSQL's own messages for the same troubles. */
const SAID = /permission denied|read-only file system|no space left on device|disk quota exceeded/i

/** The one line for a folder that can't be used; any other error comes back as it is, to be thrown on. */
export function folderTrouble(folder: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const meaning = MEANING[code]
  return meaning ? new ConfigurationError(`data folder ${folder} cannot be used: ${meaning}`, { cause: error }) : error
}

/**
 * The one line for a PostgreSQL program that failed: what it said about the folder when that was the cause, else its
 * first complaint.
 */
export function postgresTrouble(folder: string, said: string): ConfigurationError {
  const folderSaid = SAID.exec(said)?.[0]
  if (folderSaid) return new ConfigurationError(`data folder ${folder} cannot be used: ${folderSaid.toLowerCase()}`)
  const lines = said.split('\n').map((line) => line.trim())
  const complaint =
    lines.find((line) => /\b(FATAL|PANIC|error|not found)\b/.test(line)) ?? lines.findLast((line) => line !== '')
  return new ConfigurationError(`PostgreSQL did not start in ${folder}: ${complaint ?? 'it ended without a word'}`)
}
