/** Messages as Hyper-V prints them, with everything that looks like an error code and none. */

/** A generator of numbers from 0 to 1 that says the same again for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Digits that are codes elsewhere: names and identifiers begin with them often. */
const CODE_LIKE = [
  '80070005',
  '8009030E',
  'C0370027',
  '80041002',
  'c03a000e',
  '80072746',
  'C0000005',
  '800705AA',
]

export function makeCodeless(random: () => number): string {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const hex = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
  const digits = (length: number) =>
    Array.from({ length }, (_, at) => Math.floor(random() * (at === 0 ? 9 : 10)) + Number(at === 0)).join('')
  const upper = (text: string) => (random() < 0.5 ? text.toUpperCase() : text)
  const eight = () => (random() < 0.5 ? pick(CODE_LIKE) : upper(hex(8)))
  const guid = () =>
    [eight(), hex(4), hex(4), hex(4), random() < 0.3 ? `${hex(4)}${eight()}` : hex(12)].join('-')
  const name = () =>
    pick([
      () => `web-${digits(2)}`,
      () => eight(),
      () => `srv_${eight()}`,
      () => `${eight()}-old`,
      () => `0x${eight()}`,
      () => `O'Neil-${digits(3)}`,
      () => `Lab (${digits(2)}) ${digits(1)}`,
      () => `Büro ${eight()}`,
      () => `仮想 ${digits(4)}`,
      () => `db ${eight()} copy`,
    ])()
  const quoted = () => {
    const [open, close] = pick([
      ["'", "'"],
      ['"', '"'],
      ['“', '”'],
      ['„', '“'],
      ['« ', ' »'],
      ['「', '」'],
    ] as const)
    return `${open}${name()}${close}`
  }
  const host = () => pick([`HV-${digits(2)}`, `hv${digits(3)}.corp.example`, `NODE${digits(1)}`])
  const path = () =>
    `${pick(['C:', 'D:\\VMs', '\\\\files\\vms', 'C:\\ClusterStorage\\Volume1', 'E:\\My VMs'])}\\${pick([eight(), `0x${eight()}`, name().replace(/["'“”]/g, ''), guid()])}\\${pick(['disk', eight()])}.${pick(['vhdx', 'avhdx', 'vmcx', 'iso'])}`
  const mac = () => Array.from({ length: 6 }, () => hex(2)).join(pick([':', '-']))
  const date = () =>
    `20${digits(2)}-0${digits(1)}-1${digits(1)}T0${digits(1)}:1${digits(1)}:2${digits(1)}${pick(['Z', `.${digits(7)}Z`])}`
  return pick([
    () => `Live migration of ${quoted()} began. (Virtual machine ID ${guid()})`,
    () => `${quoted()} was moved from ${host()} to ${host()} in ${digits(4)} ms.`,
    () => `Die Migration von ${quoted()} begann. (ID des virtuellen Computers ${guid()})`,
    () => `${quoted()} を開始しました。(仮想マシン ID ${guid()})`,
    () => `La machine ${quoted()} a été déplacée. (ID d’ordinateur virtuel ${guid()})`,
    () => `“${name()}”已启动。(虚拟机 ID ${guid()})`,
    () => `Disk '${path()}' holds ${digits(8)} bytes, ${digits(10)} bytes free`,
    () => `File ${path()} was opened`,
    () => `Adapter {${guid()}} has MAC address ${mac()}, static ${upper(hex(12))}`,
    () => `WWPN ${upper(hex(16))}, WWNN ${Array.from({ length: 8 }, () => hex(2)).join(':')}`,
    () => `Event ID ${digits(5)} at ${date()}, logged ${digits(3)} times`,
    () => `Version 10.0.${digits(5)}.${digits(4)}, build ${digits(8)}`,
    () => `Memory: startup ${digits(5)} MB, limit ${digits(10)} bytes`,
    () =>
      `Host ${host()} listens on port ${digits(4)} (0x${upper(hex(4))}), address fe80::${hex(4)}:${hex(4)}`,
    () => `SID S-1-5-83-1-${digits(10)}-${digits(10)}-${digits(9)}-${digits(4)}`,
    () => `Serial number ${eight()} of enclosure ${digits(1)}`,
    () => `Virtual machine ${eight()} is on node ${host()}, LUN 0x${hex(4)}, VLAN ${digits(3)}`,
    () => `SHA256 ${hex(64)}`,
    () => `The guest reported stop code 0x000000${upper(hex(2))} (0x${hex(16)}, 0x${hex(16)})`,
    () => `ErrorCode0: 0x${upper(hex(2))}, ErrorCode1: 0x${upper(hex(16))}, ErrorCode2: 0x0`,
    () => `device PCI\\VEN_${upper(hex(4))}&DEV_${upper(hex(4))}&SUBSYS_${eight()}&REV_${hex(2)}`,
    () => `https://portal.example/vm/${eight()}?id=${guid()}`,
  ])()
}
