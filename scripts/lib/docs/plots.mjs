/** The figures of docs/performance.md as SVG, by ECharts, from the results that the benchmarks have kept. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../project.mjs'

const results = join(root, 'bench', 'results')

const SIZE = { width: 860, height: 400 }
/** Told apart also by those who see no red or no green (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9']

/** File name → SVG, for each result that there is. */
export async function renderPlots() {
  const { init } = await import('echarts')
  const plots = {
    'calls-round-trip.svg': ['calls', roundTrips],
    'calls-in-flight.svg': ['calls', inFlight],
    'timeline.svg': ['timeline', timeline],
    'answers.svg': ['answers', answers],
    'decode.svg': ['decode', decoders],
    'decode-shapes.svg': ['decode', shapes],
    'soak.svg': ['soak', soak],
  }
  const rendered = {}
  for (const [file, [name, optionsOf]] of Object.entries(plots)) {
    const path = join(results, `${name}.json`)
    if (!existsSync(path)) continue
    const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE })
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      color: COLOURS,
      textStyle: { fontFamily: 'sans-serif' },
      grid: { left: 60, right: 30, top: 70, bottom: 50, containLabel: true },
      // Without a screen the width of a text is an estimate.
      legend: { top: 34, itemGap: 48 },
      ...optionsOf(JSON.parse(readFileSync(path, 'utf8'))),
    })
    rendered[file] = still(chart.renderToSVGString())
    chart.dispose()
  }
  return rendered
}

/**
 * Without what is for a mouse, and without the numbers that ECharts gives all charts of a process: what a file holds must
 * not depend on those before it.
 */
function still(svg) {
  const drawing = svg
    .replace(/<style >.*?<\/style>\n?/s, '')
    .replace(/ (?:class|pointer-events)="[^"]*"/g, '')
  return `${drawing.replace(/\bzr\d+-/g, 'zr-').trim()}\n`
}

function title(text) {
  return { title: { text, left: 'center', textStyle: { fontSize: 14 } } }
}

const CANDIDATES = ['thread hop', 'native part', 'getErrorEx', 'AsyncWorker', 'koffi']

function roundTrips({ quiet, busy }) {
  const of = ({ microseconds }) => CANDIDATES.map(name => microseconds[`${name}: round trip p50`] ?? null)
  return {
    ...title('A round trip, median, µs'),
    xAxis: { type: 'value', name: 'µs', nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'category', data: CANDIDATES, inverse: true },
    series: [
      { name: 'quiet', type: 'bar', data: of(quiet) },
      { name: 'busy', type: 'bar', data: of(busy) },
    ],
  }
}

function inFlight({ quiet }) {
  const counts = [1, 8, 64, 1000]
  return {
    ...title('Time for each of so many calls in flight, quiet, µs'),
    xAxis: {
      type: 'category',
      data: counts.map(String),
      name: 'calls in flight',
      nameLocation: 'middle',
      nameGap: 28,
    },
    yAxis: { type: 'log', name: 'µs' },
    series: CANDIDATES.map(name => ({
      name,
      type: 'line',
      data: counts.map(count => quiet.microseconds[`${name}: ${count} in flight`] ?? null),
    })),
  }
}

/** Its parts in the order of time; the last entry is their sum. */
function timeline({ microseconds }) {
  const conditions = Object.keys(microseconds)
  const parts = Object.keys(microseconds[conditions[0]]).slice(0, -1)
  return {
    ...title('One call, from getErrorEx to the line that awaited it, µs'),
    legend: { top: 34, itemGap: 30, textStyle: { fontSize: 10 } },
    grid: { left: 60, right: 30, top: 100, bottom: 50, containLabel: true },
    xAxis: { type: 'value', name: 'µs', nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'category', data: conditions, inverse: true },
    series: parts.map(part => ({
      name: part,
      type: 'bar',
      stack: 'call',
      data: conditions.map(condition => microseconds[condition][part]),
    })),
  }
}

function answers({ idleTurnP99Ms, results: rows }) {
  const figures = {
    call: 'callMs',
    'turn of the event loop, p99': 'turnP99Ms',
    'turn of the event loop, longest': 'turnMaxMs',
  }
  return {
    ...title(`What an answer of so many errors costs, ms (idle turn, p99: ${idleTurnP99Ms} ms)`),
    xAxis: {
      type: 'category',
      data: rows.map(({ errors }) => String(errors)),
      name: 'errors',
      nameLocation: 'middle',
      nameGap: 28,
    },
    yAxis: { type: 'log', name: 'ms' },
    series: Object.entries(figures).map(([name, field]) => ({
      name,
      type: 'line',
      data: rows.map(row => row[field]),
    })),
  }
}

function decoders({ results: kinds }) {
  const names = kinds['one-byte'].map(({ name }) => name)
  return {
    ...title('Texts decoded a second'),
    xAxis: { type: 'value' },
    yAxis: { type: 'category', data: names, inverse: true },
    series: Object.entries(kinds).map(([kind, rows]) => ({
      name: `${kind} strings`,
      type: 'bar',
      data: names.map(name => rows.find(row => row.name === name)?.instancesPerSecond ?? null),
    })),
  }
}

function shapes({ shapes: ratios }) {
  return {
    ...title('Speed of the decoder over that of JSON.parse + record, by the shape of the text'),
    legend: { show: false },
    xAxis: { type: 'value' },
    yAxis: { type: 'category', data: Object.keys(ratios), inverse: true },
    series: [
      {
        type: 'bar',
        data: Object.values(ratios),
        label: { show: true, position: 'right' },
        markLine: { symbol: 'none', silent: true, label: { show: false }, data: [{ xAxis: 1 }] },
      },
    ],
  }
}

function soak({ minutes, samples }) {
  const figures = {
    'JavaScript heap': 'heapMb',
    'external memory': 'externalMb',
    'resident memory': 'residentMb',
  }
  return {
    ...title(`Memory over ${minutes} minutes, MiB`),
    xAxis: { type: 'value', name: 'minutes', nameLocation: 'middle', nameGap: 28, max: minutes },
    yAxis: { type: 'value', name: 'MiB' },
    series: Object.entries(figures).map(([name, field]) => ({
      name,
      type: 'line',
      showSymbol: false,
      data: samples.map((sample, index) => [(index / samples.length) * minutes, sample[field]]),
    })),
  }
}
