/** The example's page in headless Chromium, with the app's own preload and main process behind its bridge. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { App } from './launch'

const CHROMIUM = '/usr/bin/chromium'
/** Why there is no Chromium, where the suite could not install it. */
export const noBrowser = process.env.HYPERV_TEST_NO_BROWSER ?? false

/** Nothing leaves the machine, and no profile of the user is used. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
]
const BASE_TIME = new Date('2026-03-14T10:00:00+01:00')

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false, args: FLAGS })
}

/** Serves over HTTP what the app serves under its own scheme, headers included. */
export async function servePage(app: App): Promise<Server> {
  const server = createServer(async (request, response) => {
    const answer = await app.respond?.({ url: `app://window${request.url}` })
    const body = Buffer.from((await answer?.arrayBuffer()) ?? new ArrayBuffer(0))
    response.writeHead(answer?.status ?? 500, Object.fromEntries(answer?.headers ?? [])).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

export interface Shown {
  readonly page: Page
  /** What the page complained about in its console. */
  readonly complaints: string[]
  close(): Promise<void>
}

export async function showPage(
  browser: Browser,
  app: App,
  options: BrowserContextOptions = {},
): Promise<Shown> {
  const server = await servePage(app)
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  await page.clock.setFixedTime(BASE_TIME)
  const stop = await connectBridge(page, app)
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`)
  return {
    page,
    complaints,
    async close() {
      stop()
      await context.close()
      server.close()
    },
  }
}

/** What Playwright passes keeps bigint and undefined, as Electron's bridge does. */
async function connectBridge(page: Page, app: App): Promise<() => void> {
  const { bridge } = app
  await page.exposeFunction('callBridge', (name: 'readErrors', ...args: unknown[]) =>
    bridge[name](...(args as [string])),
  )
  await page.addInitScript(() => {
    const { callBridge } = globalThis as unknown as {
      callBridge(name: string, ...args: unknown[]): Promise<unknown>
    }
    const listeners = new Set<(update: unknown) => void>()
    const openers = new Set<(key: unknown) => void>()
    const call =
      (name: string) =>
      (...args: unknown[]) =>
        callBridge(name, ...args)
    Object.assign(globalThis, {
      tellPage: (update: unknown) => {
        for (const listener of listeners) listener(update)
      },
      openInPage: (key: unknown) => {
        for (const opener of openers) opener(key)
      },
      hyperv: {
        snapshot: call('snapshot'),
        readErrors: call('readErrors'),
        cancel: call('cancel'),
        copy: call('copy'),
        retry: call('retry'),
        dismiss: call('dismiss'),
        onUpdate: (listener: (update: unknown) => void) => listeners.add(listener),
        onOpen: (listener: (key: unknown) => void) => openers.add(listener),
      },
    })
  })
  const told = bridge.onUpdate(update => {
    const send = (data: unknown) =>
      (globalThis as unknown as { tellPage?(update: unknown): void }).tellPage?.(data)
    page.evaluate(send, update as unknown).catch(() => {})
  })
  const opened = bridge.onOpen(key => {
    const open = (data: unknown) =>
      (globalThis as unknown as { openInPage?(key: unknown): void }).openInPage?.(data)
    page.evaluate(open, key as unknown).catch(() => {})
  })
  return () => {
    told()
    opened()
  }
}
