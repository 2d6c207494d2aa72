/** Runs a piece of a program in a process of its own and tells how it ended. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly elapsedMs: number
}

export interface ChildOptions {
  /** Default: this executable. */
  readonly executable?: string
  readonly env?: Readonly<Record<string, string>>
  /** Then the child is killed and `signal` is set. */
  readonly timeoutMs?: number
}

/** How long output may come after the end. */
const DRAIN_MS = 1_000

/** A program of `programs.ts` by its name, with arguments. */
export function runProgram(
  name: string,
  args: readonly string[] = [],
  options: ChildOptions = {},
): Promise<Ended> {
  return runNode([join(__dirname, 'programs.js'), name, ...args], options)
}

export function runNode(args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  const { executable = process.execPath, env = {}, timeoutMs = 60_000 } = options
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(executable, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      const elapsedMs = performance.now() - started
      const end = () => {
        clearTimeout(timer)
        for (const stream of [child.stdout, child.stderr]) stream.destroy()
        resolve({ code, signal, stdout, stderr, elapsedMs })
      }
      // The first program that needs Wine's desktop starts it, and the desktop then holds the pipes open.
      const timer = setTimeout(end, DRAIN_MS)
      child.on('close', end)
    })
  })
}
