#include "object_reference.h"

#include <objbase.h>
#include <wbemidl.h>

#include <memory>
#include <utility>

#include "../../native/com_raii.h"
#include "mta.h"

namespace simulator {
namespace {

HRESULT ReadAll(IStream* stream, std::vector<uint8_t>* bytes) {
  STATSTG status{};
  HRESULT hr = stream->Stat(&status, STATFLAG_NONAME);
  if (FAILED(hr)) return hr;
  hr = stream->Seek({}, STREAM_SEEK_SET, nullptr);
  if (FAILED(hr)) return hr;
  bytes->resize(status.cbSize.LowPart);
  ULONG read = 0;
  hr = stream->Read(bytes->data(), status.cbSize.LowPart, &read);
  bytes->resize(read);
  return hr;
}

HRESULT Marshal(std::vector<uint8_t>* reference) {
  ComPtr<IWbemLocator> locator;
  HRESULT hr = ::CoCreateInstance(CLSID_WbemLocator, nullptr, CLSCTX_INPROC_SERVER, IID_IWbemLocator,
                                  reinterpret_cast<void**>(locator.Receive()));
  if (FAILED(hr)) return hr;
  ComPtr<IStream> stream;
  hr = ::CreateStreamOnHGlobal(nullptr, TRUE, stream.Receive());
  if (FAILED(hr)) return hr;
  hr = ::CoMarshalInterface(stream.Get(), IID_IWbemLocator, locator.Get(), MSHCTX_LOCAL, nullptr,
                            MSHLFLAGS_TABLESTRONG);
  return FAILED(hr) ? hr : ReadAll(stream.Get(), reference);
}

HRESULT Unmarshal(const std::vector<uint8_t>& reference, REFIID iid, void** out) {
  ComPtr<IStream> stream;
  HRESULT hr = ::CreateStreamOnHGlobal(nullptr, TRUE, stream.Receive());
  if (FAILED(hr)) return hr;
  hr = stream->Write(reference.data(), static_cast<ULONG>(reference.size()), nullptr);
  if (FAILED(hr)) return hr;
  hr = stream->Seek({}, STREAM_SEEK_SET, nullptr);
  return FAILED(hr) ? hr : ::CoUnmarshalInterface(stream.Get(), iid, out);
}

// A proxy of the locator that also holds the server's IRemUnknown. Wine destroys a proxy whose last reference
// goes even if another thread has just found it again, and crashes; all threads share these two for a server,
// so they must not go at all.
HRESULT Pin(const std::vector<uint8_t>& reference, ComPtr<IUnknown>* pin) {
  const HRESULT hr = Unmarshal(reference, IID_IUnknown, reinterpret_cast<void**>(pin->Receive()));
  if (FAILED(hr)) return hr;
  // Asking for an interface that the locator does not have takes a call of IRemUnknown.
  ComPtr<IUnknown> none;
  const HRESULT asked =
      (*pin)->QueryInterface(IID_IEnumWbemClassObject, reinterpret_cast<void**>(none.Receive()));
  return asked == E_NOINTERFACE ? S_OK : asked;
}

}  // namespace

HRESULT MarshalLocator(std::vector<uint8_t>* reference) {
  // Shared with the thread, which may be given up.
  const auto bytes = std::make_shared<std::vector<uint8_t>>();
  const HRESULT hr = RunInMta([bytes] { return Marshal(bytes.get()); });
  if (SUCCEEDED(hr)) *reference = std::move(*bytes);
  return hr;
}

CurrentServer& CurrentServer::OfProcess() {
  // Never destroyed: calls may come in after static destructors have run.
  static CurrentServer* const server = new CurrentServer;
  return *server;
}

HRESULT CurrentServer::Set(std::vector<uint8_t> reference) {
  // This object outlives a thread that is given up.
  return RunInMta([this, reference = std::move(reference)] {
    ComPtr<IUnknown> pin;
    const HRESULT hr = Pin(reference, &pin);
    if (FAILED(hr)) return hr;
    const std::lock_guard<std::mutex> lock(mutex_);
    reference_ = reference;
    pinned_.push_back(std::move(pin));
    return S_OK;
  });
}

std::vector<uint8_t> CurrentServer::Get() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return reference_;
}

STDMETHODIMP RemoteLocatorFactory::CreateInstance(IUnknown* outer, REFIID iid, void** out) {
  return NoThrow([&]() -> HRESULT {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    if (outer != nullptr) return CLASS_E_NOAGGREGATION;
    return Unmarshal(CurrentServer::OfProcess().Get(), iid, out);
  });
}

}  // namespace simulator
