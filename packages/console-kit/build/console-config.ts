import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import type { Plugin, UserConfig } from 'vite'

/** Small enough that compressing gains nothing. */
const TOO_SMALL = 1_000

/**
 * How both consoles are built: into `dist` beside `root`, one chunk a page, every file also compressed, `__NONCE__`
 * where the server puts the nonce of each answer's security policy.
 *
 * @param port where the server of the console runs while `vite` serves the page itself.
 */
export const consoleConfig = (root: string, port: number): UserConfig => ({
  root,
  plugins: [react(), compressed()],
  html: { cspNonce: '__NONCE__' },
  build: { outDir: 'dist', assetsInlineLimit: 0, target: 'baseline-widely-available', reportCompressedSize: false },
  server: { proxy: Object.fromEntries(['/api', '/auth', '/v1.0'].map((path) => [path, `http://127.0.0.1:${port}`])) },
})

/** Writes `.br` and `.gz` beside each file: compressing once is smaller and faster than at each request. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir }) {
      const folder = join(dir ?? '', 'assets')
      const names = (await readdir(folder)).filter((name) => /\.(js|css|svg)$/.test(name))
      await Promise.all(
        names.map(async (name) => {
          const file = join(folder, name)
          const bytes = await readFile(file)
          if (bytes.length < TOO_SMALL) return
          const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
          await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params }))
          await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
        }),
      )
    },
  }
}
