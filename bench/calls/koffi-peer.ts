/**
 * GetErrorEx without an addon: the COM vtables called through koffi. It reads what the package reads. Layouts and
 * vtable positions are those of wbemcli.h and oaidl.h for 64 bits.
 */

/** What is used of koffi; pointers are bigint. */
interface Koffi {
  load(library: string): { func(declaration: string): ForeignFunction }
  proto(declaration: string): object
  config(settings: { max_async_calls: number }): unknown
  decode: {
    (pointer: bigint, prototype: object): ForeignFunction
    uint32(pointer: bigint): number
    uint64(pointer: bigint): number | bigint
    string16(pointer: bigint, length: number): string
  }
}

interface ForeignFunction {
  (...args: unknown[]): unknown
  /** The last argument is the callback. */
  async(...args: unknown[]): void
}

type Texts = (string | null)[] | null

export interface KoffiPeer {
  /** ExecMethod on a pool thread of koffi, the reading on the JS thread. */
  callAsync(): Promise<Texts>
  /** All on the JS thread, which WMI then blocks. */
  callSync(): Texts
}

const LOCATOR_CLASS = '4590f811-1d3a-11d0-891f-00aa004b2e24'
const LOCATOR_INTERFACE = 'dc12a687-737f-11cf-884d-00aa004b2e24'
const INPROC_SERVER = 1
const USE_MAX_WAIT = 0x80
const RELEASE = 2
const CONNECT_SERVER = 3
const GET = 4
const EXEC_METHOD = 24
const VT_I4 = 3
const VT_BSTR = 8
const VT_ARRAY = 0x2000
/** sizeof(VARIANT), and the offset of its value. */
const VARIANT_SIZE = 24
const VARIANT_VALUE = 8
/** SAFEARRAY: pvData and rgsabound[0].cElements. */
const ARRAY_DATA = 16n
const ARRAY_COUNT = 24n
const POINTER_SIZE = 8n
/** The default allows 256, fewer than the bench has in flight. */
const MAX_ASYNC_CALLS = 4096

/** `folder` is what `require` finds koffi at. Throws when it does not load or WMI does not answer. */
export function connectKoffi(folder: string, path: string): KoffiPeer {
  const koffi = require(folder) as Koffi
  koffi.config({ max_async_calls: MAX_ASYNC_CALLS })
  const ole = koffi.load('ole32.dll')
  const automation = koffi.load('oleaut32.dll')
  const initialize = ole.func('int32_t CoInitializeEx(void *reserved, uint32_t apartment)')
  const create = ole.func(
    'int32_t CoCreateInstance(void *cls, void *outer, uint32_t context, void *iid, _Out_ void **object)',
  )
  const allocate = automation.func('void *SysAllocString(str16 text)')
  const clear = automation.func('int32_t VariantClear(void *variant)')

  const release = koffi.proto('uint32_t Release(void *self)')
  const connectServer = koffi.proto(
    'int32_t ConnectServer(void *self, void *path, void *user, void *password, void *locale, int32_t flags, void *authority, void *context, _Out_ void **services)',
  )
  const execMethod = koffi.proto(
    'int32_t ExecMethod(void *self, void *path, void *method, int32_t flags, void *context, void *in_params, void *out_params, void *result)',
  )
  const get = koffi.proto(
    'int32_t Get(void *self, str16 name, int32_t flags, void *value, void *type, void *flavor)',
  )

  const pointerAt = (address: bigint) => BigInt(koffi.decode.uint64(address))
  const method = (object: bigint, index: number, prototype: object) =>
    koffi.decode(pointerAt(pointerAt(object) + BigInt(index) * POINTER_SIZE), prototype)
  /** A method that all objects of a kind share is bound once. */
  let releaseOut: ForeignFunction | undefined
  let getOut: ForeignFunction | undefined

  check('CoInitializeEx', initialize(null, 0))
  const locator: [bigint] = [0n]
  check(
    'CoCreateInstance',
    create(guid(LOCATOR_CLASS), null, INPROC_SERVER, guid(LOCATOR_INTERFACE), locator),
  )
  const services: [bigint] = [0n]
  check(
    'ConnectServer',
    method(
      locator[0],
      CONNECT_SERVER,
      connectServer,
    )(
      ...[
        locator[0],
        allocate('root\\virtualization\\v2'),
        null,
        null,
        null,
        USE_MAX_WAIT,
        null,
        null,
        services,
      ],
    ),
  )
  const exec = method(services[0], EXEC_METHOD, execMethod)
  const objectPath = allocate(path)
  const methodName = allocate('GetErrorEx')
  const call = (outParams: Buffer) => [services[0], objectPath, methodName, 0, null, null, outParams, null]

  function read(outParams: bigint): Texts {
    getOut ??= method(outParams, GET, get)
    releaseOut ??= method(outParams, RELEASE, release)
    const variant = Buffer.alloc(VARIANT_SIZE)
    try {
      check('Get', getOut(outParams, 'ReturnValue', 0, variant, null, null))
      if (variant.readUInt16LE() !== VT_I4 || variant.readInt32LE(VARIANT_VALUE) !== 0) {
        throw new Error('ReturnValue is not 0')
      }
      check('Get', getOut(outParams, 'Errors', 0, variant, null, null))
      return variant.readUInt16LE() === (VT_ARRAY | VT_BSTR)
        ? strings(variant.readBigUInt64LE(VARIANT_VALUE))
        : null
    } finally {
      clear(variant)
      releaseOut(outParams)
    }
  }

  function strings(array: bigint): Texts {
    const texts: (string | null)[] = []
    const data = pointerAt(array + ARRAY_DATA)
    const count = koffi.decode.uint32(array + ARRAY_COUNT)
    for (let i = 0; i < count; i++) {
      const text = pointerAt(data + BigInt(i) * POINTER_SIZE)
      // A BSTR's length in bytes stands before it.
      texts.push(text === 0n ? null : koffi.decode.string16(text, koffi.decode.uint32(text - 4n) / 2))
    }
    return texts
  }

  return {
    callSync() {
      const out = Buffer.alloc(8)
      check('ExecMethod', exec(...call(out)))
      return read(out.readBigUInt64LE())
    },
    callAsync() {
      return new Promise((resolve, reject) => {
        const out = Buffer.alloc(8)
        exec.async(...call(out), (error: Error | null, hresult: number) => {
          try {
            if (error !== null) throw error
            check('ExecMethod', hresult)
            resolve(read(out.readBigUInt64LE()))
          } catch (reason) {
            reject(reason)
          }
        })
      })
    },
  }
}

function check(operation: string, hresult: unknown): void {
  if (typeof hresult !== 'number' || hresult < 0) throw new Error(`${operation} answered ${hresult}`)
}

/** The first three fields of a GUID are little-endian in memory. */
function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}
