/** The probe as the native side offers it. */

/** Owned by native code. */
export interface ProbeHandle {
  readonly handle: 'probe'
}

/** Each property by its name, those of the system included. */
export type NativeObject = Readonly<
  Record<string, { readonly type: number; readonly vt: number; readonly value: unknown }>
>

/** The functions of the addon, each on a thread of its own in the MTA. */
export interface NativeProbe {
  /** `probe` is there when the subscription is. */
  openProbe(language: string, query: string, flags: number): Promise<{ hresult: number; probe?: ProbeHandle }>
  readProbe(
    probe: ProbeHandle,
    timeout: number,
    count: number,
  ): Promise<{ hresult: number; events?: NativeObject[] }>
  requestState(probe: ProbeHandle, path: string, state: number): Promise<{ hresult: number }>
  closeProbe(probe: ProbeHandle): Promise<{ hresult: number }>
}
