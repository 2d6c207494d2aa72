// The pool with a stand-in for WMI that throws, and with an allocator that fails: every exception becomes the
// failure of its call, and the process lives. Prints a line for each check; scripts/test/pool-edges.test.mjs
// runs it.
#include <cstdio>
#include <functional>
#include <map>
#include <new>
#include <stdexcept>
#include <system_error>

#include "../failing_allocator.h"
#include "work/call_pool.h"

namespace {

using namespace hje;

constexpr DWORD kPatienceMs = 20'000;

int failed = 0;

void Check(const std::string& what, bool holds) {
  std::printf("%s %s\n", holds ? "ok" : "not ok", what.c_str());
  std::fflush(stdout);
  if (!holds) ++failed;
}

class Scope final : public ThreadScope {
 public:
  explicit Scope(std::function<void()> check) : check_(std::move(check)) {}
  void Check() const override { check_(); }

 private:
  const std::function<void()> check_;
};

class Standin final : public Link {
 public:
  explicit Standin(const std::function<void(const std::u16string&)>& run) : run_(run) {}
  Result Run(const Request& request, const std::atomic<bool>&) override {
    run_(std::get<GetObjectRequest>(request).path);
    return {};
  }

 private:
  const std::function<void(const std::u16string&)>& run_;
};

// What each edge does; nothing unless it is set.
struct Edges final : Wmi {
  std::function<void()> enter = [] {};
  std::function<void()> check = [] {};
  std::function<void()> connect = [] {};
  std::function<void(const std::u16string&)> run = [](const std::u16string&) {};

  std::unique_ptr<ThreadScope> EnterThread() const override {
    enter();
    return std::make_unique<Scope>(check);
  }
  std::shared_ptr<Link> Connect(std::shared_ptr<const ConnectionSettings>) const override {
    connect();
    return std::make_shared<Standin>(run);
  }
};

class Sink final : public CallSink {
 public:
  void Deliver(std::shared_ptr<Call> call) noexcept override {
    failing_allocator::Arm(0, 0);
    const Lock lock(mutex_);
    delivered_[call->ticket] = std::move(call);
    changed_.NotifyAll();
  }
  // Null when it does not come.
  std::shared_ptr<Call> Wait(double ticket) {
    const uint64_t deadline = GetTickCount64() + kPatienceMs;
    Lock lock(mutex_);
    while (delivered_.count(ticket) == 0) {
      const uint64_t now = GetTickCount64();
      if (now >= deadline) return nullptr;
      changed_.WaitFor(lock, static_cast<DWORD>(deadline - now));
    }
    return delivered_[ticket];
  }

 private:
  Mutex mutex_;
  Condition changed_;
  std::map<double, std::shared_ptr<Call>> delivered_;
};

struct Host {
  explicit Host(std::shared_ptr<Edges> given, size_t workers = 1)
      : edges(std::move(given)),
        pool(std::make_shared<CallPool>(edges)),
        lane(pool->Open(std::make_shared<ConnectionSettings>(), LaneLimits{workers, 100}, sink)) {}
  ~Host() {
    pool->Stop();
    pool->WaitForExit(kPatienceMs);
  }
  LaneStats Stats() const { return pool->Stats(*lane); }
  std::shared_ptr<Call> Make(const std::u16string& path) {
    auto call = std::make_shared<Call>();
    call->ticket = ++last;
    call->request = GetObjectRequest{path};
    return call;
  }
  std::shared_ptr<Call> Submit(const std::u16string& path) {
    auto call = Make(path);
    return pool->Submit(lane, call) == SubmitStatus::kAccepted ? call : nullptr;
  }
  std::shared_ptr<Call> Settled(const std::shared_ptr<Call>& call) {
    return call == nullptr ? nullptr : sink->Wait(call->ticket);
  }
  std::shared_ptr<Call> Connect() {
    auto call = Make(u"");
    return pool->Connect(lane, call) == SubmitStatus::kAccepted ? Settled(call) : nullptr;
  }
  std::shared_ptr<Call> Run(const std::u16string& path = u"x") { return Settled(Submit(path)); }

  double last = 0;
  const std::shared_ptr<Edges> edges;
  const std::shared_ptr<Sink> sink = std::make_shared<Sink>();
  const std::shared_ptr<CallPool> pool;
  const std::shared_ptr<Lane> lane;
};

bool FailedWith(const std::shared_ptr<Call>& call, uint32_t hresult) {
  return call != nullptr && call->failure && call->failure->hresult == hresult;
}
bool Succeeded(const std::shared_ptr<Call>& call) { return call != nullptr && !call->failure; }

struct Thrown {
  const char* what;
  std::function<void()> raise;
  uint32_t hresult;
};
const Thrown kThrown[] = {
    {"bad_alloc", [] { throw std::bad_alloc(); }, 0x8007000E},
    {"length_error", [] { std::u16string().resize(std::u16string().max_size() + 1); }, 0x8000FFFF},
    {"system_error", [] { throw std::system_error(std::make_error_code(std::errc::io_error)); }, 0x8000FFFF},
    {"a number", [] { throw 7; }, 0x8000FFFF},
    {"a failure", [] { throw Failure(0x80041003, "here"); }, 0x80041003},
    {"bad_alloc of an allocation",
     [] {
       failing_allocator::Arm(1, 1);
       ::operator delete(::operator new(sizeof(int)));  // the compiler may leave out a mere `delete new int`
     },
     0x8007000E},
    {"length_error while nothing can be allocated",
     [] {
       try {
         throw std::length_error("a text longer than what a string holds within itself");
       } catch (...) {
         failing_allocator::Arm(1, 4);
         throw;
       }
     },
     0x8000FFFF},
};

void ThrowAtEachEdge() {
  for (const Thrown& thrown : kThrown) {
    const std::string what = thrown.what;
    {
      auto edges = std::make_shared<Edges>();
      edges->run = [&](const std::u16string& path) {
        if (path == u"throw") thrown.raise();
      };
      Host host(edges);
      host.Connect();
      Check(what + " by a call is its failure", FailedWith(host.Run(u"throw"), thrown.hresult));
      Check(what + " by a call leaves the thread to the next", Succeeded(host.Run()));
    }
    {
      auto edges = std::make_shared<Edges>();
      edges->connect = thrown.raise;
      Host host(edges);
      Check(what + " by an attempt to connect is its failure", FailedWith(host.Connect(), thrown.hresult));
      edges->connect = [] {};
      Check(what + " by an attempt to connect lets the next succeed", Succeeded(host.Connect()));
    }
    {
      auto edges = std::make_shared<Edges>();
      edges->check = thrown.raise;
      Host host(edges);
      Check(what + " by the check of a thread is the call's failure",
            FailedWith(host.Connect(), thrown.hresult));
    }
    {
      auto edges = std::make_shared<Edges>();
      edges->enter = thrown.raise;
      Host host(edges);
      const auto call = host.Connect();
      Check(what + " on entering a thread is a failure", call != nullptr && call->failure.has_value());
    }
  }
}

// One worker serves short calls; then one call that hangs, and three short ones behind it, come at once.
void GrowForWhatIsQueued() {
  Mutex mutex;
  Condition changed;
  bool released = false;
  auto edges = std::make_shared<Edges>();
  edges->run = [&](const std::u16string& path) {
    if (path != u"hang") return;
    Lock lock(mutex);
    while (!released) changed.WaitFor(lock, 1'000);
  };
  Host host(edges, 4);
  host.Connect();
  const auto wait_for_idle = [&] {
    while (host.Stats().idle == 0) SwitchToThread();
  };
  // Enough for short calls to be what is typical.
  for (int i = 0; i < 200; ++i) {
    wait_for_idle();
    host.Run();
  }
  wait_for_idle();
  Check("short calls one after another need one worker", host.Stats().workers == 1);
  const auto hanging = host.Submit(u"hang");
  std::vector<std::shared_ptr<Call>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(host.Submit(u"x"));
  bool all = true;
  for (const auto& call : calls) all = Succeeded(host.Settled(call)) && all;
  Check("short calls behind one that hangs find a worker", all);
  {
    const Lock lock(mutex);
    released = true;
  }
  changed.NotifyAll();
  Check("the call that hung is delivered too", Succeeded(host.Settled(hanging)));
}

// After its deadline a call is abandoned: it still ends, has no result, and gives its worker back.
void SettleLate() {
  Mutex mutex;
  Condition changed;
  bool released = false;
  auto edges = std::make_shared<Edges>();
  edges->run = [&](const std::u16string& path) {
    if (path != u"hang") return;
    Lock lock(mutex);
    while (!released) changed.WaitFor(lock, 1'000);
  };
  const auto release = [&] {
    const Lock lock(mutex);
    released = true;
    changed.NotifyAll();
  };
  {
    Host host(edges);
    host.Connect();
    const auto call = host.Submit(u"hang");
    while (host.Stats().in_flight == 0) Sleep(1);
    Check("a call that executes is abandoned", host.pool->Abandon(*host.lane, call));
    Check("an abandoned call is counted as stuck", host.Stats().stuck == 1);
    Check("a stuck worker is replaced", Succeeded(host.Run()));
    release();
    Check("a late call is delivered without a result",
          host.Settled(call) != nullptr && std::holds_alternative<std::monostate>(call->result));
    Check("a late call is stuck no longer", host.Stats().stuck == 0);

    released = false;
    const auto last = host.Submit(u"hang");
    while (host.Stats().in_flight == 0) Sleep(1);
    host.pool->Stop();
    release();
    host.pool->WaitForExit(kPatienceMs);
    Check("after the end nothing is accepted", host.pool->Submit(host.lane, last) == SubmitStatus::kClosed);
  }
  Check("a call that ends after the end leaves the process alive", true);
}

}  // namespace

int main() {
  ThrowAtEachEdge();
  GrowForWhatIsQueued();
  SettleLate();
  std::printf("%d failed\n", failed);
  return failed == 0 ? 0 : 1;
}
