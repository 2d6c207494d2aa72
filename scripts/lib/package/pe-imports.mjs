/**
 * The functions of Windows that the addon may import: its own, and those of the runtime libraries that are linked into
 * it. Whoever judges a binary that nobody signed looks at this table first, so a name comes in by hand and with a
 * reason; what a name like SuspendThread, OpenProcess or WriteProcessMemory stands for has no place in an addon.
 */
const words = text => text.split(/\s+/).filter(word => word !== '')

/** What native/ calls, through the headers of Windows. */
const OWN = words(`
  AcquireSRWLockExclusive CloseHandle GetCurrentThreadId GetLastError GetModuleHandleExW GetModuleHandleW
  GetTickCount64 ReleaseSRWLockExclusive SleepConditionVariableSRW WakeAllConditionVariable WakeConditionVariable
  lstrcmpiA`)

/** MinGW's start code, libgcc, libstdc++ with the threads of Windows, and zig's libunwind and libc++. */
const MINGW = words(`
  CreateSemaphoreW DeleteCriticalSection EnterCriticalSection FlsAlloc FlsGetValue FlsSetValue FreeLibrary
  GetModuleHandleA GetProcAddress GetSystemTimeAsFileTime GetSystemTimePreciseAsFileTime GetThreadId
  GetTimeZoneInformation InitOnceExecuteOnce InitializeCriticalSection IsDBCSLeadByteEx LeaveCriticalSection
  LoadLibraryA LoadLibraryW LocalAlloc LocalFree MultiByteToWideChar QueryPerformanceCounter
  QueryPerformanceFrequency RaiseException ReleaseSemaphore RtlCaptureContext RtlLookupFunctionEntry
  RtlRestoreContext RtlUnwindEx RtlVirtualUnwind SetLastError Sleep SwitchToThread TlsAlloc TlsFree TlsGetValue
  TlsSetValue TryAcquireSRWLockExclusive TryEnterCriticalSection VirtualProtect VirtualQuery WaitForSingleObject
  WaitForSingleObjectEx WideCharToMultiByte`)

/**
 * The static runtime library of Visual C++, as far as it is known: no build of it has been looked at. A name that is
 * missing shows in the first one, and is added here after a look at who wants it.
 */
const MSVC = words(`
  CreateFileW DeleteCriticalSection EncodePointer EnterCriticalSection ExitProcess FindClose FindFirstFileExW
  FindNextFileW FlsAlloc FlsFree FlsGetValue FlsGetValue2 FlsSetValue FlushFileBuffers FreeEnvironmentStringsW
  FreeLibrary GetACP GetCPInfo GetCommandLineA GetCommandLineW GetConsoleMode GetConsoleOutputCP GetCurrentProcess
  GetCurrentProcessId GetEnvironmentStringsW GetFileType GetModuleFileNameW GetOEMCP GetProcAddress GetProcessHeap
  GetStartupInfoW GetStdHandle GetStringTypeW GetSystemTimeAsFileTime HeapAlloc HeapFree HeapReAlloc HeapSize
  InitializeCriticalSectionAndSpinCount InitializeCriticalSectionEx InitializeSListHead InterlockedFlushSList
  IsDebuggerPresent IsProcessorFeaturePresent IsValidCodePage LCMapStringEx LCMapStringW LeaveCriticalSection
  LoadLibraryExA LoadLibraryExW MultiByteToWideChar QueryPerformanceCounter QueryPerformanceFrequency RaiseException
  RtlCaptureContext RtlLookupFunctionEntry RtlPcToFileHeader RtlUnwind RtlUnwindEx RtlVirtualUnwind
  SetFilePointerEx SetLastError SetStdHandle SetUnhandledExceptionFilter Sleep TerminateProcess TlsAlloc TlsFree
  TlsGetValue TlsSetValue UnhandledExceptionFilter VirtualProtect VirtualQuery WideCharToMultiByte WriteConsoleW
  WriteFile CreateThread ExitThread FreeLibraryAndExitThread ResumeThread`)

/** The C library of MinGW and zig. */
const C_LIBRARY = words(`
  ___lc_codepage_func ___mb_cur_max_func __iob_func _aligned_free _aligned_malloc _amsg_exit _beginthreadex _close
  _endthreadex _errno _initterm _lock _read _unlock _wcsnicmp abort calloc fflush fputc fputs fputwc free fwprintf fwrite
  islower isspace isupper iswctype isxdigit localeconv malloc memchr memcmp memcpy memmove memset realloc strcmp
  strerror strlen strncmp strtol strtoul vfprintf wcslen wcstol wcstoul`)

const COM = words(`CoCreateInstance CoInitializeEx CoSetProxyBlanket CoUninitialize`)

const AUTOMATION = words(`
  GetErrorInfo SafeArrayAccessData SafeArrayCreateVector SafeArrayDestroy SafeArrayGetDim SafeArrayGetElemsize
  SafeArrayGetLBound SafeArrayGetUBound SafeArrayGetVartype SafeArrayPutElement SafeArrayUnaccessData SetErrorInfo
  SysAllocString SysAllocStringLen SysFreeString SysStringByteLen SysStringLen VariantClear VariantInit`)

/** Microsoft's import library of oleaut32 gives numbers for names. */
const isAutomation = name => AUTOMATION.includes(name) || /^#\d+$/.test(name)

/** Library → whether a binary, built by MSVC or not, may import a function of it. */
const ALLOWED = {
  'kernel32.dll': (name, isMsvc) => OWN.includes(name) || (isMsvc ? MSVC : MINGW).includes(name),
  'msvcrt.dll': (name, isMsvc) => !isMsvc && C_LIBRARY.includes(name),
  'ole32.dll': name => COM.includes(name),
  'oleaut32.dll': isAutomation,
}

/** Those of a binary's imports, `library!function`, that are not on the list; `imports` as `readPe` gives them. */
export function strangeImports(imports, isMsvc) {
  const all = [...imports].flatMap(([library, names]) => names.map(name => ({ library, name })))
  const strange = all.filter(({ library, name }) => !(ALLOWED[library]?.(name, isMsvc) ?? false))
  return strange.map(({ library, name }) => `${library}!${name}`)
}
