/** The files of the page, served under a scheme of their own instead of file:, which could reach the whole disk. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export const SCHEME = 'app'
export const ORIGIN = `${SCHEME}://window`
export const PAGE_URL = `${ORIGIN}/index.html`

/** Nothing but the app's own scripts and styles: no inline code, no remote content, no connections, no forms. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const APP_FOLDER = join(__dirname, '..', '..')
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/** Answers a request for a page's file; 404 for everything that is none. */
export async function respond(url: string): Promise<Response> {
  const match = /^\/([a-z-]+)\.(html|css|js)$/.exec(new URL(url).pathname)
  const [, name, extension = ''] = match ?? []
  const folder = extension === 'js' ? join(APP_FOLDER, 'dist', 'renderer') : join(APP_FOLDER, 'page')
  try {
    if (match === null) throw new Error('no such file')
    return new Response(await readFile(join(folder, `${name}.${extension}`)), {
      headers: {
        'Content-Type': TYPES[extension] ?? '',
        'Content-Security-Policy': CONTENT_POLICY,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      },
    })
  } catch {
    return new Response('not found', { status: 404 })
  }
}
