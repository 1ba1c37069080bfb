import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const HOME = join(createRequire(import.meta.url).resolve('@sparticuz/chromium'), '../..')

/**
 * Starts the Chromium that came with the packages. Its own `args` would switch off what is tested here (policy, origins),
 * so they are not used.
 */
export async function startChromium(): Promise<Browser> {
  const folder = await unpacked()
  const executablePath = join(folder, 'chromium')
  // Libraries that a bare machine lacks came along; where they are missing, ours are found first.
  const isComplete = !spawnSync('ldd', [executablePath], { encoding: 'utf8' }).stdout.includes('not found')
  const libraries = join(folder, 'al2023/lib')
  const env = isComplete ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries }
  return chromium.launch({
    executablePath,
    env: env as Record<string, string>,
    args: ['--no-sandbox', '--disable-gpu', '--no-zygote', '--force-color-profile=srgb'],
  })
}

/** Unpacks it once a version: beside its place, then there whole, so that two that begin at once don't spoil it. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(HOME, 'package.json'), 'utf8')) as { version: string }
  const folder = join(tmpdir(), `muster-chromium-${version}-${process.getuid?.() ?? 0}`)
  if (existsSync(join(folder, 'chromium'))) return folder
  const beside = await mkdtemp(`${folder}-`)
  const before = process.env.TMPDIR
  process.env.TMPDIR = beside
  try {
    // Read from the environment when it is loaded.
    const { default: packed, inflate } = await import('@sparticuz/chromium')
    await packed.executablePath()
    await inflate(join(HOME, 'bin/al2023.tar.br'))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  await rename(beside, folder).catch(() => rm(beside, { recursive: true, force: true }))
  return folder
}
