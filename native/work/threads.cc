// How the threads of the pool begin and end, and what those do that have a call of their own.
#include <exception>
#include <new>

#include "work/call_pool.h"
#include "work/thread_start.h"

namespace hje {
namespace {

constexpr char kConnect[] = "IWbemLocator::ConnectServer";

// As winerror.h has them, as numbers of their own: what this floor knows of COM.
constexpr uint32_t kDisconnected = 0x80010108;  // RPC_E_DISCONNECTED
constexpr uint32_t kUnexpected = 0x8000FFFF;    // E_UNEXPECTED

// An exception that no call is meant to throw: a text too long for a string, say.
void SetUnexpected(Call& call, const char* what) noexcept {
  try {
    Failure failure(kUnexpected, "C++ exception");
    failure.description.emplace(what, what + std::char_traits<char>::length(what));
    call.failure = std::move(failure);
  } catch (...) {
    call.failure.emplace(kUnexpected, "C++ exception");  // short enough not to allocate
  }
}

// Any exception becomes the call's failure.
template <typename Work>
void Guard(Call& call, const Work& work) noexcept {
  try {
    work();
  } catch (Failure& failure) {
    call.failure = std::move(failure);
  } catch (const std::bad_alloc&) {
    call.failure.emplace(kOutOfMemory, "allocation");  // short enough not to allocate
  } catch (const std::exception& error) {
    SetUnexpected(call, error.what());
  } catch (...) {
    SetUnexpected(call, "of an unknown type");
  }
  // Nobody reads what an abandoned call has got.
  if (call.abandoned) call.result = {};
}

}  // namespace

// No exception leaves it: a host process must not end by one. None is expected but that of EnterThread, when
// there is no memory.
unsigned __stdcall CallPool::ThreadMain(void* argument) noexcept {
  const std::unique_ptr<ThreadStart> start(static_cast<ThreadStart*>(argument));
  CallPool& pool = *start->pool;
  try {
    const std::unique_ptr<ThreadScope> scope = pool.wmi_->EnterThread();
    (pool.*start->main)(*scope, *start);
  } catch (...) {
    pool.FailToStart(*start);
  }
  const Lock lock(pool.mutex_);
  --pool.threads_;
  pool.exited_.NotifyAll();
  return 0;
}

// What is queued is left to the next worker.
void CallPool::FailToStart(const ThreadStart& start) noexcept {
  bool deliver = false;
  {
    const Lock lock(mutex_);
    if (start.lane == nullptr) {
      --workers_;
      --idle_;
      return;
    }
    for (auto* entries : {&start.lane->connecting, &start.lane->listening}) {
      const auto entry = Find(*entries, start.call);
      if (entry == entries->end()) continue;
      entries->erase(entry);
      --held_;
      deliver = !start.lane->closed;
    }
  }
  if (!deliver) return;
  start.call->failure.emplace(kOutOfMemory, "allocation");
  start.lane->sink->Deliver(start.call);
}

void CallPool::ConnectOn(const ThreadScope& scope, const ThreadStart& start) {
  Lane& lane = *start.lane;
  Call& call = *start.call;
  // Freed within the scope and outside the lock: a connection that nobody wants, or the one that is replaced.
  std::shared_ptr<Link> link;
  Guard(call, [&] {
    scope.Check();
    std::shared_ptr<const ConnectionSettings> settings;
    {
      const Lock lock(mutex_);
      settings = lane.settings;
    }
    // Closed meanwhile, or forked from a session that was.
    if (settings == nullptr) throw Failure(kDisconnected, kConnect);
    link = wmi_->Connect(std::move(settings));
  });
  bool serves = false;
  bool deliver = false;
  {
    const Lock lock(mutex_);
    lane.connecting.erase(Find(lane.connecting, start.call));
    --held_;
    deliver = !lane.closed;
    if (link != nullptr && deliver && !call.abandoned) {
      if (lane.link == nullptr) ++connections_;
      lane.link.swap(link);
      // The apartment ends with its last thread, and the connections with the apartment.
      serves = workers_ == 0;
      if (serves) {
        ++workers_;
        ++idle_;
      }
    }
  }
  if (deliver) lane.sink->Deliver(start.call);
  link.reset();
  if (serves) Serve(scope);
}

void CallPool::ListenOn(const ThreadScope& scope, const ThreadStart& start) {
  Lane& lane = *start.lane;
  for (std::shared_ptr<Call> call = start.call; call != nullptr; call = WaitForOffer(lane)) {
    Run(scope, ConnectionOf(lane), *call);
    if (!FinishListening(lane, std::move(call))) return;
  }
}

std::shared_ptr<Link> CallPool::ConnectionOf(const Lane& lane) {
  const Lock lock(mutex_);
  return lane.link;
}

// The thread waits from here on, so that whoever is called from Deliver already finds it waiting.
bool CallPool::FinishListening(Lane& lane, std::shared_ptr<Call> call) {
  bool deliver;
  bool goes_on;
  {
    const Lock lock(mutex_);
    lane.listening.erase(Find(lane.listening, call));
    --held_;
    deliver = !lane.closed;
    goes_on = deliver && !lane.listener_waits;
    if (goes_on) lane.listener_waits = true;
  }
  if (deliver) lane.sink->Deliver(std::move(call));
  return goes_on;
}

std::shared_ptr<Call> CallPool::WaitForOffer(Lane& lane) {
  Lock lock(mutex_);
  while (lane.offered == nullptr && !lane.closed) {
    if (!lane.offer.WaitFor(lock, kIdleMs) && lane.offered == nullptr) break;
  }
  lane.listener_waits = false;
  return std::move(lane.offered);
}

void CallPool::Run(const ThreadScope& scope, std::shared_ptr<Link> link, Call& call) noexcept {
  Guard(call, [&] {
    scope.Check();
    if (link == nullptr) throw Failure(kDisconnected, kConnect);
    call.result = link->Run(call.request, call.abandoned);
  });
}

}  // namespace hje
