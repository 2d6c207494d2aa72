#include "mta.h"

#include <objbase.h>

#include <chrono>
#include <future>
#include <thread>
#include <utility>

namespace simulator {
namespace {

// The work is local and takes milliseconds.
constexpr std::chrono::seconds kPatience{10};

void Run(const std::function<HRESULT()>& work, Afterwards afterwards, std::promise<HRESULT> result) {
  const HRESULT initialised = ::CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  const HRESULT hr = FAILED(initialised) ? initialised : work();
  result.set_value(hr);
  if (SUCCEEDED(hr) && afterwards == Afterwards::kStayInMta) ::Sleep(INFINITE);
  if (SUCCEEDED(initialised)) ::CoUninitialize();
}

}  // namespace

HRESULT RunInMta(std::function<HRESULT()> work, Afterwards afterwards) {
  std::promise<HRESULT> promise;
  std::future<HRESULT> result = promise.get_future();
  std::thread(Run, std::move(work), afterwards, std::move(promise)).detach();
  if (result.wait_for(kPatience) != std::future_status::ready) return RPC_E_TIMEOUT;
  return result.get();
}

}  // namespace simulator
