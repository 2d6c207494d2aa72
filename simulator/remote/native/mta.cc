#include "mta.h"

#include <objbase.h>
#include <process.h>

#include <memory>
#include <utility>

namespace simulator {
namespace {

// The work is local and takes milliseconds.
constexpr DWORD kPatienceMs = 10'000;

// Shared by the caller and the thread, whichever ends first.
struct Job {
  Job(std::function<HRESULT()> work, Afterwards afterwards)
      : work(std::move(work)), afterwards(afterwards), done(::CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}
  ~Job() {
    if (done != nullptr) ::CloseHandle(done);
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  const std::function<HRESULT()> work;
  const Afterwards afterwards;
  const HANDLE done;
  HRESULT status = E_UNEXPECTED;  // valid once `done` is set
};

unsigned __stdcall Run(void* data) {
  const std::unique_ptr<std::shared_ptr<Job>> owner(static_cast<std::shared_ptr<Job>*>(data));
  Job& job = **owner;
  const HRESULT initialised = ::CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  job.status = FAILED(initialised) ? initialised : job.work();
  const bool stay = SUCCEEDED(job.status) && job.afterwards == Afterwards::kStayInMta;
  ::SetEvent(job.done);
  if (stay) ::Sleep(INFINITE);
  if (SUCCEEDED(initialised)) ::CoUninitialize();
  return 0;
}

}  // namespace

HRESULT RunInMta(std::function<HRESULT()> work, Afterwards afterwards) {
  const auto job = std::make_shared<Job>(std::move(work), afterwards);
  if (job->done == nullptr) return E_OUTOFMEMORY;
  auto owner = std::make_unique<std::shared_ptr<Job>>(job);
  // Not by std::thread: with MinGW's threads a detached one now and then never runs inside node.exe.
  const uintptr_t thread = ::_beginthreadex(nullptr, 0, &Run, owner.get(), 0, nullptr);
  if (thread == 0) return E_OUTOFMEMORY;
  owner.release();  // NOLINT(bugprone-unused-return-value): the thread's now
  ::CloseHandle(reinterpret_cast<HANDLE>(thread));
  return ::WaitForSingleObject(job->done, kPatienceMs) == WAIT_OBJECT_0 ? job->status : RPC_E_TIMEOUT;
}

}  // namespace simulator
