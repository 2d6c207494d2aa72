import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { hasFailed, type MsvmError } from '../../lib/entries'
import { noBrowser, type Shown, showPage, startBrowser } from './browser'
import { DENIED, LOST } from './failures'
import { type App, launch } from './launch'
import { itemOf, type Recorded, type RecordedJob, ReplayedSession, record } from './recording'
import { HOSTILE } from './scenario'

/** Rules of WCAG 2.2 AA and axe's best practices. */
const AXE = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }

/** Not one of the jobs that were added to the demo's. */
function isOfDemo({ job }: RecordedJob): boolean {
  return !/^[A-Z]+$/.test(job.instanceId ?? '')
}

/** Kept to be looked at. */
const pictures = process.env.HYPERV_TEST_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'electron-pictures-'))

describe('Electron example: the page in Chromium', { skip: noBrowser }, () => {
  let recorded: Recorded
  let browser: Browser

  before(async () => {
    recorded = record()
    browser = await startBrowser()
  })

  after(() => browser?.close())

  interface Open extends Shown {
    readonly app: App
    readonly session: ReplayedSession
  }

  type Options = Parameters<typeof showPage>[2] & { readonly only?: (entry: RecordedJob) => boolean }

  /** The page of a host whose failed jobs have been delivered; afterwards the console has to be empty. */
  function shown(
    name: string,
    body: (open: Open) => Promise<void>,
    { only, ...options }: Options = {},
  ): void {
    test(name, async () => {
      const all = recorded.jobs.filter(only ?? (() => true))
      const session = new ReplayedSession(all)
      const app = await launch({ host: 'HV-01', connect: async () => session })
      session.deliver(
        { kind: 'state', state: 'watching', error: null, host: 'HV-01' },
        ...all.filter(({ job }) => hasFailed(job)).map(entry => itemOf(entry, true)),
      )
      const open = await showPage(browser, app, options)
      try {
        await open.page.locator('#connection[data-state=connected]').waitFor()
        await body({ ...open, app, session })
        assert.deepEqual(open.complaints, [])
      } finally {
        await open.close()
        await app.stop()
      }
    })
  }

  const rows = (page: Page) => page.locator('#rows tr')
  const panel = (page: Page) => page.locator('#details')
  const focused = (page: Page) => page.evaluate("document.activeElement?.getAttribute('data-key') ?? null")
  const withErrors = (count: number) => recorded.jobs.find(({ answer }) => answer?.errors?.length === count)!
  const rowOf = (page: Page, { job }: RecordedJob) => page.locator(`tr[data-key$="${job.instanceId}"]`)
  const picture = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) })

  async function assertAccessible(page: Page): Promise<void> {
    await page.evaluate(axe.source)
    const violations = await page.evaluate(async options => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
      const found = await axe.run(options)
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' | ')}`)
    }, AXE)
    assert.deepEqual(violations, [])
  }

  shown('lists every job, failures first', async ({ page }) => {
    await rows(page).first().waitFor()
    assert.equal(await rows(page).count(), recorded.jobs.length)
    const outcomes = await rows(page).evaluateAll(all => all.map(row => row.getAttribute('data-outcome')))
    const order = ['failed', 'cancelled', 'running', 'warning', 'succeeded']
    assert.deepEqual(
      outcomes,
      [...outcomes].sort((one, other) => order.indexOf(one!) - order.indexOf(other!)),
    )
    const failed = recorded.jobs.filter(({ job }) => hasFailed(job) && job.jobState === 10).length
    assert.equal(outcomes.lastIndexOf('failed'), failed - 1)
    assert.equal(await page.locator('#counts [data-count=failed]').innerText(), `${failed} failed`)
    assert.match(await page.title(), new RegExp(`^\\(${failed}\\) Hyper-V jobs – HV-01`))
    await assertAccessible(page)
    await picture(page, 'list-light')
  })

  shown('shows of a job what it is, where it goes, how far it is and why it failed', async ({ page }) => {
    const row = rowOf(page, withErrors(2))
    const cells = await row.locator('td').allInnerTexts()
    assert.equal(cells[0], 'Failed')
    assert.match(cells[1] ?? '', /^Moving Virtual Machine\n'ledger-db' could not be moved: .*0x8009030E/)
    assert.deepEqual(cells.slice(2), ['ledger-db', 'HV-01', 'HV-02', '12 %', '09:12:04', '3 s'])
    assert.equal(await row.locator('progress').getAttribute('value'), '12')
  })

  shown('has jobs of every class in the list', async ({ page }) => {
    for (const { job } of recorded.jobs) {
      assert.equal(await page.locator(`tr[data-key="HV-01 ${job.className} ${job.instanceId}"]`).count(), 1)
    }
  })

  shown(
    'shows every field of every error, the primary one first and marked',
    async ({ page }) => {
      const failed = withErrors(3)
      const { errors, primary } = failed.answer!
      await rowOf(page, failed).click()
      const records = panel(page).locator('article.record')
      assert.equal(await records.count(), 3)
      assert.equal(await panel(page).locator('.mark').count(), 1)
      const order = [primary!, ...[0, 1, 2].filter(index => index !== primary)]
      for (const [at, index] of order.entries()) {
        const text = await records.nth(at).innerText()
        const record = errors![index]!
        assert.match(text, new RegExp(`Error ${index + 1} of 3`))
        assert.equal(text.includes('Primary error'), index === primary)
        assert.ok(text.includes(record.message!))
        for (const [field, value] of Object.entries(record) as [keyof MsvmError, unknown][]) {
          if (field === 'className' || field === 'extra') continue
          const shownName = new RegExp(`\\b${field.replace(/Id$/, '')}`, 'i')
          assert.match(text, shownName, field)
          for (const item of Array.isArray(value) ? value : [value]) {
            if (item !== null && item !== undefined)
              assert.ok(text.includes(String(item)), `${field}: ${item}`)
          }
        }
      }
      const first = await records.first().innerText()
      assert.match(first, /ErrorType\s+Unavailable Resource Error 9/)
      assert.match(first, /ProbableCause\s+Element Missing 73/)
      assert.match(first, /NULL: .*OwningEntity/)
      await assertAccessible(page)
      await picture(page, 'details-light')
    },
    { only: isOfDemo },
  )

  shown('shows a message as text whatever is in it, and a bigint in full', async ({ page, complaints }) => {
    await page.locator('tr[data-key$=HOSTILE]').click()
    const message = await panel(page).locator('article.record .message').first().innerText()
    assert.equal(message, HOSTILE.replace('\u202e', '\\u202e'))
    assert.match(await panel(page).innerText(), /TraceId\s+18446744073709551615/)
    assert.equal(await page.locator('img, #rows script, #details script, #rows b, .subject b').count(), 0)
    assert.equal(await page.evaluate("'hacked' in window"), false)
    const attempt = "try { document.body.innerHTML = '<b>x</b>'; false } catch { true }"
    const warned = page.waitForEvent('console')
    const refused = await page.evaluate(attempt)
    assert.match((await warned).text(), /TrustedHTML/)
    complaints.length = 0
    assert.equal(refused, true, 'the page could not even use innerHTML by mistake')
    await picture(page, 'hostile')
  })

  shown('shows what could not be decoded, with the position and the text', async ({ page }) => {
    await page.locator('tr[data-key$=HOSTILE]').click()
    const bad = panel(page).locator('article.undecodable')
    assert.equal(await bad.count(), 2)
    assert.match(await bad.first().innerText(), /Element 1 could not be decoded\s+.*line 1, column \d+/s)
    await bad.first().locator('summary').click()
    assert.match(await bad.first().locator('pre').innerText(), /^<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY/)
    assert.match(await bad.nth(1).innerText(), /Element 3/)
    const good = panel(page).locator('article.primary')
    await good.locator('summary').click()
    assert.match(await good.locator('pre').innerText(), /TraceId/, 'each has its own text')
  })

  shown('shows the CIM-XML of a record as it came', async ({ page }) => {
    const failed = withErrors(2)
    await rowOf(page, failed).click()
    const first = panel(page).locator('article.record').first()
    const raw = first.locator('pre')
    assert.equal(await raw.isVisible(), false)
    await first.locator('summary').click()
    assert.equal(await raw.innerText(), failed.answer!.raw![failed.answer!.primary!])
  })

  shown('says why the errors of a job could not be read', async ({ page }) => {
    await page.locator('tr[data-key$=UNREADABLE]').click()
    await panel(page).locator('.problem').waitFor()
    assert.match(
      await panel(page).locator('.problem').innerText(),
      /did not return the errors.*GetErrorEx .*returned 32773/s,
    )
  })

  shown('reads the errors of other jobs when somebody looks', async ({ page }) => {
    await page.locator('tr[data-outcome=warning]').click()
    await panel(page).locator('article.record').waitFor()
    assert.match(await panel(page).innerText(), /Network adapter 'Backup' of 'file-archive'/)
    await page.locator('tr[data-outcome=succeeded]').first().click()
    await panel(page).getByText('The job has no error records.').waitFor()
  })

  shown('copies a text for a ticket', async ({ page, app }) => {
    await rowOf(page, withErrors(2)).click()
    await page.getByRole('button', { name: 'Copy for ticket' }).click()
    await page.getByText('Copied to the clipboard').waitFor()
    assert.match(app.clipboard, /^Virtual machine: +ledger-db \(3F0C7A52-/m)
    assert.match(app.clipboard, /Error 2 of 2 \(primary\)\n'ledger-db' could not be moved/)
  })

  shown('filters by every word, also by codes that stand in an error', async ({ page }) => {
    await page.keyboard.press('/')
    await page.keyboard.type('hv-02 sec_e_no')
    assert.equal(await page.locator('#filter').inputValue(), 'hv-02 sec_e_no')
    assert.equal(await rows(page).count(), 1)
    await page.keyboard.press('Escape')
    assert.equal(await rows(page).count(), recorded.jobs.length)
    await page.keyboard.type('no such job')
    await page.getByText('No job matches').waitFor()
    assert.equal(await page.locator('#jobs').isVisible(), false)
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    assert.equal(await rows(page).count(), recorded.jobs.length)
  })

  shown('can be used with the keyboard alone', async ({ page }) => {
    const keys = await rows(page).evaluateAll(all => all.map(row => row.getAttribute('data-key')))
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement?.id'), 'filter')
    const heads = await page.locator('th button:visible').evaluateAll(all => all.map(head => head.id))
    for (const head of heads) {
      await page.keyboard.press('Tab')
      assert.equal(await page.evaluate('document.activeElement?.id'), head)
    }
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), keys[0])
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    assert.equal(outline, 'solid', 'the focus is visible')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    assert.equal(await focused(page), keys[1])
    assert.equal(await page.locator('tr[aria-selected=true]').getAttribute('data-key'), keys[1])
    assert.equal(await panel(page).isVisible(), false)
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement?.id'), 'details')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement?.textContent'), 'Copy for ticket')
    await page.keyboard.press('Escape')
    assert.equal(await panel(page).isVisible(), false)
    assert.equal(await focused(page), keys[1])
    await page.keyboard.press('End')
    assert.equal(await focused(page), keys.at(-1))
    await page.keyboard.press('Home')
    assert.equal(await focused(page), keys[0])
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    assert.equal(await focused(page), keys[0])
  })

  shown('follows a job to its failure without losing the place', async ({ page, session }) => {
    const running = recorded.jobs.find(({ job }) => job.jobState === 4)!
    const row = rowOf(page, running)
    await row.focus()
    const { job } = running
    session.deliver({
      id: 'id',
      host: 'HV-01',
      virtualMachine: null,
      kind: 'changed',
      job: { ...job, percentComplete: 83 },
    })
    await row.locator('progress[value="83"]').waitFor()
    assert.equal(await focused(page), await row.getAttribute('data-key'))
    await page.keyboard.press('Enter')
    await panel(page).locator('article.record').first().waitFor()
    await panel(page).locator('article.record summary').first().click()
    const failed = { ...job, jobState: 10, errorCode: 32768 }
    session.deliver(itemOf({ ...running, job: failed }, true))
    await page.locator('#details .outcome[data-outcome=failed]').waitFor()
    assert.equal(await panel(page).locator('article.record pre').first().isVisible(), true)
    assert.match(await page.locator('#news').innerText(), /^Failed: Moving Virtual Machine/)
    assert.equal(await page.evaluate('document.activeElement?.tagName'), 'SUMMARY')
    const outcomes = await rows(page).evaluateAll(all => all.map(one => one.getAttribute('data-outcome')))
    assert.equal(outcomes.includes('running'), false)
  })

  shown('leaves the focus on the row of a job that moves to the failures', async ({ page, session }) => {
    const running = recorded.jobs.find(({ job }) => job.jobState === 4)!
    const row = rowOf(page, running)
    await row.focus()
    const failed = { ...running.job, jobState: 10, errorCode: 32768 }
    session.deliver(itemOf({ ...running, job: failed }, true))
    await page.locator('tr:first-child[data-outcome=failed]').and(row).waitFor()
    assert.equal(await focused(page), await row.getAttribute('data-key'))
  })

  shown('says what to do where that is known', async ({ page }) => {
    await rowOf(page, withErrors(2)).click()
    assert.match(
      await panel(page).locator('.diagnosis').innerText(),
      /What to do\s+.*CredSSP.*\s+delegation-missing \(\w+, on the source host\)/s,
    )
    await assertAccessible(page)
  })

  shown('sorts by any column, and goes back to failures first', async ({ page }) => {
    const columnOf = (name: string) => rows(page).locator(`.col-${name}`).allInnerTexts()
    const before = await columnOf('vm')
    const head = page.locator('th.col-vm')
    const sorted = [...before].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    await page.locator('#sort-vm').click()
    assert.deepEqual(await columnOf('vm'), sorted)
    assert.equal(await head.getAttribute('aria-sort'), 'ascending')
    await page.locator('#sort-vm').click()
    assert.deepEqual(await columnOf('vm'), sorted.toReversed())
    assert.equal(await head.getAttribute('aria-sort'), 'descending')
    await assertAccessible(page)
    await page.locator('#sort-vm').click()
    assert.deepEqual(await columnOf('vm'), before)
    assert.equal(await head.getAttribute('aria-sort'), null)
    await page.locator('#sort-progress').click()
    const [first] = await columnOf('progress')
    assert.equal(first, '100 %')
  })

  shown('cancels a running job after a second click', async ({ page, session }) => {
    const running = recorded.jobs.find(({ job }) => job.jobState === 4)!
    await rowOf(page, running).click()
    await page.getByRole('button', { name: 'Cancel job' }).click()
    assert.deepEqual(session.cancelled, [])
    await page.getByRole('button', { name: 'Really cancel the job?' }).click()
    await page.getByText('The job is being cancelled').waitFor()
    assert.deepEqual(session.cancelled, [running.job.instanceId])
    await rowOf(page, withErrors(2)).click()
    assert.equal(await page.getByRole('button', { name: /cancel/i }).count(), 0, 'not of one that has ended')
  })

  shown('says when the main process does not do what is asked', async ({ page }) => {
    await page.evaluate(() => {
      const bridge = (globalThis as unknown as { hyperv: { cancel: () => Promise<never> } }).hyperv
      bridge.cancel = () => Promise.reject(new Error('no handler'))
    })
    await rowOf(page, recorded.jobs.find(({ job }) => job.jobState === 4)!).click()
    await page.getByRole('button', { name: 'Cancel job' }).click()
    await page.getByRole('button', { name: 'Really cancel the job?' }).click()
    await page.getByText('That did not work: Error: no handler').waitFor()
  })

  shown('opens the job of a notification that was clicked', async ({ page, app, session }) => {
    const running = recorded.jobs.find(({ job }) => job.jobState === 4)!
    await page.keyboard.press('/')
    await page.keyboard.type('nothing like it')
    session.deliver(itemOf({ ...running, job: { ...running.job, jobState: 10, errorCode: 32768 } }, true))
    await page.getByText(/^Failed: /).waitFor()
    app.notifications[0]!.click()
    await panel(page).locator('.outcome[data-outcome=failed]').waitFor()
    assert.match(await panel(page).innerText(), new RegExp(String(running.job.instanceId)))
  })

  test('shows several hosts in one list, with what is wrong with one of them', async () => {
    const app = await launch({
      host: 'HV-01,HV-02,HV-03',
      connect: async ({ host }) => {
        if (host === 'HV-03') throw DENIED
        const own = new ReplayedSession(recorded.jobs.filter(isOfDemo))
        own.deliver(
          ...recorded.jobs.filter(one => isOfDemo(one) && hasFailed(one.job)).map(one => itemOf(one, true)),
        )
        return own
      },
    })
    const { page, complaints, close } = await showPage(browser, app)
    try {
      await page.locator('tr[data-key^="HV-02"]').first().waitFor()
      await page.getByRole('heading', { name: 'HV-03: Access denied' }).waitFor()
      assert.equal(await page.locator('#connection').innerText(), 'Watching 2 of 3')
      assert.equal(await page.locator('#host').innerText(), 'HV-01, HV-02, HV-03')
      const hosts = await rows(page).locator('.col-host').allInnerTexts()
      const each = recorded.jobs.filter(isOfDemo).length
      assert.equal(hosts.filter(name => name === 'HV-01').length, each)
      assert.equal(hosts.filter(name => name === 'HV-02').length, each)
      await page.keyboard.press('/')
      await page.keyboard.type('hv-02 ledger-db')
      assert.deepEqual(
        new Set(await rows(page).locator('.col-host').allInnerTexts()),
        new Set(['HV-01', 'HV-02']),
      )
      await page.keyboard.press('Escape')
      await assertAccessible(page)
      await picture(page, 'hosts-light')
      assert.deepEqual(complaints, [])
    } finally {
      await close()
      await app.stop()
    }
  })

  shown('says that the connection is lost, keeps the list, and says when it is back', async open => {
    const { page, session } = open
    session.deliver(
      { kind: 'gap', reason: 'connection', dropped: 0, job: null, host: 'HV-01' },
      { kind: 'state', state: 'reconnecting', error: LOST, host: 'HV-01' },
    )
    await page.locator('#connection[data-state=reconnecting]').waitFor()
    assert.match(await page.locator('#banners').innerText(), /Connection lost at/)
    assert.equal(await rows(page).count(), recorded.jobs.length)
    await assertAccessible(page)
    await picture(page, 'reconnecting')
    session.deliver({ kind: 'state', state: 'watching', error: null, host: 'HV-01' })
    await page.locator('#connection[data-state=connected]').waitFor()
    await page.getByRole('button', { name: /^Dismiss/ }).click()
    await page.locator('.banner').waitFor({ state: 'detached' })
  })

  shown('says that a job vanished', async ({ page, session }) => {
    const running = recorded.jobs.find(({ job }) => job.jobState === 4)!
    session.deliver({
      id: 'id',
      host: 'HV-01',
      virtualMachine: null,
      kind: 'gap',
      reason: 'vanished',
      dropped: 0,
      job: running.job,
    })
    const row = rowOf(page, running)
    await row.locator('.outcome[data-outcome=vanished]').waitFor()
    assert.match(await row.innerText(), /Removed by the host before its end was seen/)
  })

  shown('keeps the list when the watch ends for good, and offers to try again', async ({ page, session }) => {
    await rows(page).first().waitFor()
    session.fail(DENIED)
    await page.locator('#connection[data-state=failed]').waitFor()
    assert.match(await page.locator('#banners').innerText(), /Access denied/)
    assert.equal(await rows(page).count(), recorded.jobs.length)
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 1)
  })

  shown(
    'says that there are no jobs',
    async ({ page }) => {
      await page.getByText('No jobs', { exact: true }).waitFor()
      assert.equal(await page.locator('#main').getAttribute('aria-busy'), 'false')
      await assertAccessible(page)
      await picture(page, 'empty')
    },
    { only: () => false },
  )

  shown(
    'is as readable in the dark',
    async ({ page }) => {
      await rowOf(page, withErrors(3)).click()
      await panel(page).locator('article.record').first().waitFor()
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      assert.equal(background, 'rgb(21, 24, 29)')
      await assertAccessible(page)
      await picture(page, 'details-dark')
      await page.keyboard.press('Escape')
      await picture(page, 'list-dark')
    },
    { colorScheme: 'dark', only: isOfDemo },
  )

  shown(
    'shows the details alone in a small window',
    async ({ page }) => {
      await rowOf(page, withErrors(2)).click()
      assert.equal(await rows(page).first().isVisible(), false)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
      await picture(page, 'small-details')
      await page.keyboard.press('Escape')
      assert.equal(await rows(page).first().isVisible(), true)
      await picture(page, 'small-list')
    },
    { viewport: { width: 560, height: 640 } },
  )

  test('says why it is not connected and what to do, and connects when asked', async () => {
    let refuse = true
    const session = new ReplayedSession(recorded.jobs)
    const app = await launch({
      connect: async () => {
        if (refuse) throw DENIED
        return session
      },
    })
    const { page, complaints, close } = await showPage(browser, app)
    try {
      await page.getByRole('heading', { name: 'Access denied' }).waitFor()
      assert.equal(await page.locator('#counts').isVisible(), false)
      assert.match(await page.locator('#state').innerText(), /Hyper-V Administrators.*\n?.*elevated/)
      await assertAccessible(page)
      await picture(page, 'denied')
      refuse = false
      await page.getByRole('button', { name: 'Try again' }).click()
      await rows(page).first().waitFor()
      assert.equal(await page.locator('#state').isVisible(), false)
      assert.deepEqual(complaints, [])
    } finally {
      await close()
      await app.stop()
    }
  })

  test('says that it is still reading', async () => {
    const app = await launch({ connect: ({ signal }) => new Promise((_, no) => (signal.onabort = no)) })
    const { page, close } = await showPage(browser, app)
    try {
      await page.getByText('Reading the jobs…').waitFor()
      assert.equal(await page.locator('#main').getAttribute('aria-busy'), 'true')
      assert.equal(await page.locator('#connection').innerText(), 'Connecting…')
    } finally {
      await close()
      await app.stop()
    }
  })
})
